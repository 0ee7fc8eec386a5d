import { setTimeout as sleep } from 'node:timers/promises';
import { type ActivityFilter } from '../../persistence/journal/read-activity.js';
import { type Activity } from './activity.js';
import { type ActivityLog } from './activity-log.js';

const INTERVAL_MS = 1000;
/** How long an entry may become visible after its time, which is when its change began: as long as a write may take. */
const OVERLAP_MS = 10_000;

/** How a journal is followed. */
export interface Following {
  /** How many entries that are there already come first, at most 1,000; undefined for all. */
  readonly lines: number | undefined;
  /** Whether entries follow that are made later. */
  readonly goesOn: boolean;
  /** Called if older entries fulfil the filter too. */
  readonly onOlder?: () => void;
}

/**
 * The entries that fulfil the filter, the oldest first: the newest so many of those that there are, or all of them; then new
 * ones, which are looked for every second.
 *
 * @throws AdministrationError as {@link ActivityLog.list} does
 */
export async function* followActivity(
  log: ActivityLog,
  slug: string,
  filter: ActivityFilter,
  { lines, goesOn, onOlder }: Following,
): AsyncGenerator<Activity> {
  const begin = new Date();
  /** The times of the entries that were given or are passed over, by id. */
  const seen = new Map<string, string>();
  const newer = async function* (from: Date): AsyncGenerator<Activity> {
    for await (const batch of log.export(slug, { ...filter, from }, { members: false })) {
      for (const entry of batch) {
        if (!seen.has(entry.id)) yield entry;
        seen.set(entry.id, entry.at);
      }
    }
  };
  const since = (time: Date): Date => new Date(time.getTime() - OVERLAP_MS);
  // Entries from before the beginning are passed over, but for the `lines` that come first.
  if (goesOn) for await (const entry of newer(since(begin))) seen.set(entry.id, entry.at);
  if (lines === undefined) {
    for await (const batch of log.export(slug, filter, { members: false })) {
      for (const { id, at } of batch) if (at >= since(begin).toISOString()) seen.set(id, at);
      yield* batch;
    }
  } else if (lines > 0) {
    const { items, next } = await log.list(slug, filter, { count: lines });
    if (next !== null) onOlder?.();
    for (const { id, at } of items) seen.set(id, at);
    yield* [...items].reverse();
  }
  if (!goesOn) return;
  let from = since(begin);
  for (;;) {
    for (const [id, at] of seen) if (at < from.toISOString()) seen.delete(id);
    for await (const entry of newer(from)) {
      if (since(new Date(entry.at)) > from) from = since(new Date(entry.at));
      yield entry;
    }
    await sleep(INTERVAL_MS);
  }
}
