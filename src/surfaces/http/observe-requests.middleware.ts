import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import { type NextFunction, type Request, type Response } from 'express';
import { type ObservedRequest } from '../../access/authenticated-request.js';
import { holdsToken, plainText } from '../../protocol/text/plain-text.js';
import { type RequestFacts } from '../../scim/request-facts.js';
import { traceIdOf } from '../../scim/trace-context.js';
import { findTracer } from '../../tracing/tracing.js';
import { type Answered } from './answered.js';
import { RequestSpan } from './request-span.js';

/** Observes requests: the log, the journal, metrics, recordings. */
export interface RequestObserver {
  /** Called for each request before anything is done for it. */
  begin?(request: ObservedRequest, response: Response): void;
  /** Called for each request when its answer has ended. */
  write(answered: Answered): void;
}

/** What a client may send as the id of a request. */
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** With the mark of a cut, 100 characters: as many as are stored with the last use of a token. */
const LONGEST_CLIENT = 99;

/** How often, and how many times, the facts of a request whose client has gone are looked at. */
const LOOK_MS = 50;
const MOST_LOOKS = 300;

/** A request id of this length or more that also stands in the Authorization header is taken for the credential. */
const SHORTEST_SECRET = 16;

/**
 * Begins the facts of each request, answers with its id as `X-Request-Id`, and tells the observers when the answer has
 * ended. The id is the one that the client sends in this header, if it has up to 128 harmless characters and is no
 * credential; otherwise it is made.
 */
export function observeRequests(...observers: readonly RequestObserver[]) {
  const tracer = findTracer();
  return (received: Request, response: Response, next: NextFunction): void => {
    const started = performance.now();
    const request = received as ObservedRequest;
    const { headers } = request;
    const span = tracer && RequestSpan.begin(tracer, request);
    request.facts = {
      requestId: idOf(headers),
      started,
      traceId: span?.traceId ?? traceIdOf(headers['traceparent'] as string | undefined),
      client: clientOf(headers['user-agent']),
    };
    response.setHeader('X-Request-Id', request.facts.requestId);
    for (const observer of observers) observer.begin?.(request, response);
    response.once('close', () => {
      const durationMs = performance.now() - started;
      whenDecided(request.facts, response, () => {
        const answered = { request, response, durationMs };
        span?.end(answered);
        for (const observer of observers) observer.write(answered);
      });
    });
    if (span) span.run(next);
    else next();
  };
}

/** Where a client has gone, the request may still be carried out: they are told when it is known what became of it. */
function whenDecided(facts: RequestFacts, response: Response, then: () => void, looks = 0): void {
  if (response.writableEnded || facts.outcome !== undefined || looks === MOST_LOOKS) then();
  else setTimeout(() => whenDecided(facts, response, then, looks + 1), LOOK_MS).unref();
}

/** What is left of it for people to read, if anything is. */
function clientOf(userAgent = ''): string | undefined {
  return userAgent === '' ? undefined : plainText(userAgent, LONGEST_CLIENT) || undefined;
}

function idOf({ 'x-request-id': sent, authorization = '' }: IncomingHttpHeaders): string {
  if (typeof sent !== 'string' || !REQUEST_ID.test(sent) || holdsToken(sent)) return randomUUID();
  const isOfCredential = sent.length >= SHORTEST_SECRET && authorization.includes(sent);
  return isOfCredential ? randomUUID() : sent;
}
