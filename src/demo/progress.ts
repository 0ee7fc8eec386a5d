import { Presets, SingleBar } from 'cli-progress';

/** How far the demonstration is. */
export interface Progress {
  begin(steps: number): void;
  /** One step further; `title` tells which. */
  advance(title: string): void;
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
    advance: (title) => bar.increment({ title }),
    end: () => bar.stop(),
  };
}
