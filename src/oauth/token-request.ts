import { basicCredentials, normalizeBlanks } from '../access/authorization-header.js';
import { type FormField } from '../surfaces/http/form-fields.js';
import { invalidClient, invalidRequest, OauthError } from './oauth.error.js';

/** How a client says who it is, by one method (RFC 6749 §2.3). */
export type ClientAuthentication =
  | { readonly clientId: string; readonly secret: string }
  /** An assertion may name the client itself (RFC 7521 §4.2). */
  | { readonly clientId: string | undefined; readonly assertion: string };

/** A request for an access token by the client's own authority (RFC 6749 §4.4.2). */
export interface TokenRequest {
  readonly scope: string | undefined;
  readonly authentication: ClientAuthentication;
}

const PARAMETERS = [
  'grant_type',
  'scope',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
] as const;

type Form = Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;

/** RFC 7523 §2.2. */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Refuses parameters of a token request in the query: URLs end up in logs (RFC 6749 §2.3.1).
 *
 * @throws OauthError `invalid_request`
 */
export function refuseQuery(query: Readonly<Record<string, unknown>>): void {
  const found = PARAMETERS.find((name) => Object.hasOwn(query, name));
  if (found === undefined) return;
  throw invalidRequest(`${found} stands in the query; parameters belong into the form, in the body.`);
}

/**
 * Reads the form of a token request.
 *
 * @param authorization the header
 * @throws OauthError 400 for a form or a grant that is not read here, or with more than one way to say who the client is;
 *   401 where it does not say so
 */
export function readTokenRequest(
  fields: readonly FormField[],
  authorization: string | undefined,
): TokenRequest {
  const form = readForm(fields);
  if (form.grant_type === undefined) throw invalidRequest('grant_type is missing; send client_credentials.');
  if (form.grant_type !== 'client_credentials') {
    throw new OauthError(400, 'unsupported_grant_type', 'grant_type can only be client_credentials.');
  }
  return { scope: form.scope, authentication: readAuthentication(form, normalizeBlanks(authorization)) };
}

/** RFC 6749 §3.2: an empty parameter is as if omitted, an unknown one is ignored, and none may come twice. */
function readForm(fields: readonly FormField[]): Form {
  const form: Partial<Record<string, string>> = {};
  for (const { name, value } of fields) {
    if (value === '' || !(PARAMETERS as readonly string[]).includes(name)) continue;
    if (form[name] !== undefined) throw invalidRequest(`${name} stands in the form twice.`);
    form[name] = value;
  }
  return form;
}

function readAuthentication(form: Form, authorization: string | undefined): ClientAuthentication {
  const { client_secret: secret, client_assertion: assertion, client_assertion_type: type } = form;
  const hasAssertion = assertion !== undefined || type !== undefined;
  const tried = [authorization !== undefined, secret !== undefined, hasAssertion].filter(Boolean).length;
  if (tried > 1) {
    throw invalidRequest(
      'There is more than one client authentication; send one of Basic, secret, assertion.',
    );
  }
  if (authorization !== undefined) return readBasic(authorization, form.client_id);
  if (hasAssertion) return readAssertion(form);
  if (secret === undefined) {
    throw invalidClient(
      'There is no client authentication; send client id and secret by Basic or in the form.',
    );
  }
  if (form.client_id === undefined) throw invalidRequest('client_id is missing beside client_secret.');
  return { clientId: form.client_id, secret };
}

/** RFC 6749 §2.3.1: id and secret are encoded as in a form before they become user name and password. */
function readBasic(authorization: string, clientId: string | undefined): ClientAuthentication {
  const credentials = basicCredentials(authorization);
  const id = credentials && decodeFormValue(credentials.user);
  const secret = credentials && decodeFormValue(credentials.password);
  if (id === undefined || secret === undefined) {
    throw invalidClient('The Authorization header has to be Basic, with client id and secret in base64.');
  }
  if (clientId !== undefined && clientId !== id) {
    throw invalidRequest('client_id in the form is another one than in the Authorization header.');
  }
  return { clientId: id, secret };
}

function decodeFormValue(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function readAssertion({
  client_id: clientId,
  client_assertion: assertion,
  client_assertion_type: type,
}: Form): ClientAuthentication {
  if (assertion === undefined)
    throw invalidRequest('client_assertion is missing beside client_assertion_type.');
  if (type === undefined) throw invalidRequest(`client_assertion_type is missing; send ${JWT_BEARER}.`);
  if (type !== JWT_BEARER) throw invalidClient(`client_assertion_type can only be ${JWT_BEARER}.`);
  return { clientId, assertion };
}
