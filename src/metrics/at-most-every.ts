import { setTimeout as sleep } from 'node:timers/promises';

/** How long a scrape waits for the database, in milliseconds. */
const PATIENCE_MS = 500;

/**
 * The `collect` of a gauge that is counted in the database, at most once in so many milliseconds. While that does not
 * answer, the last count stays.
 */
export function atMostEvery(milliseconds: number, count: () => Promise<void>): () => Promise<void> {
  let counted = -Infinity;
  const recount = async (): Promise<void> => {
    try {
      await count();
      counted = performance.now();
    } catch {
      // The next scrape asks again.
    }
  };
  return async () => {
    if (performance.now() - counted < milliseconds) return;
    await Promise.race([recount(), sleep(PATIENCE_MS, undefined, { ref: false })]);
  };
}
