/**
 * The state of a credential as a look-up for an earlier request found it. The first transaction of a request that relies on it
 * checks whether the state is still the same, and otherwise fails with a {@link StaleCredentialError}.
 */
export interface RememberedCredential {
  /** A token of a company, or a credential of a platform. */
  readonly kind: 'token' | 'platform';
  /** The SHA-256 hash of its secret. */
  readonly hash: Buffer;
  /** The transactions that wrote the rows of the credential and of the company, in decimal digits. */
  readonly credentialRow: string;
  readonly companyRow: string;
  /** Whether a transaction of the request has confirmed the state. */
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
