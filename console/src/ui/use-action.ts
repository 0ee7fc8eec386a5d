import { useState } from 'preact/hooks';
import { ProblemError } from '../api/problem.js';

/** Something that is done on request. */
export interface Action<A extends unknown[]> {
  readonly running: boolean;
  readonly problem: ProblemError | undefined;
  run(...values: A): Promise<void>;
}

/** An action of a page: not twice at a time, and what goes wrong is kept to be shown. */
export function useAction<A extends unknown[]>(act: (...values: A) => Promise<void>): Action<A> {
  const [running, setRunning] = useState(false);
  const [problem, setProblem] = useState<ProblemError>();
  const run = async (...values: A): Promise<void> => {
    if (running) return;
    setRunning(true);
    setProblem(undefined);
    try {
      await act(...values);
    } catch (error) {
      setProblem(error instanceof ProblemError ? error : new ProblemError(0, String(error)));
    } finally {
      setRunning(false);
    }
  };
  return { running, problem, run };
}
