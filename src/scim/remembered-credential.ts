/**
 * What the database said of a credential that was looked up for an earlier request. The first transaction of a request
 * that goes by it asks whether all is still so, and fails with a {@link StaleCredentialError} where it isn't.
 */
export interface RememberedCredential {
  /** A token of a company, or a credential of a platform. */
  readonly kind: 'token' | 'platform';
  /** The SHA-256 hash of its secret. */
  readonly hash: Buffer;
  /** The transactions that wrote the rows of the credential and of the company, in decimal digits. */
  readonly credentialRow: string;
  readonly companyRow: string;
  /** Whether a transaction of the request has found it to be so. */
  confirmed: boolean;
}

/** A remembered credential, or its company, was changed or has ended meanwhile. Nothing was read or written for it. */
export class StaleCredentialError extends Error {
  constructor(options?: ErrorOptions) {
    super('the credential or its company has changed', options);
    this.name = 'StaleCredentialError';
  }
}

/** Whether a credential is remembered and no transaction has confirmed it. */
export const isUnconfirmed = (remembered: RememberedCredential | undefined): boolean =>
  remembered?.confirmed === false;
