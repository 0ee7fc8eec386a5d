import { type NextFunction, type Request, type Response } from 'express';

const WITHOUT_VERSION = /^\/standard\/scim(?=[/?]|$)(?!\/v\d+(?:[/?]|$))/i;

/** A path without a version means the newest one (RFC 7644 §3.13); there is one. */
export function assumeNewestVersion(request: Request, _response: Response, next: NextFunction): void {
  request.url = request.url.replace(WITHOUT_VERSION, '/standard/scim/v2');
  next();
}
