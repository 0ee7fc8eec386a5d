/** Keeps when each access token, OAuth client and platform credential was last used, for administrators. */
export abstract class TokenUses {
  /**
   * Notes that a request was made with a credential. It returns at once and never throws; what can't be written is
   * lost.
   *
   * @param client the client's name for itself, as the request's facts have it
   */
  abstract note(credential: { readonly id: string }, client: string | undefined): void;
}
