import { detailOf, type Entry } from './entry.js';

/** Entries that say the same, the newest first. */
export interface Fold {
  /** Stays the same when another equal failure comes. */
  readonly key: string;
  readonly newest: Entry;
  readonly entries: readonly Entry[];
  /** How many requests they stand for. */
  readonly times: number;
}

/**
 * Equal failures as one. Two are equal where the same client was told the same of the same thing; what lies between them
 * does not matter. Everything else stays by itself, in its order.
 */
export function foldFailures(entries: readonly Entry[]): readonly Fold[] {
  const folds = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = entry.outcome === 'refused' ? keyOf(entry) : entry.id;
    const same = folds.get(key);
    if (same) same.push(entry);
    else folds.set(key, [entry]);
  }
  return [...folds].map(([key, same]) => ({
    key,
    newest: same[0]!,
    entries: same,
    times: same.reduce((sum, entry) => sum + Math.max(1, detailOf(entry).repeats ?? 1), 0),
  }));
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
