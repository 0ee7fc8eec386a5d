import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { type Response } from 'express';
import { type AuthenticatedRequest, type ObservedRequest } from '../../access/authenticated-request.js';
import { KeysUnavailableError } from '../../access/keys-unavailable.error.js';
import { type RefusalReason } from '../../protocol/error/refusal-reason.js';
import { ResourceNotFoundError, ScimError } from '../../protocol/error/scim-error.js';
import { TooManyRequestsError } from '../../protocol/error/too-many-requests.error.js';
import { UnavailableError } from '../../protocol/error/unavailable.error.js';
import { plainText, withoutValues } from '../../protocol/text/plain-text.js';
import { isUnconfirmed, StaleCredentialError } from '../../scim/remembered-credential.js';
import { ClientGoneError } from '../../scim/client-gone.error.js';
import { type RefusedCredential, type RequestFacts } from '../../scim/request-facts.js';
import { CLIENT_CLOSED_REQUEST } from './answered.js';
import { type DirectedRequest } from './destination.middleware.js';
import { SCIM_JSON } from './media-types.js';
import { type EncodedError } from './surface.js';
import { MethodNotAllowedError, noSuchEndpoint } from './unmatched-routes.js';
import { dropUnreadBody } from './unread-body.js';

/** Headers that the handler may have set before it failed, and that an error must not have. */
const HEADERS_OF_SUCCESS = ['Content-Location', 'ETag', 'Location', 'Preference-Applied'];
/** The fields of draft-ietf-httpapi-ratelimit-headers-10. */
export const RATE_HEADERS = ['RateLimit-Policy', 'RateLimit'] as const;
const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** An error as RFC 7644 §3.12 has it: with the schema of errors, and `status` as a string. */
export function encodeScimError(error: ScimError): EncodedError {
  const { status, scimType, detail } = error;
  return {
    status,
    contentType: SCIM_JSON,
    body: {
      schemas: [ERROR_SCHEMA],
      ...(scimType === undefined ? {} : { scimType }),
      detail,
      status: String(status),
    },
  };
}

interface Delay {
  readonly reason: RefusalReason;
  readonly seconds: number;
  readonly fields?: Readonly<Record<string, string>>;
}

/** What a request is answered with, whatever was thrown. */
export interface Refusal {
  readonly error: ScimError;
  /** For the log: what was thrown where the fault is the server's own, and why something that it needs was away. */
  readonly cause: unknown;
  /** Of a 429 or 503: why the request is put off, and for how long. */
  readonly delay?: Delay;
  /** For the log: whose credential could not be judged. */
  readonly refused?: RefusedCredential | undefined;
}

/** Turns whatever was thrown into a refusal; a fault of the server's own becomes a 500 that does not tell its cause. */
export function refusalOf(thrown: unknown): Refusal {
  const known = toScimError(thrown);
  const error =
    known ?? new ScimError(500, undefined, 'The request failed for a reason that is not its own.');
  if (thrown instanceof UnavailableError) {
    const { cause, reason, retryAfterSeconds: seconds } = thrown;
    const refused = thrown instanceof KeysUnavailableError ? thrown.refused : undefined;
    return { error, cause, delay: { reason, seconds }, refused };
  }
  if (thrown instanceof TooManyRequestsError) {
    const { reason, retryAfterSeconds: seconds, fields } = thrown;
    return { error, cause: undefined, delay: { reason, seconds, fields } };
  }
  return { error, cause: known ? undefined : thrown };
}

const LONGEST_DETAIL = 500;

/** Why a request is refused, as far as it may be logged: without the values that the request had. */
export function loggedDetail(error: ScimError): string {
  if (error instanceof ResourceNotFoundError) return 'Resource not found.';
  return plainText(withoutValues(error.detail), LONGEST_DETAIL);
}

