/**
 * A computation on much data that may be interrupted wherever it yields, so that other requests have their turn. It
 * yields about once for {@link SLICE} values; whoever runs it decides how long it goes on at a stretch.
 */
export type Work<T> = Generator<undefined, T, undefined>;

/** How many values a work looks at between two yields: about a millisecond's worth. */
export const SLICE = 1024;

/** Carries a work out in one go. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
