import { detailOf, type Entry } from './entry.js';

/** Entries that say the same, the newest first. */
export interface Fold {
  /** Stays the same when another equal failure comes. */
  readonly key: string;
  readonly newest: Entry;
  readonly entries: readonly Entry[];
  /** How many requests they stand for. */
  readonly times: number;
  /** That a part of the same request was left out. */
  readonly leftOut?: Entry;
}

/**
 * Equal failures as one. Two are equal where the same client was told the same of the same thing; what lies between them
 * does not matter. That a part of a request was left out stands at what was done of it, where that is among the entries.
 * Everything else stays by itself, in its order.
 */
export function foldFailures(entries: readonly Entry[]): readonly Fold[] {
  const folds = new Map<string, Entry[]>();
  const done = new Map<string, string>();
  for (const { txn, outcome, id } of entries) {
    if (outcome === 'done' && !done.has(txn)) done.set(txn, id);
  }
  const leftOut = new Map<string, Entry>();
  for (const entry of entries) {
    const whole = entry.outcome === 'ignored' ? done.get(entry.txn) : undefined;
    if (whole !== undefined && !leftOut.has(whole)) {
      leftOut.set(whole, entry);
      continue;
    }
    const key = entry.outcome === 'refused' ? keyOf(entry) : entry.id;
    const same = folds.get(key);
    if (same) same.push(entry);
    else folds.set(key, [entry]);
  }
  return [...folds].map(([key, same]) => {
    const newest = same[0]!;
    const part = leftOut.get(newest.id);
    return {
      key,
      newest,
      entries: same,
      times: same.reduce((sum, entry) => sum + Math.max(1, detailOf(entry).repeats ?? 1), 0),
      ...(part && { leftOut: part }),
    };
  });
}

const keyOf = (entry: Entry): string => {
  const { credentialId, operation, resourceType, status, scimType, resourceId, display } = entry;
  const { path } = detailOf(entry);
  return JSON.stringify([
    credentialId,
    operation,
    resourceType,
    status,
    scimType,
    resourceId ?? display ?? path,
  ]);
};
