import { type NextFunction, type Request, type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { operationOf, type RequestOperation } from './request-operation.js';
import { endpointOf, type Surface } from './surface.js';

/** The surface that a request's path belongs to, what the path names there, `/Users/42`, and what is asked of it. */
export interface Destination {
  readonly surface: Surface;
  readonly endpoint: string;
  readonly operation: RequestOperation;
}

/** A request behind {@link findDestination}. Without a destination, its path belongs to no surface. */
export interface DirectedRequest extends ObservedRequest {
  destination?: Destination | undefined;
}

/** Finds the destination of each request once, for the guards and the error filter. */
export function findDestination(surfaces: readonly Surface[]) {
  return (received: Request, _response: Response, next: NextFunction): void => {
    const request = received as DirectedRequest;
    const destination = destinationOf(surfaces, request);
    request.destination = destination;
    if (destination) request.facts.surface = destination.surface.name;
    next();
  };
}

function destinationOf(surfaces: readonly Surface[], { method, path }: Request): Destination | undefined {
  for (const surface of surfaces) {
    const endpoint = endpointOf(surface, path);
    if (endpoint !== undefined) return { surface, endpoint, operation: operationOf(method, endpoint) };
  }
  return undefined;
}
