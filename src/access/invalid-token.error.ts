/**
 * A JWT was refused. The client is not told why. `reason` is for the log; it is one of a fixed set of texts, and
 * contains nothing from the token.
 */
export class InvalidTokenError extends Error {
  constructor(
    readonly reason: string,
    /** Id of the row of the issuer whose conditions the token did not meet; undefined if no issuer was found. */
    readonly issuerId?: string,
  ) {
    super(reason);
    this.name = 'InvalidTokenError';
  }
}
