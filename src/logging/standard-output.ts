import { pino, type DestinationStream } from 'pino';

/** How many bytes of lines wait for a reader before further lines are dropped. */
const MOST_WAITING = 1024 * 1024;

/**
 * The greatest number of bytes in one write. POSIX: so many go through a pipe in one piece, so that the lines of several
 * worker processes do not get mixed up.
 */
const PIPE_BUF = 4096;

/** How long an ending process tries to get rid of its last lines, in milliseconds. */
const LAST_LINES_MS = 1000;

/**
 * Standard output, for a log. Writing never holds the event loop: lines wait in memory while nobody takes them, as where
 * a pipe is full, and are dropped beyond a limit.
 *
 * @param tell called with the number of lines that were dropped, as soon as lines are taken again
 * @param fd the file descriptor that is written to, where it is another one
 */
export function standardOutput(
  tell: (dropped: number) => void,
  fd: number = process.stdout.fd,
): DestinationStream & { flushSync(): void } {
  let dropped = 0;
  let endsAt = Infinity;
  process.once('exit', () => (endsAt = Date.now() + LAST_LINES_MS));
  const output = pino.destination({
    fd,
    sync: false,
    maxLength: MOST_WAITING,
    maxWrite: PIPE_BUF,
    retryEAGAIN: () => Date.now() < endsAt,
  });
  // A log that can't be written is no reason to stop serving, or to end otherwise than asked to.
  output.on('error', () => undefined);
  const flush = output.flushSync.bind(output);
  output.flushSync = () => {
    try {
      flush();
    } catch {
      // Nobody reads the last lines.
    }
  };
  output.on('drop', () => (dropped += 1));
  output.on('drain', () => {
    if (dropped === 0) return;
    const told = dropped;
    dropped = 0;
    tell(told);
  });
  return output;
}
