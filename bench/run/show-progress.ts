import { makeProgressBar, type Progress } from '../../src/demo/progress.js';

/** A bar on a terminal; elsewhere a line on standard error whenever something else is done. */
export function showProgress(): Progress {
  if (process.stderr.isTTY) return makeProgressBar();
  const begun = performance.now();
  let last = '';
  return {
    begin: () => undefined,
    advance: (title) => {
      const seconds = Math.round((performance.now() - begun) / 1000);
      if (title !== last) process.stderr.write(`${seconds} s: ${title}\n`);
      last = title;
    },
    end: () => undefined,
  };
}
