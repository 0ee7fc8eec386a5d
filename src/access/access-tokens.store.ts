import { type Credential } from './credential.js';

/** Where tokens are kept: as SHA-256 hashes, never as text. */
export abstract class AccessTokensStore {
  /** The credential whose token has this SHA-256 hash; undefined where it is unknown, expired or revoked. */
  abstract findByHash(hash: Buffer): Promise<Credential | undefined>;
}
