/** Tells how far the feed is behind the changes. The persistence module provides it. */
export abstract class FeedLag {
  /**
   * How long ago the oldest change was made that has no place in the feed yet, in seconds; 0 where there is none.
   *
   * @throws UnavailableError where the database can't be asked
   */
  abstract seconds(): Promise<number>;
}
