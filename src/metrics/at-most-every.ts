import { setTimeout as sleep } from 'node:timers/promises';

/** How long a scrape waits for the database, in milliseconds. */
const PATIENCE_MS = 500;

/**
 * The `collect` of gauges whose values are counted in the database: at most once in so many milliseconds, and once at a
 * time. While the database does not answer, the gauges keep their last values.
 */
export function atMostEvery(milliseconds: number, count: () => Promise<void>): () => Promise<void> {
  let counted = -Infinity;
  let counting: Promise<void> | undefined;
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
    counting ??= recount().finally(() => (counting = undefined));
    await Promise.race([counting, sleep(PATIENCE_MS, undefined, { ref: false })]);
  };
}
