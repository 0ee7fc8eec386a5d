import { type NextFunction, type Request, type Response } from 'express';
import { AUTHZEN_MOUNT } from './mount.js';

/** What can be sent back in a header as it came: visible ASCII characters and blanks. */
const ECHOED = /^[\x20-\x7e]{1,200}$/;

/**
 * AuthZEN 1.0 §10.1.3: the answer has the request identifier of the request. It is sent back as it came, also where it is
 * none that the log would take; then the log has another.
 */
export function echoRequestId(request: Request, response: Response, next: NextFunction): void {
  const sent = request.headers['x-request-id'];
  if (typeof sent === 'string' && ECHOED.test(sent) && isAuthzen(request)) {
    response.setHeader('X-Request-Id', sent);
  }
  next();
}

const isAuthzen = ({ path }: Request): boolean => `${path.toLowerCase()}/`.startsWith(`/${AUTHZEN_MOUNT}/`);
