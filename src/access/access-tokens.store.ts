import { type Credential } from './credential.js';

/** The access tokens that this server has issued. Only their SHA-256 hashes are stored. */
export abstract class AccessTokensStore {
  /** The credential of the token with this SHA-256 hash; undefined if the token is unknown, expired or revoked. */
  abstract findByHash(hash: Buffer): Promise<Credential | undefined>;
}
