import { type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { type RefusedCredential } from '../../scim/request-facts.js';
import { type DirectedRequest } from './destination.middleware.js';

/** The status that proxies log for a request whose client has gone before it was answered. Nobody receives it. */
export const CLIENT_CLOSED_REQUEST = 499;

/** A request whose answer has ended. */
export interface Answered {
  readonly request: ObservedRequest & DirectedRequest;
  readonly response: Response;
  readonly durationMs: number;
}

/** The status of an answer that has ended; 499 where its client had gone before. */
export function statusOf(response: Response): number {
  return response.headersSent || response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST;
}

/** Calls `then` once it is known which credential was refused, if one was. The answer has not waited for that. */
export function whenExplained(
  { request: { facts } }: Answered,
  then: (refused: RefusedCredential | undefined) => void,
): void {
  if (facts.refusedCredential) void facts.refusedCredential.then(then);
  else then(undefined);
}
