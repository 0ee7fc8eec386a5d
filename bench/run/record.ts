import { readFileSync, writeFileSync } from 'node:fs';
import { type Comparison } from './compare.js';

/** What docs/performance.md says, for programs. */
const RECORD = 'docs/performance.json';
/** The least part of a recorded ratio that a check accepts. */
const LEAST = 0.75;

/** Rollcall's rates as parts of the floor's, by the names of the works. */
export type Ratios = Readonly<Record<string, number>>;

interface PerformanceRecord {
  /** What was run, where and when. */
  readonly run: string;
  readonly ratios: Ratios;
}

const ratiosOf = (comparisons: readonly Comparison[]): Ratios =>
  Object.fromEntries(comparisons.map(({ work, ratio }) => [work.name, Math.round(ratio * 1000) / 1000]));

export function writeRecord(run: string, comparisons: readonly Comparison[]): void {
  const record: PerformanceRecord = { run, ratios: ratiosOf(comparisons) };
  writeFileSync(RECORD, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** Says what has fallen too far; the process then ends with 1. */
export function checkRecord(comparisons: readonly Comparison[]): void {
  const { ratios } = JSON.parse(readFileSync(RECORD, 'utf8')) as PerformanceRecord;
  const complaints =
    Object.keys(ratios).length === 0
      ? [`Nothing is recorded in ${RECORD}: npm run bench does.`]
      : fallenRatios(ratios, ratiosOf(comparisons));
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  if (complaints.length > 0) process.exitCode = 1;
}

/** @returns a sentence about each ratio that was found and is more than a quarter below what is recorded */
export const fallenRatios = (recorded: Ratios, found: Ratios): readonly string[] =>
  Object.entries(found).flatMap(([name, ratio]) => {
    const before = recorded[name];
    return before === undefined || ratio >= before * LEAST
      ? []
      : [`${name}: ${ratio} of the floor, where ${before} is recorded`];
  });
