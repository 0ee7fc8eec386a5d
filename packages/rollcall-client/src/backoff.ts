const FIRST_MS = 250;
const MOST_MS = 30_000;

/**
 * How long to wait before a request is sent again: twice as long after each failure, from 0.25 to 30 seconds, of which half is
 * drawn at random, so that many readers do not come back at the same moment. What `Retry-After` asks for comes on top.
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /**
   * @param retryAfterMs what the answer asked for
   * @returns milliseconds
   */
  next(retryAfterMs = 0): number {
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(this.failures, 20));
    this.failures += 1;
    return retryAfterMs + most / 2 + (this.random() * most) / 2;
  }

  /** To be called after a success. */
  reset(): void {
    this.failures = 0;
  }
}

/**
 * Waits.
 *
 * @throws the reason of the signal, as soon as it is aborted
 */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date.
 *
 * @returns milliseconds, at least 0 and at most a day; undefined where there is none that can be read
 */
export function readRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.min(Math.max(milliseconds, 0), 86_400_000);
}
