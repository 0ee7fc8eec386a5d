import { Backoff } from './backoff.js';
import { type Connection } from './connection.js';
import { FormatError } from './errors.js';
import { type Change, type ChangeType, type FeedPage } from './messages.js';

const WAIT_SECONDS = 25;
const LIMIT = 500;

/** Where a reader keeps how far it has come: a file, a row, a key. */
export interface PositionStore {
  /** @returns undefined where there is none yet */
  load(): string | undefined | Promise<string | undefined>;
  /** Called when the reader has dealt with all changes in front of the position. */
  save(position: string): void | Promise<unknown>;
}

export interface FeedOptions {
  /** Slug or id of the company. Without it the feed has all companies of a platform credential. */
  readonly company?: string | undefined;
  /** The position to go on from, or `now`. Without it and without `positions`, the feed begins with its oldest change. */
  readonly after?: string | undefined;
  /** Goes on from what was saved, and saves after each page. What was not saved comes again after a restart. */
  readonly positions?: PositionStore;
  /** Only these types. */
  readonly types?: readonly ChangeType[];
  /** The most changes of a page, 1 to 1,000; 500 by default. */
  readonly limit?: number;
  /** How long the service waits for a change before it answers with none, 0 to 30 seconds; 25 by default. */
  readonly waitSeconds?: number;
  /** Whether it goes on with changes to come; with `false` it ends where the feed does at present. */
  readonly live?: boolean;
  /** Ends it: the iterator throws the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the feed page by page, for ever, in order. What may pass (no connection, 429, 503 and other faults of servers) is
 * tried again with growing pauses; `Retry-After` is heeded.
 *
 * @throws PositionRefusedError where the feed can't go on from the position; RefusedError for other refusals; FormatError
 */
export async function* readFeed(
  connection: Connection,
  options: FeedOptions,
): AsyncGenerator<FeedPage, void, undefined> {
  const { positions, signal, live = true } = options;
  const backoff = new Backoff();
  let after = options.after ?? (await positions?.load());
  for (;;) {
    const from = after;
    const page = await connection.retry(() => readPage(connection, options, from), signal, Infinity, backoff);
    backoff.reset();
    yield page;
    after = page.next;
    await positions?.save(after);
    if (!live && !page.more) return;
  }
}

/** The changes of `readFeed`, one by one. A position is saved when all changes of its page were taken. */
export async function* readChanges(
  connection: Connection,
  options: FeedOptions,
): AsyncGenerator<Change, void, undefined> {
  for await (const { changes } of readFeed(connection, options)) yield* changes;
}

async function readPage(
  connection: Connection,
  { company, types, limit = LIMIT, live = true, waitSeconds = live ? WAIT_SECONDS : 0, signal }: FeedOptions,
  after: string | undefined,
): Promise<FeedPage> {
  const path = company === undefined ? '/platform/v1/changes' : `${companyPath(company)}/changes`;
  const query = { after, types: types?.join(','), limit, wait: waitSeconds };
  const page = (await connection.jsonOnce({
    path,
    query,
    signal,
    waitMs: waitSeconds * 1000,
  })) as Partial<FeedPage> | null;
  if (!Array.isArray(page?.changes) || typeof page.next !== 'string' || typeof page.more !== 'boolean') {
    throw new FormatError(`GET ${path}: no page of a feed. Is baseUrl the address of Rollcall?`);
  }
  return page as FeedPage;
}

/** Path of what is about one company. */
export const companyPath = (company: string): string =>
  `/platform/v1/companies/${encodeURIComponent(company)}`;
