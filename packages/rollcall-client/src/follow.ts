import { Backoff, sleep } from './backoff.js';
import { type Connection } from './connection.js';
import { ConnectionError, FormatError, PositionRefusedError } from './errors.js';
import { companyPath, type FeedOptions, readFeed } from './feed.js';
import { withAllMembers } from './members.js';
import { type Snapshot, type SnapshotRecord } from './messages.js';
import { type Mirror } from './mirror.js';

export type FollowOptions = Omit<FeedOptions, 'company' | 'after' | 'positions' | 'types'>;

/**
 * Keeps a mirror of a company up to date: a snapshot where it has no position, and then the feed. A position that the feed
 * can't go on from leads to another snapshot.
 *
 * @returns with `live: false` when the mirror has everything that is there; never otherwise
 * @throws what the mirror throws; the reason of the signal; RefusedError and FormatError as the feed does
 */
export async function follow(
  connection: Connection,
  company: string,
  mirror: Mirror,
  options: FollowOptions,
): Promise<void> {
  const { signal, live = true } = options;
  // What is there is read without waiting: a mirror is not known to have everything as long as nothing was answered.
  const passes = live ? [{ ...options, live: false, waitSeconds: 0 }, options] : [options];
  const backoff = new Backoff();
  for (;;) {
    let after = await mirror.position();
    if (after === undefined) {
      await bootstrap(connection, company, mirror, signal);
      after = await mirror.position();
    }
    try {
      for (const pass of passes) {
        for await (const page of readFeed(connection, { ...pass, company, after })) {
          await mirror.apply(await withAllMembers(connection, page, signal));
          after = page.next;
          backoff.reset();
        }
      }
      return;
    } catch (error) {
      if (!(error instanceof PositionRefusedError)) throw error;
      await sleep(backoff.next(error.retryAfterMs), signal);
      await bootstrap(connection, company, mirror, signal);
    }
  }
}

/** Gives a mirror a snapshot, and another one where the first breaks off. */
function bootstrap(
  connection: Connection,
  company: string,
  mirror: Mirror,
  signal: AbortSignal | undefined,
): Promise<void> {
  return connection.retry(
    async () => mirror.replace(await openSnapshot(connection, company, signal)),
    signal,
    Infinity,
  );
}

/**
 * Begins to read a snapshot. Its records come as they are read, so that a large company needs no large memory.
 *
 * @throws FormatError where the answer is no snapshot, ConnectionError where it breaks off, RefusedError
 */
export async function openSnapshot(
  connection: Connection,
  company: string,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const path = `${companyPath(company)}/snapshot`;
  const lines = connection.linesOnce({ path, signal });
  const { value: head } = await lines.next();
  const { type, position } = (head ?? {}) as Readonly<Record<string, unknown>>;
  if (type !== 'position' || typeof position !== 'string') {
    await lines.return();
    throw new FormatError(`GET ${path}: no snapshot, since its first line has no position.`);
  }
  return { position, records: requireEnd(lines, path) };
}

const RECORDS = new Set<unknown>(['user', 'group', 'membership']);

/** The records of a snapshot. It is whole where its last line says so: a proxy may end an answer early that is cut. */
async function* requireEnd(
  lines: AsyncGenerator<unknown, void, undefined>,
  path: string,
): AsyncGenerator<SnapshotRecord, void, undefined> {
  for await (const line of lines) {
    const { type } = line as { readonly type?: unknown };
    if (type === 'end') return;
    // Records of other types may come with a later version of the service.
    if (RECORDS.has(type)) yield line as SnapshotRecord;
  }
  throw new ConnectionError(`GET ${path}: the snapshot broke off, since its last line is no end.`);
}
