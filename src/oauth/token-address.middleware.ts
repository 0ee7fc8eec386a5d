import { type NextFunction, type Request, type Response } from 'express';
import { type ObservedRequest } from '../access/authenticated-request.js';
import { type Settings } from '../config/settings.js';
import { PLAIN_JSON } from '../surfaces/http/media-types.js';
import { dropUnreadBody } from '../surfaces/http/unread-body.js';
import { TOKEN_PATH } from './paths.js';
import { serverIssuer } from './server-issuer.js';

/** Where clients look for a token endpoint: `/standard/scim/v2/oauth/token`, `/oauth2/v2.0/token`. */
const LOOKED_FOR = /\/token\/?$/i;
const ENDPOINT = /^\/oauth(?:\/[^/]+)?\/token\/?$/i;

/** Answers what asks for a token at an address that has none, 404 as RFC 6749 §5.2 writes errors, with the right one. */
export function nameTokenEndpoint(settings: Pick<Settings, 'publicUrl' | 'host' | 'port'>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { method, path } = request;
    if (method !== 'POST' || !LOOKED_FOR.test(path) || ENDPOINT.test(path)) {
      next();
      return;
    }
    Object.assign((request as ObservedRequest).facts, {
      outcome: 'refused',
      detail: `There is no token endpoint at this address; it is ${TOKEN_PATH}.`,
    });
    dropUnreadBody(request, response);
    response
      .status(404)
      .setHeader('Content-Type', PLAIN_JSON)
      .end(
        JSON.stringify({
          error: 'invalid_request',
          error_description: `The token endpoint is ${serverIssuer(request, settings)}${TOKEN_PATH}, not this address.`,
        }),
      );
  };
}
