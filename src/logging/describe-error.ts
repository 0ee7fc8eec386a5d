import { plainText, withoutValues } from '../protocol/text/plain-text.js';

const LONGEST_MESSAGE = 500;
const MOST_FRAMES = 20;
const MOST_CAUSES = 5;

/** An error for the log. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  /** Where it was thrown, a line for each call. */
  readonly stack: string;
  readonly cause?: DescribedError;
}

/**
 * What may be logged of an error. PostgreSQL and libraries put values of a statement into `detail`, `where`, `parameters`
 * and, between quotation marks, into the message: all that is left out.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: describeMessage(String(error)), stack: '' };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message: describeMessage(error.message),
    ...(typeof code === 'string' && { code }),
    stack: framesOf(error),
    ...(error.cause !== undefined && depth < MOST_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}

const describeMessage = (message: string): string => plainText(withoutValues(message), LONGEST_MESSAGE);

/** The stack begins with the message, which may have several lines. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.slice(0, MOST_FRAMES).join('\n');
}
