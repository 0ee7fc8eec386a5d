import { type Work } from '../protocol/work.js';

/** How long works hold the event loop at a stretch, in milliseconds. */
const STRETCH_MS = 5;
/** A work that has taken so long counts as a long one. */
const LONG_MS = 50;

interface Turns {
  /** Goes on with the work until the time is over, and says whether it is done. */
  readonly goOn: (until: number) => boolean;
  spent: number;
}

const short: Turns[] = [];
const long: Turns[] = [];
let isTurnOfLong = false;

/**
 * Carries a work out with pauses, in which the event loop serves others. However many works are under way in the process,
 * they hold the loop for one stretch in each of its rounds. Short ones take turns, many of them in one stretch. Long ones
 * have every second stretch where there are both, and go one after the other, so that what they need while they last is
 * not in memory for all of them.
 */
export function inPieces<T>(work: Work<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const goOn = (until: number): boolean => {
      try {
        for (;;) {
          const step = work.next();
          if (step.done === true) {
            resolve(step.value);
            return true;
          }
          if (performance.now() >= until) return false;
        }
      } catch (error) {
        const failure = error as Error;
        reject(failure);
        return true;
      }
    };
    const isIdle = short.length + long.length === 0;
    if (isIdle && goOn(performance.now() + STRETCH_MS)) return;
    short.push({ goOn, spent: 0 });
    if (isIdle) setImmediate(giveTurns);
  });
}

function giveTurns(): void {
  const begun = performance.now();
  const until = begun + STRETCH_MS;
  isTurnOfLong = long.length > 0 && (short.length === 0 || !isTurnOfLong);
  const queue = isTurnOfLong ? long : short;
  for (let now = begun; now < until && queue.length > 0;) {
    const [turns] = queue as [Turns];
    const isDone = turns.goOn(until);
    const end = performance.now();
    turns.spent += end - now;
    now = end;
    // What was begun meanwhile comes after it.
    if (isDone) queue.shift();
    else if (queue === short) (turns.spent < LONG_MS ? short : long).push(...short.splice(0, 1));
  }
  if (short.length + long.length > 0) setImmediate(giveTurns);
}
