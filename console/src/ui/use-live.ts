import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ProblemError } from '../api/problem.js';

const EVERY_MS = 5000;

/** What was loaded last, and what went wrong since. */
export interface Live<T> {
  readonly value: T | undefined;
  readonly problem: ProblemError | undefined;
  /** Loads it anew, at once. */
  readonly refresh: () => void;
}

/**
 * Loads something, and again and again while the page can be seen. What was loaded stays where a later try fails.
 *
 * @param load is called anew where one of the keys has changed
 * @param keys texts that say what is loaded
 * @param every how many milliseconds lie between two calls; five seconds where it is left out
 */
export function useLive<T>(
  load: (signal: AbortSignal) => Promise<T>,
  keys: readonly string[],
  every = EVERY_MS,
): Live<T> {
  const name = JSON.stringify(keys);
  const [state, setState] = useState<{ name: string; value?: T; problem?: ProblemError }>({ name });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  // It loads at once, and not behind the first paint.
  useLayoutEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let underWay = false;
    const run = async (): Promise<void> => {
      clearTimeout(timer);
      if (underWay || document.hidden) return;
      underWay = true;
      try {
        const value = await latest.current(ended.signal);
        if (!ended.signal.aborted) setState({ name, value });
      } catch (error) {
        if (ended.signal.aborted) return;
        const problem = error instanceof ProblemError ? error : new ProblemError(0, String(error));
        setState((before) => ({ ...(before.name === name ? before : { name }), problem }));
      } finally {
        underWay = false;
        if (!ended.signal.aborted) timer = setTimeout(() => void run(), every);
      }
    };
    const onVisible = (): void => void run();
    document.addEventListener('visibilitychange', onVisible);
    void run();
    return () => {
      ended.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [name, turn, every]);

  const refresh = useCallback(() => setTurn((before) => before + 1), []);
  const current = state.name === name ? state : { value: undefined, problem: undefined };
  return { value: current.value, problem: current.problem, refresh };
}
