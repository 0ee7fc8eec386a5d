import { type FeedPage, type Snapshot } from './messages.js';

/**
 * A copy of a company that is kept by the feed: `MembershipCache`, or tables of your own. Whoever keeps the position in the
 * same transaction as the data has a copy that survives everything.
 */
export interface Mirror {
  /** The position that goes with the data; undefined where there is none yet, so that it begins with a snapshot. */
  position(): string | undefined | Promise<string | undefined>;
  /**
   * Puts a snapshot in the place of everything. The old data stays until the snapshot was read to its end, which may fail:
   * then it is called again with another one.
   */
  replace(snapshot: Snapshot): Promise<void>;
  /**
   * Applies the changes of a page in their order, and keeps `page.next` as its position. A change whose `version` is there
   * already, or a greater one, is passed over; a deletion has the version of what it deletes, and is passed over only for a
   * greater one.
   */
  apply(page: FeedPage): void | Promise<void>;
}
