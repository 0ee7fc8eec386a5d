import { UnavailableError } from '../protocol/error/unavailable.error.js';
import { type RefusedCredential } from '../scim/request-facts.js';

/** The keys of an issuer can't be fetched at present, so that its tokens can't be verified. */
export class KeysUnavailableError extends UnavailableError {
  override readonly reason = 'keys';

  /** @param refused for the log: whose credential it is, though that is not proved */
  constructor(
    retryAfterSeconds: number,
    readonly refused?: RefusedCredential,
  ) {
    super("The keys of the token's issuer can't be fetched at the moment.", retryAfterSeconds);
    this.name = 'KeysUnavailableError';
  }

  /** The same error with the credential that the request claims to have. */
  about(known: Omit<RefusedCredential, 'reason'>): KeysUnavailableError {
    const reason = "the keys of the issuer can't be fetched";
    return new KeysUnavailableError(this.retryAfterSeconds, { ...known, reason });
  }
}
