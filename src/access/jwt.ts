import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { InvalidTokenError } from './invalid-token.error.js';

/** The algorithms whose signatures are believed: all asymmetric, none chosen by the token. */
export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** Header parameters that would bring a key along, or change what the rest means (RFC 7515 §4.1, RFC 7797). */
const REFUSED_PARAMETERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'];

/** Tokens made for another purpose say so in `typ` (RFC 8725 §3.11). */
const TYPES = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** Names of issuers and audiences: printable ASCII, as a database can look them up. */
const NAME = /^[\x21-\x7e]{1,2048}$/;

/** What a token says of itself before anything has been checked. */
export interface UnverifiedJwt {
  readonly issuer: string;
  readonly audiences: readonly unknown[];
}

/** Whether the text is a JWT in compact form, signed or not: three parts, the first a JSON object with `alg`. */
export function looksLikeJwt(token: string): boolean {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return false;
  try {
    return 'alg' in decodeProtectedHeader(token);
  } catch {
    return false;
  }
}

/**
 * Reads whose token it claims to be, and refuses at once what no key could make good.
 * @throws InvalidTokenError
 */
export function readUnverified(token: string): UnverifiedJwt {
  let header: ProtectedHeaderParameters;
  let claims: JWTPayload;
  try {
    header = decodeProtectedHeader(token);
    claims = decodeJwt(token);
  } catch {
    throw new InvalidTokenError('header or claims are no JSON object');
  }
  requireSafeHeader(header);
  const { iss, aud } = claims as { readonly iss?: unknown; readonly aud?: unknown };
  if (typeof iss !== 'string' || !NAME.test(iss)) throw new InvalidTokenError('iss is missing or no name');
  return { issuer: iss, audiences: Array.isArray(aud) ? (aud as unknown[]) : [aud] };
}

function requireSafeHeader(header: ProtectedHeaderParameters): void {
  const { alg, kid, typ } = header as Readonly<Record<string, unknown>>;
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) {
    throw new InvalidTokenError(`alg is not one of ${ALGORITHMS.join(', ')}`);
  }
  const refused = REFUSED_PARAMETERS.find((name) => name in header);
  if (refused !== undefined) throw new InvalidTokenError(`the header holds ${refused}`);
  if (typeof kid !== 'string' || kid === '') throw new InvalidTokenError('kid is missing');
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.includes(typ.toLowerCase()))) {
    throw new InvalidTokenError(`typ is not one of ${TYPES.join(', ')}`);
  }
}