function toScimError(thrown: unknown): ScimError | undefined {
  if (thrown instanceof ScimError) return thrown;
  if (thrown instanceof UnavailableError)
    return new ScimError(503, undefined, `${thrown.reason}: ${thrown.message}`);
  if (thrown instanceof ClientGoneError) {
    return new ScimError(CLIENT_CLOSED_REQUEST, undefined, thrown.message);
  }
  if (thrown instanceof HttpException) {
    return new ScimError(thrown.getStatus(), undefined, thrown.message);
  }
  return undefined;
}

/** Answers every error in the format of the surface that the request's path belongs to. */
@Catch()
export class ScimErrorFilter implements ExceptionFilter {
  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<DirectedRequest & ObservedRequest>();
    const thrown = await thrownFor(request, error, refusalOf(error).error.status);
    answerError(thrown, request, http.getResponse<Response>());
  }
}

/** Writes an error in the format of the surface that the request's path belongs to, and notes it for the log. */
export function answerError(
  thrown: unknown,
  request: DirectedRequest & ObservedRequest,
  response: Response,
): void {
  // Nest's own 404, outside of all surfaces, would repeat the query.
  const refusal = refusalOf(thrown instanceof NotFoundException ? noSuchEndpoint(request) : thrown);
  const { error } = refusal;
  note(request.facts, refusal);
  if (response.headersSent) {
    request.facts.status = error.status;
    response.destroy();
    return;
  }
  setDelay(response, refusal.delay);
  // RFC 9110 §15.5.9: after 408 the connection is closed.
  if (error.status === 408) response.setHeader('Connection', 'close');
  if (error instanceof MethodNotAllowedError) response.setHeader('Allow', error.allowed.join(', '));
  // A caller without a valid credential is not told how much is left of a company's rate.
  if (error.status === 401) for (const header of RATE_HEADERS) response.removeHeader(header);
  dropUnreadBody(request, response);
  const surface = request.destination?.surface;
  const encoded = surface?.encodeError(error, request) ?? encodeScimError(error);
  for (const header of HEADERS_OF_SUCCESS) response.removeHeader(header);
  response.status(encoded.status).setHeader('Content-Type', encoded.contentType);
  const text = encoded.text ?? (encoded.body === undefined ? '' : JSON.stringify(encoded.body));
  response.setHeader('Content-Length', Buffer.byteLength(text)).end(text);
}

/**
 * The error that a request is answered with. Where its credential was remembered and no transaction has confirmed it, the
 * credential is looked up first, and if it is no longer in force, that is the error.
 *
 * @param status of the answer to what was thrown
 */
export async function thrownFor(request: ObservedRequest, thrown: unknown, status: number): Promise<unknown> {
  const { user, company, authenticateAnew } = request as Partial<AuthenticatedRequest>;
  if (authenticateAnew === undefined || !isUnconfirmed(company?.remembered ?? user?.remembered))
    return thrown;
  if (status >= CLIENT_CLOSED_REQUEST && !(thrown instanceof StaleCredentialError)) return thrown;
  try {
    await authenticateAnew();
    return thrown;
  } catch (refused) {
    return refused;
  }
}

/** RFC 9110 §10.2.3: `Retry-After` is a whole number of seconds. A client that is not too fast is not told of rates. */
export function setDelay(response: Response, delay: Delay | undefined): void {
  if (delay === undefined) return;
  response.setHeader('Retry-After', String(delay.seconds));
  response.setHeader('Rollcall-Reason', delay.reason);
  if (delay.reason !== 'rate') for (const header of RATE_HEADERS) response.removeHeader(header);
  for (const [name, value] of Object.entries(delay.fields ?? {})) response.setHeader(name, value);
}

function note(facts: RequestFacts, { error, cause, delay, refused }: Refusal): void {
  facts.outcome = error.status === 500 ? 'failed' : 'refused';
  facts.scimType = error.scimType;
  facts.detail = loggedDetail(error);
  facts.concerns = error.concerns;
  facts.reason = delay?.reason;
  facts.fault = cause;
  if (refused !== undefined) facts.refusedCredential = Promise.resolve(refused);
}
