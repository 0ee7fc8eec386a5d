import { Presets, SingleBar } from 'cli-progress';

/** How far something is that takes a while. */
export interface Progress {
  begin(steps: number): void;
  /** One step further, or several; `title` tells where. */
  advance(title: string, steps?: number): void;
  end(): void;
}

/** Draws nothing. */
export const SILENT_PROGRESS: Progress = {
  begin: () => undefined,
  advance: () => undefined,
  end: () => undefined,
};

/** A bar on standard error. */
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
