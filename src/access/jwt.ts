import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { InvalidTokenError } from './invalid-token.error.js';

/**
 * The signature algorithms that are accepted. RFC 8725 §3.1: the verifier decides this, and not the token's header.
 * All are asymmetric, so an issuer's public key is of no use to forge a token.
 */
export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/**
 * Header parameters that are refused. RFC 7515 §4.1: the first four bring the key or its address along with the
 * token, and `crit` names extensions that change how the token is read. RFC 7797: `b64` changes how the payload is
 * encoded.
 */
const REFUSED_PARAMETERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'];

/**
 * RFC 8725 §3.11: `typ` tells kinds of JWT apart, so that one made for another purpose, such as an ID token, is
 * refused.
 */
const TYPES = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** An issuer's name: printable ASCII, so that it can be looked up in the database. */
const ISSUER_NAME = /^[\x21-\x7e]{1,2048}$/;

/** Claims of a token whose signature has not been verified yet. */
export interface UnverifiedJwt {
  readonly issuer: string;
  readonly audiences: readonly unknown[];
}

/**
 * Whether a token has the form of a JWT. RFC 7519 §3: it has three parts with dots between them, and the first is a
 * JSON object. RFC 7515 §4.1.1: that object has `alg`. The signature may be missing.
 */
export function looksLikeJwt(token: string): boolean {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return false;
  try {
    return 'alg' in decodeProtectedHeader(token);
  } catch {
    return false;
  }
}

/**
 * Reads the issuer and the audiences of a token, to find the key for its signature.
 *
 * @throws InvalidTokenError for a token that would be refused with any key: its header or claims are no JSON, `iss`
 *   is missing, or the header has an algorithm, type or parameter that is not accepted
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
  if (typeof iss !== 'string' || !ISSUER_NAME.test(iss))
    throw new InvalidTokenError('iss is missing or no name');
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
