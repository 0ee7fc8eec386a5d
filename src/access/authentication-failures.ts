import { TooManyRequestsError } from '../protocol/error/too-many-requests.error.js';

export const WINDOW_SECONDS = 60;

/**
 * Bounds how often an address may send requests without valid credentials, to the surfaces, the token endpoint and the
 * admin API together. The limits module provides it.
 */
export abstract class AuthenticationFailures {
  /**
   * Lets a request of an address be authenticated. A request with a credential that was valid a moment ago is always let
   * through, so that nobody can lock out others who share the address.
   *
   * @param credential what the client sends with each request: the value of its Authorization header, or its id and secret
   *   in a form; undefined for a request without either
   * @throws TooManyRequestsError where too many requests of the address have failed
   */
  abstract admit(address: string, credential: string | undefined): Promise<void>;

  /**
   * Notes whether the credential was valid.
   *
   * @param holder the company that it is for, or its own id where it is for none alone; undefined where it was not valid
   */
  abstract note(address: string, credential: string | undefined, holder: string | undefined): Promise<void>;

  /** Whose the credential was when it was valid lately; undefined where that is not known. */
  abstract holderOf(credential: string): string | undefined;
}

/**
 * 429 for an address that has failed too often.
 *
 * @param most how many failures a minute are answered
 * @param seconds until the next one is answered
 */
export const tooManyFailures = (most: number, seconds: number): TooManyRequestsError =>
  new TooManyRequestsError(
    'rate',
    `Too many requests without valid credentials came from this address: ${most} a minute are answered. Send this one ` +
      'again, with valid credentials, after the time in Retry-After.',
    seconds,
    {
      'RateLimit-Policy': `"authentication";q=${most};w=${WINDOW_SECONDS}`,
      RateLimit: `"authentication";r=0;t=${seconds}`,
    },
  );
