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
export const TYPES = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** What the header of a token may name. */
export interface AcceptedHeader {
  readonly algorithms: readonly string[];
  readonly types: readonly string[];
}

/** An issuer's name: printable ASCII, so that it can be looked up in the database. */
const ISSUER_NAME = /^[\x21-\x7e]{1,2048}$/;

/** How many seconds the clocks of an issuer and this server may differ. */
export const CLOCK_TOLERANCE = 60;

/** Claims of a token whose signature has not been verified yet. */
export interface UnverifiedJwt {
  readonly issuer: string;
  readonly subject: unknown;
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
 * Reads the issuer, subject and audiences of a token, to find the key for its signature.
 *
 * @param accepted the algorithms and the types, in lower case, that the header may name
 * @throws InvalidTokenError for a token that would be refused with any key: its header or claims are no JSON, `iss`
 *   is missing, or the header has an algorithm, type or parameter that is not accepted
 */
export function readUnverified(
  token: string,
  accepted: AcceptedHeader = { algorithms: ALGORITHMS, types: TYPES },
): UnverifiedJwt {
  let header: ProtectedHeaderParameters;
  let claims: JWTPayload;
  try {
    header = decodeProtectedHeader(token);
    claims = decodeJwt(token);
  } catch {
    throw new InvalidTokenError('header or claims are no JSON object');
  }
  requireSafeHeader(header, accepted);
  const { iss, sub, aud } = claims as Readonly<Record<string, unknown>>;
  if (typeof iss !== 'string' || !ISSUER_NAME.test(iss))
    throw new InvalidTokenError('iss is missing or no name');
  return { issuer: iss, subject: sub, audiences: audiencesOf(aud) };
}

/** RFC 7519 §4.1.3: the claim `aud` is one audience or an array of them. */
export const audiencesOf = (aud: unknown): readonly unknown[] =>
  Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];

/**
 * Refuses a token that is valid for too long. It could not be revoked, since JWTs are not looked up anywhere.
 *
 * @throws InvalidTokenError where the end is further away than this, allowing for the difference of clocks
 */
export function requireNearEnd({ exp = 0 }: JWTPayload, hours: number): void {
  if (exp - Date.now() / 1000 <= hours * 3600 + CLOCK_TOLERANCE) return;
  throw new InvalidTokenError(`exp is more than ${hours} hours away`);
}

function requireSafeHeader(header: ProtectedHeaderParameters, { algorithms, types }: AcceptedHeader): void {
  const { alg, kid, typ } = header as Readonly<Record<string, unknown>>;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    throw new InvalidTokenError(`alg is not one of ${algorithms.join(', ')}`);
  }
  const refused = REFUSED_PARAMETERS.find((name) => name in header);
  if (refused !== undefined) throw new InvalidTokenError(`the header holds ${refused}`);
  if (typeof kid !== 'string' || kid === '') throw new InvalidTokenError('kid is missing');
  if (typ !== undefined && !(typeof typ === 'string' && types.includes(typ.toLowerCase()))) {
    throw new InvalidTokenError(`typ is not one of ${types.join(', ')}`);
  }
}
