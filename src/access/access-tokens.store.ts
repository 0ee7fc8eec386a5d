import { type RefusedCredential } from '../scim/request-facts.js';
import { type Credential } from './credential.js';

/** A token or a secret of an OAuth client that expires soon. */
export interface ExpiringCredential {
  /** Of the token, or of the client. */
  readonly id: string;
  readonly name: string;
  /** The id of a client's secret; undefined for a token. */
  readonly secretId?: string;
  /** Slug of its company. */
  readonly company: string;
  readonly expires: Date;
  /** When it was last used; null if it was not yet. */
  readonly lastUsed: Date | null;
}

/** A company that was in use, and has sent no request for as long as it says. */
export interface SilentCompany {
  /** Its slug. */
  readonly company: string;
  /** After how many hours it counts as silent. */
  readonly hours: number;
  readonly lastUsed: Date;
}

export interface ExpiringCount {
  readonly days: number;
  readonly credentials: number;
}

/** The access tokens that this server has issued. Only their SHA-256 hashes are stored. */
export abstract class AccessTokensStore {
  /**
   * The credential of the token with this SHA-256 hash, and the settings of its company as they are at this moment.
   * Undefined if the token is unknown, expired or revoked, or its company was deleted. Bytes that are no such hash are
   * unknown.
   */
  abstract findByHash(hash: Buffer): Promise<Credential | undefined>;

  /**
   * The credential as an earlier look-up, at most half a minute ago, found it, with what has to be confirmed of it. Undefined
   * where there was no such look-up, or where the company was suspended or paused then.
   */
  abstract recall(hash: Buffer): Credential | undefined;

  /**
   * The tokens and client secrets in force that expire within 30 days and have no successor, those first that expire first,
   * without those of deleted companies. Tokens that OAuth clients are issued are none of them. Each is given once a day (in
   * UTC), to whoever asks first, and told of in the journal of its company.
   */
  abstract claimExpiryWarnings(): Promise<readonly ExpiringCredential[]>;

  /**
   * The companies that have sent nothing for as long as their settings say, without suspended and deleted ones. Each silence
   * is given once, to whoever asks first, and told of in the journal of its company.
   */
  abstract claimSilences(): Promise<readonly SilentCompany[]>;

  /** How many credentials that expire soon end within 1, 7 and 30 days, those within fewer days among them. */
  abstract countExpiring(): Promise<readonly ExpiringCount[]>;

  /**
   * Whose the expired or revoked token with this SHA-256 hash is, and since when it has ended; one that is both counts as
   * revoked. Undefined if it is in force or unknown, or its company was deleted. For the log alone: it grants nothing.
   */
  abstract findRefused(hash: Buffer): Promise<RefusedCredential | undefined>;
}
