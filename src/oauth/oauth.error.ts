import { type ScimError } from '../protocol/error/scim-error.js';
import { type RefusedCredential } from '../scim/request-facts.js';

/** The values of `error` in an answer of the token endpoint: those of RFC 6749 §5.2, and two for other failures. */
export type OauthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'temporarily_unavailable'
  | 'server_error';

/**
 * The refusal of a request for a token. `description` is for people: what was wrong, and what would be right, in the
 * characters that RFC 6749 §5.2 allows. It repeats nothing of the request.
 */
export class OauthError extends Error {
  constructor(
    readonly status: number,
    readonly code: OauthErrorCode,
    readonly description: string,
  ) {
    super(description);
    this.name = 'OauthError';
  }
}

/** 401 for a client that is not authenticated. It is told no more than that; `refused` is for the log. */
export class ClientNotAuthenticatedError extends OauthError {
  constructor(readonly refused: RefusedCredential) {
    super(401, 'invalid_client', 'The client is unknown, or its secret or assertion is not valid.');
    this.name = 'ClientNotAuthenticatedError';
  }
}

export const invalidRequest = (description: string): OauthError =>
  new OauthError(400, 'invalid_request', description);

/** 401 for a request in which no client authentication can be found. */
export const invalidClient = (description: string): OauthError =>
  new OauthError(401, 'invalid_client', description);

/** 413 for a form with more bytes or fields than this. */
export const formTooLarge = (bytes: number, fields: number): OauthError =>
  new OauthError(413, 'invalid_request', `A form has ${bytes} bytes and ${fields} fields at most.`);

/** The refusal of another part of the server as the token endpoint writes it. */
export function toOauthError({ status, detail }: ScimError): OauthError {
  return new OauthError(status, codeOf(status), detail.replaceAll(/["\\]/g, "'"));
}

function codeOf(status: number): OauthErrorCode {
  if (status === 429 || status === 503) return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}
