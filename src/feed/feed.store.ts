import { type JsonObject } from '../protocol/json.js';
import { type AbortSignalLike } from '../scim/abort-signal.js';
import { type CompanyScope } from '../scim/company-scope.js';
import { type FeedPosition } from './feed-positions.js';

/** Who reads the feed, and of which companies. */
export interface FeedReader {
  /** Readers with the same id share one turn at the database. */
  readonly id: string;
  /**
   * The hash of a platform credential. The database reads what is in force for it at that moment, and nothing where it is
   * no longer in force. Undefined where the reader is the server itself, for companies that it names.
   */
  readonly credential?: Buffer | undefined;
  /** Decimal digits; undefined for all companies of the credential. */
  readonly companies: readonly string[] | undefined;
  /** Aborted when the reader no longer waits. */
  readonly signal?: AbortSignalLike | undefined;
}

/** A member that came (1) or went (-1) by an entry. Names are the present ones, null where there is none. */
export interface EntryMember {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly type: 'User' | 'Group';
  readonly sign: 1 | -1;
  /** `userName` of a user, `displayName` of a group. */
  readonly name: string | null;
  readonly externalId: string | null;
}

/** An entry of the journal that has its place in the feed. Where the entry itself is gone, `operation` is null. */
export interface FeedEntry {
  readonly place: string;
  /** Decimal digits. */
  readonly companyId: string;
  readonly slug: string;
  /** 16 hexadecimal digits. */
  readonly entryId: string;
  readonly txn: string;
  readonly credential: string | null;
  readonly operation: string | null;
  readonly resourceType: string | null;
  /** 16 hexadecimal digits. */
  readonly resourceId: string | null;
  readonly externalId: string | null;
  readonly display: string | null;
  readonly userName: string | null;
  /** Of a user who is there: whether he is active now. */
  readonly active: boolean | null;
  readonly version: number | null;
  readonly attributes: readonly string[];
  /** How many members came or went. */
  readonly changed: number;
  /** The first of them. */
  readonly members: readonly EntryMember[];
  /** Further details; of a restore, what it brought back. */
  readonly detail: JsonObject | null;
}

/** What stands in the feed behind a position. */
export interface FeedPart {
  readonly entries: readonly FeedEntry[];
  /** The position to read behind next; it moves where nothing was found, too. */
  readonly next: FeedPosition;
  /** Whether there is more behind it already. */
  readonly more: boolean;
}

/** All that a company has at one moment. */
export interface FeedSnapshot {
  /** Behind it are the changes that came later, and some that are in the snapshot already. */
  readonly position: FeedPosition;
  /**
   * The users, then the groups, then the memberships, in batches. It is read as fast as the database gives it, which holds
   * a connection; ending the iteration early ends the transaction.
   */
  readonly lines: AsyncIterable<readonly SnapshotLine[]>;
}

export interface SnapshotLine {
  readonly kind: 'user' | 'group' | 'membership';
  /** JSON without an end of line. */
  readonly json: string;
}

/** The feed of changes: the journal's entries in the order in which they were committed. */
export abstract class FeedStore {
  /**
   * Reads what stands behind a position, in one statement and at most `most` entries with up to 100 members each. Fewer
   * come where they have many members, or there are many companies.
   *
   * @returns undefined where entries behind the position were removed, so that the reader has missed some
   * @throws UnavailableError where the database can't be asked
   */
  abstract read(reader: FeedReader, behind: FeedPosition, most: number): Promise<FeedPart | undefined>;

  /** The position behind everything that there is at this moment. */
  abstract end(reader: FeedReader): Promise<FeedPosition>;

  /**
   * The members that came and went by an entry, in the order of their ids.
   *
   * @param entryId 16 hexadecimal digits
   * @param page the id behind which it begins, and how many it has at most
   * @returns undefined where the company's journal has no such entry of a group
   */
  abstract members(
    scope: CompanyScope,
    entryId: string,
    page: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly EntryMember[] | undefined>;

  /**
   * Begins to read all users, groups and memberships of a company in one transaction that sees no later change.
   *
   * @param limit how long the transaction may take, in milliseconds; behind it the iteration throws an UnavailableError
   * @returns undefined where the company's snapshot is being read by somebody else
   */
  abstract snapshot(scope: CompanyScope, limit: number): Promise<FeedSnapshot | undefined>;

  /**
   * Which companies have entries behind a place, by decimal digits, and the place up to which that was looked; undefined
   * for the place alone, where none is given.
   */
  abstract news(
    behind: string | undefined,
  ): Promise<{ readonly head: string; readonly companies: readonly string[] }>;

  /** Calls the listener whenever this process has given changes their place, or another one is at it. */
  abstract onMoved(listener: () => void): void;
}
