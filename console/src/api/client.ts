import createClient, { type Middleware } from 'openapi-fetch';
import { SERVICE } from '../location.js';
import { type paths, type components } from './admin.js';
import { problemOf, ProblemError } from './problem.js';

/** A message of the admin API by its name in the document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

const endOfSession = new Set<() => void>();

/** Calls a function whenever the service no longer knows who calls; returns what ends that. */
export function onSessionEnd(listener: () => void): () => void {
  endOfSession.add(listener);
  return () => endOfSession.delete(listener);
}

/** The service takes a call with the cookie of a session only with a header that no other page can set. */
const asConsole: Middleware = {
  onRequest({ request }) {
    request.headers.set('X-Rollcall-Console', '1');
  },
  onResponse({ request, response }) {
    const signsIn = request.method === 'POST' && request.url.endsWith('/sessions');
    if (response.status === 401 && !signsIn) endOfSession.forEach((listener) => listener());
  },
};

/** The admin API, by the document that the service publishes. */
export const api = createClient<paths>({ baseUrl: SERVICE, credentials: 'same-origin' });
api.use(asConsole);

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * What the service answered.
 *
 * @throws ProblemError where it refused, or there was no answer
 */
export async function answered<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ProblemError(0, 'The service did not answer.');
  });
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}
