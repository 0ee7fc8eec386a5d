import { type PlatformScope } from '../../access/platform-credentials.store.js';

/** Who calls the platform API: the holder of a platform credential, or of a token of one company. */
export interface PlatformCaller {
  /** `platform:` and the id of the credential; of a token, as everywhere. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly PlatformScope[];
  /** The hash of a platform credential, by which the database knows its companies; undefined for a company's own token. */
  readonly hash: Buffer | undefined;
  /** The companies that the request may be about: the one that it names, or all of the credential. Decimal digits. */
  readonly companies: readonly string[] | 'all';
}
