import { errors } from 'jose';
import { HIDDEN, plainText } from '../protocol/text/plain-text.js';

/** Ids of clients and URIs may be shown; whatever else stands in a claim may not. */
const SHOWN_CLAIM = /^[\w.:/-]{1,200}$/;

/** Whether a claim may be shown in the log. */
export const isShown = (claim: unknown): claim is string =>
  typeof claim === 'string' && SHOWN_CLAIM.test(claim);

/** A claim for the log, as far as it may be shown. */
export const shownClaim = (claim: unknown): string => (isShown(claim) ? plainText(claim, 200) : HIDDEN);

/** Audiences for the log: the first three of them. */
export const shownAudiences = (audiences: readonly unknown[]): string =>
  audiences.slice(0, 3).map(shownClaim).join(' ');

/** Why a JWT was refused, for the log. The error's own message is not used, since it may quote the token. */
export function describeJwtError(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `claim ${error.claim}: ${error.reason}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'the issuer has no key of this kid and alg';
  if (error instanceof errors.JOSEError) return error.code;
  return "the issuer's key can't be used";
}
