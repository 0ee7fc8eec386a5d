import { setTimeout as sleep } from 'node:timers/promises';
import { type ActivityFilter } from '../../persistence/journal/read-activity.js';
import { type Activity } from './activity.js';
import { type ActivityLog } from './activity-log.js';

const INTERVAL_MS = 1000;
/** An entry has the time at which its change began, and is seen when that is committed: a write may take as long. */
const OVERLAP_MS = 10_000;

/** How a journal is followed. */
export interface Following {
  /** How many entries that are there already come first, at most 1,000; undefined for all. */
  readonly lines: number | undefined;
  /** Whether it goes on with what comes. */
  readonly goesOn: boolean;
  /** Is told if older entries than those fulfil the filter. */
  readonly onOlder?: () => void;
}

/**
 * The newest entries that fulfil the filter, or all, the oldest of them first; and then those that come, looked for every
 * second.
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
  /** When each entry of the overlap was made, by id. */
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
  // What is there already was not asked for, but for the entries that come first.
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
