import { ScimError, unauthorized } from '../protocol/error/scim-error.js';
import { type AcceptedSchemes, normalizeBlanks, passwordOf } from './authorization-header.js';

const SEND = 'send Authorization: Bearer <token>';
const INVALID = 'unknown, expired or revoked';

/** RFC 6750 §2.1: the characters of a token. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Schemes that clients send without anything behind them; any other word that stands alone is taken for a token. */
const OTHER_SCHEME = /^(?:Basic|Digest|DPoP|Negotiate|NTLM|OAuth|Token)$/i;

/** 401 for an Authorization header in which no token can stand where it should. */
export class MalformedAuthorizationError extends ScimError {
  constructor(detail: string) {
    super(401, undefined, detail);
    this.name = 'MalformedAuthorizationError';
  }
}

/**
 * The refusal of a request without a valid token: what is wrong with the form of its Authorization header or, where
 * nothing is, that the token is not valid. The form alone decides, so that a malformed header never tells whether a token
 * in it exists. Nothing of the header is repeated, since any word of it may be a token.
 */
export function authorizationRefusal(authorization: string | undefined, schemes: AcceptedSchemes): ScimError {
  const normal = normalizeBlanks(authorization);
  if (normal === undefined) return unauthorized(`There is no Authorization header: ${SEND}.`);
  const fault = faultOf(normal, schemes);
  if (fault !== undefined) return new MalformedAuthorizationError(fault);
  return unauthorized(
    isBasic(normal)
      ? `The password of Basic has to be a token; this one is ${INVALID}.`
      : `The bearer token is ${INVALID}.`,
  );
}

/** What is wrong with the form of the header's value. */
function faultOf(normal: string, { basic }: AcceptedSchemes): string | undefined {
  if (normal === '') return `The Authorization header is empty: ${SEND}.`;
  const [scheme = '', ...words] = normal.split(' ');
  if (/^Bearer$/i.test(scheme)) return faultOfBearer(words);
  if (basic && isBasic(normal)) return faultOfBasic(passwordOf(normal));
  if (words.length === 0 && !OTHER_SCHEME.test(scheme))
    return `The Authorization header has no scheme in front of the token: ${SEND}.`;
  return `The scheme of the Authorization header is not ${basic ? 'Bearer or Basic' : 'Bearer'}: ${SEND}.`;
}

function isBasic(normal: string): boolean {
  return /^Basic(?: |$)/i.test(normal);
}

function faultOfBearer([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return 'The Authorization header has no token behind Bearer.';
  if (/^Bearer$/i.test(first))
    return 'The Authorization header says Bearer twice: where a client adds the word itself, enter the token alone.';
  if (others.length > 0) return 'The token in the Authorization header has blanks in it.';
  if (TOKEN.test(first)) return undefined;
  return 'The token in the Authorization header has a character that no token has, such as a quotation mark or a bracket.';
}

function faultOfBasic(password: string | undefined): string | undefined {
  if (password === undefined)
    return 'Behind Basic the Authorization header needs a user name, a colon and a password, together in base64.';
  if (password === '') return 'The password of Basic is empty; it has to be a token.';
  return TOKEN.test(password) ? undefined : 'The password of Basic has to be a token and nothing else.';
}
