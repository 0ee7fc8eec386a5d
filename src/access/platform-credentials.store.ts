import { type RefusedCredential } from '../scim/request-facts.js';
import { type RememberedCredential } from '../scim/remembered-credential.js';
import { type CallerCompany } from './credential.js';

/** What a platform may read: the feed of changes, whether somebody is a member, and who is a member of what. */
export type PlatformScope = 'feed' | 'check' | 'search';

export const PLATFORM_SCOPES: readonly PlatformScope[] = ['feed', 'check', 'search'];

/** A platform credential in force. */
export interface PlatformCredential {
  /** `platform:` and the id of its row. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly PlatformScope[];
  /**
   * Decimal digits of the companies that it may read, where none was asked for; `all` for all, those to come included.
   */
  readonly companies: readonly string[] | 'all';
  /** The company that was asked for; undefined where the credential may not read it, or there is none. */
  readonly company: CallerCompany | undefined;
  /** Where it was looked up for an earlier request. */
  readonly remembered?: RememberedCredential;
}

/** The result of a look-up: a credential in force, or one that has ended, with the reason. */
export type FoundPlatformCredential =
  | { readonly credential: PlatformCredential; readonly refused?: undefined }
  | { readonly credential?: undefined; readonly refused: RefusedCredential };

/** The credentials of platforms. Only the SHA-256 hashes of their secrets are stored. */
export abstract class PlatformCredentialsStore {
  /**
   * The credential with this SHA-256 hash as it is at this moment; undefined where there never was one.
   *
   * @param named the slug or id of a company that the request is about
   */
  abstract find(hash: Buffer, named?: string): Promise<FoundPlatformCredential | undefined>;

  /**
   * The credential as an earlier look-up, at most half a minute ago, found it, with what has to be confirmed of it. Undefined
   * where there was no such look-up, or where it found no company that is served without restriction.
   */
  abstract recall(hash: Buffer, named?: string): PlatformCredential | undefined;
}
