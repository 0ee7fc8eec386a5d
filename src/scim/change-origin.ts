import { randomUUID } from 'node:crypto';
import { type RequestFacts } from './request-facts.js';

/** The request that asks for a change. The journal has it with the change. */
export interface ChangeOrigin {
  readonly request: RequestFacts;
  /** The method of the request, or of one operation of a bulk job. */
  readonly method: string;
  /** Which operation of a bulk job it is, from 0. */
  readonly bulkIndex?: number;
}

/**
 * What all changes of one request have in common in the journal: a UUID, for an operation of a bulk job with its index
 * behind it (`<uuid>:<index>`).
 */
export function transactionOf({ request, bulkIndex }: ChangeOrigin): string {
  request.txn ??= randomUUID();
  return bulkIndex === undefined ? request.txn : `${request.txn}:${bulkIndex}`;
}

/**
 * The origin of changes that no request asks for.
 *
 * @param surface the part of the program that makes them, as the journal names it
 * @param client who has asked for them; by default nobody
 */
export function originWithoutRequest(surface: 'command line' | 'server', client?: string): ChangeOrigin {
  return {
    method: '',
    request: {
      requestId: randomUUID(),
      started: performance.now(),
      traceId: undefined,
      client,
      surface,
      credential: { id: surface.replace(' ', '-'), name: surface },
    },
  };
}
