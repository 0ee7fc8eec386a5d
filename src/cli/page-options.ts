import { InvalidArgumentError, Option } from 'commander';

const MAX_COUNT = 1000;
const DEFAULT_COUNT = 100;

/** Which part of a list a command prints. */
export interface PageOptions {
  readonly count: number;
  readonly cursor?: string;
}

/** The option `--count`. */
export const countOption = (things: string): Option =>
  new Option('--count <number>', `how many ${things} are printed, at most ${MAX_COUNT}`)
    .argParser(parseCount)
    .default(DEFAULT_COUNT);

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_COUNT) {
    throw new InvalidArgumentError(`expected a number from 1 to ${MAX_COUNT}`);
  }
  return count;
}
