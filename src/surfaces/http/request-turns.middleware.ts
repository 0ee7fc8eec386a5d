import { type NextFunction, type Request, type Response } from 'express';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { type DirectedRequest } from './destination.middleware.js';
import { RequestTurns } from './request-turns.js';
import { answerError } from './scim-error.filter.js';

/**
 * Lets the requests of a credential, or of an address where there is none, take turns with those of others. What its client
 * has left meanwhile is not begun.
 */
export function takeTurns() {
  const turns = new RequestTurns();
  return (received: Request, response: Response, next: NextFunction): void => {
    const request = received as DirectedRequest & Request;
    turns.take(request.headers.authorization ?? request.ip ?? '', () => {
      if (response.destroyed) answerError(new ClientGoneError(), request, response);
      else next();
    });
  };
}
