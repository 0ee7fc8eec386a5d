/**
 * A signed token that is refused. The caller is told no more than that; the reason, in fixed words without anything
 * from the token, is for the log.
 */
export class InvalidTokenError extends Error {
  constructor(
    readonly reason: string,
    /** The row of the issuer that the token was judged by. */
    readonly issuerId?: string,
  ) {
    super(reason);
    this.name = 'InvalidTokenError';
  }
}
