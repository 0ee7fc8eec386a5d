import { type NextFunction, type Request, type Response } from 'express';
import { type RefusedRates } from '../../limits/refused-rates.js';
import { type DirectedRequest } from './destination.middleware.js';
import { answerError } from './scim-error.filter.js';

/**
 * Refuses requests to surfaces by what was said to the one before, in front of the routes: 429 where the credential's company
 * sends too fast.
 */
export function refuseTooFast(refusedRates: RefusedRates) {
  return (received: Request, response: Response, next: NextFunction): void => {
    const request = received as DirectedRequest & Request;
    const refused = request.destination && refusedRates.find(request.headers.authorization ?? '');
    if (refused === undefined) {
      next();
      return;
    }
    const { company, credential, error } = refused;
    Object.assign(request.facts, { company, credential });
    answerError(error, request, response);
  };
}
