/**
 * The numbers of the advisory locks in the database of the service, one for each purpose. Functions of the database that take
 * one have its number in their text. PostgreSQL keeps locks of one number apart from those of two, and those of each database
 * apart: `embedded-postgres` takes its own in the database `postgres`. Locks that are named by a hash of 64 bits stand where
 * they are taken.
 */
export const ADVISORY_LOCK = {
  /** Setting up the tables. */
  migration: 7_265_010,
  /** What processes that start at the same time would do twice, such as making the first company. */
  administration: 7_265_011,
  /**
   * Taken in shared mode by `join_writers` for each write. A transaction that takes it in exclusive mode waits for the writes
   * of all companies that are under way, and later writes wait until it ends.
   */
  writers: 7_265_012,
  /** Making all keys anew. */
  reindex: 7_265_013,
  /** Looking after the journal. */
  journalUpkeep: 7_265_014,
  /** Giving changes their places in the feed; taken by `relay_outbox`. */
  relay: 7_265_015,
  /** Taken by `trim_webhook_deliveries`, and by nothing else. */
  deliveriesUpkeep: 7_265_016,
} as const;

/** The first numbers of locks about one company; the second one is made of its id, by the way that stands with each. */
export const COMPANY_LOCK = {
  /** Restoring users and groups; `hashint8`. */
  restore: 7_265_016,
  /** Making a webhook, so that they are counted one by one; `hashtext`. */
  newWebhook: 7_265_017,
  /** Taken in shared mode by `refuse_elsewhere` for each write; the lower 31 bits. */
  writes: 7_265_020,
  /** Moving to another cell; the lower 31 bits. */
  move: 7_265_021,
} as const;
