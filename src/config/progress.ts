/** Says in one line what is being done. */
export type Say = (line: string) => void;

export const sayNothing: Say = () => undefined;

/** How long something may take before it is worth a word, in milliseconds. */
const PATIENCE_MS = 1000;

/** Waits for the work, and says what is being waited for where that takes longer than a second. */
export async function sayIfSlow<T>(say: Say, line: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => say(line), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
