import { parseArgs } from 'node:util';
import { type Part, PARTS, WORK_NAMES } from './parts.js';

/** What `npm run bench` is asked to do. */
export interface BenchOptions {
  /** Less of everything, so that all ends within five minutes. */
  readonly quick: boolean;
  /** Compares with the record and writes nothing. */
  readonly check: boolean;
  readonly parts: readonly Part[];
  /** How many users the scale part compares with few; undefined where it is not run. */
  readonly scale: number | undefined;
  /** How many minutes the soak takes; undefined where it is not run. */
  readonly soak: number | undefined;
}

const MILLION = 1_000_000;

export const USAGE = `npm run bench -- [options]
  --quick          less of everything, within five minutes
  --check          as --quick; ends with 1 where a ratio to the floor has fallen by more than a quarter
  --only=<name>    only this part, and writes nothing; may be given again: ${PARTS.join(', ')}
  --scale[=users]  only large companies against small ones: a million users where no number is given
  --soak=<minutes> only steady load, and whether the memory grows`;

/** @throws Error where an argument is not known or no number */
export function readOptions(args: readonly string[]): BenchOptions {
  // `parseArgs` knows no option whose value may be left out.
  const complete = args.map((each) => (each === '--scale' ? `--scale=${MILLION}` : each));
  const { values } = parseArgs({
    args: complete,
    options: {
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      scale: { type: 'string' },
      soak: { type: 'string' },
    },
  });
  const { check, only, scale, soak } = values;
  return {
    quick: values.quick || check,
    check,
    parts: partsOf(only, check),
    scale: numberOf('scale', scale),
    soak: numberOf('soak', soak),
  };
}

/** Nothing else than the kinds of requests is recorded. */
function partsOf(only: readonly string[], check: boolean): readonly Part[] {
  const unknown = only.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only has no part ${unknown}`);
  if (only.length > 0) return PARTS.filter((part) => only.includes(part));
  return check ? WORK_NAMES : PARTS;
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} is no number: ${text}`);
  return value;
}
