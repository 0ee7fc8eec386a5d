/** The reader of the output has closed it early, as `head` does. The command ends without a message. */
export class OutputGoneError extends Error {
  constructor() {
    super('Nobody reads the output any more.');
    this.name = 'OutputGoneError';
  }
}

const GONE = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);
const listeners = new Set<() => void>();
let gone = false;

/** Whether somebody who read the output of this process has gone. */
export const isOutputGone = (): boolean => gone;

/** Calls the listener when that happens, or at once where it has. Returns how to stop that. */
export function onOutputGone(listener: () => void): () => void {
  if (gone) listener();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Ends a command when the reader of its output has gone; any other error of the output ends the process. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', judge);
}

function judge({ code = '' }: NodeJS.ErrnoException): void {
  if (!GONE.has(code)) {
    process.stderr.write(`The output can't be written (${code}).\n`);
    process.exit(1);
  }
  gone = true;
  for (const listener of listeners) listener();
}
