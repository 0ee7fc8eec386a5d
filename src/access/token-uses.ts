import { type Credential } from './credential.js';

/** A credential of a company, or one for several companies. */
export type UsedCredential = Pick<Credential, 'id'> & Partial<Pick<Credential, 'company'>>;

/**
 * Keeps when each access token, OAuth client and platform credential was last used, and when a signed token of an issuer was last
 * accepted for a company, for administrators.
 */
export abstract class TokenUses {
  /**
   * Notes that a request was made with a credential. It returns at once and never throws; what can't be written is
   * lost.
   *
   * @param client the client's name for itself, as the request's facts have it
   */
  abstract note(credential: UsedCredential, client: string | undefined): void;
}
