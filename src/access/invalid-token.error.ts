import { type RefusedCredential } from '../scim/request-facts.js';

/** A token was refused. The client is not told why. */
export class InvalidTokenError extends Error {
  /**
   * @param reason for the log: one of a fixed set of texts, with nothing from the token
   * @param known for the log: whose token it is, and what it named that may be shown
   */
  constructor(
    readonly reason: string,
    readonly known: Omit<RefusedCredential, 'reason'> = {},
  ) {
    super(reason);
    this.name = 'InvalidTokenError';
  }
}

/** An opaque token is not in force; whether it ever was is yet to be looked up, by its SHA-256 hash. */
export class UnknownTokenError extends Error {
  constructor(readonly hash: Buffer) {
    super('no such token is in force');
    this.name = 'UnknownTokenError';
  }
}
