import { Presets, SingleBar } from 'cli-progress';

/** Shows the progress of a long task. */
export interface Progress {
  begin(steps: number): void;
  /** Moves on by one step or several. `title` is what is being done. */
  advance(title: string, steps?: number): void;
  end(): void;
}

/** Shows nothing. */
export const SILENT_PROGRESS: Progress = {
  begin: () => undefined,
  advance: () => undefined,
  end: () => undefined,
};

/** A progress bar on standard error. */
export function makeProgressBar(): Progress {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} {title}', hideCursor: true, clearOnComplete: true, barsize: 30 },
    Presets.shades_classic,
  );
  return {
    begin: (steps) => bar.start(steps, 0, { title: '' }),
    advance: (title, steps = 1) => bar.increment(steps, { title }),
    end: () => bar.stop(),
  };
}
