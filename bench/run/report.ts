import { mkdirSync, writeFileSync } from 'node:fs';
import { markdownTable, writeSection } from '../../test/support/document-section.js';
import { type BenchDatabase } from '../database.js';
import { type BenchOptions } from '../options.js';
import { barChart, lineChart } from './chart.js';
import { COMPANIES, type SteadyCompanies } from './companies.js';
import { type Comparison, type WorkFigures } from './compare.js';
import { type CycleFigures } from './cycle.js';
import { describePlace } from './place.js';
import { writeRecord } from './record.js';
import { type StartFigures } from './start.js';

const PAGE = 'docs/performance.md';
const IMAGES = 'docs/images';
const MEBIBYTE = 1024 * 1024;
const GOALS = { start: 1500, memory: 110, loaded: 220, growth: 5 };

/** What a run found; parts that were not asked for are missing. */
export interface Findings {
  readonly comparisons: readonly Comparison[];
  readonly cycles?: readonly CycleFigures[];
  readonly companies?: SteadyCompanies;
  readonly start?: StartFigures;
}

/** The resident memory of a server under steady load, in bytes, at even distances. */
export interface SoakFigures {
  readonly minutes: number;
  readonly perSecond: number;
  /** How many of all were refused with 503, or not answered. */
  readonly unserved: number;
  readonly memory: readonly number[];
  /** The median of the last fifth less that of the second: the first one still warms up. */
  readonly growth: number;
}

/** A dash where nothing was answered. */
const milliseconds = (value: number): string =>
  Number.isFinite(value) ? `${value.toFixed(value < 10 ? 2 : 0)} ms` : '–';
const count = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
const mebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;
const judge = (isMet: boolean): string => (isMet ? 'met' : 'not met');

/** Writes everything on standard output. */
export function printComparison(findings: Findings): void {
  process.stdout.write(`${tablesOf(findings).join('\n\n')}\n`);
}

/** Writes the page, its chart and the record of a run of all parts. */
export async function writeComparison(
  { url }: BenchDatabase,
  findings: Findings,
  { quick }: BenchOptions,
): Promise<void> {
  const { comparisons } = findings;
  const place = `${await describePlace(url)} ${quick ? 'A quick run.' : 'A full run.'}`;
  const groups = comparisons.map(({ work, ratio, toScimmy }) => ({
    label: work.title,
    values: [ratio, ratio / toScimmy],
    ...(work.goal !== undefined && { goal: work.goal }),
  }));
  const title = 'Requests a second as a part of the floor’s; the red lines are goals';
  writeImage('performance-floor', barChart(title, ['Rollcall', 'SCIMMY in memory'], groups, 1));
  const image = '![Rates as parts of the floor’s](images/performance-floor.svg)';
  writeSection(PAGE, 'bench', [place, image, ...tablesOf(findings)].join('\n\n'));
  writeRecord(place, comparisons);
}

export async function writeSoak({ url }: BenchDatabase, figures: SoakFigures): Promise<void> {
  const { minutes, perSecond, unserved, memory, growth } = figures;
  const inMebibytes = memory.map((bytes) => bytes / MEBIBYTE);
  writeImage('performance-soak', lineChart(`Resident memory over ${minutes} minutes`, 'MiB', inMebibytes));
  const found = `${perSecond} requests a second for ${minutes} minutes, of which ${count(unserved)} were not served: resident memory at most ${mebibytes(Math.max(...memory))}, between the second fifth and the last it went by ${mebibytes(growth)}; the goal, at most ${GOALS.growth} MiB more, is ${judge(growth <= GOALS.growth * MEBIBYTE)}.`;
  const image = '![Resident memory](images/performance-soak.svg)';
  process.stdout.write(`${found}\n`);
  writeSection(PAGE, 'soak', [await describePlace(url), found, image].join('\n\n'));
}

/**
 * Writes what the scale part found, as a table whose rows it has made.
 *
 * @param filling how long it took to fill the tables, in milliseconds
 */
export async function writeScale(
  { url }: BenchDatabase,
  { users, filling }: { readonly users: number; readonly filling: number },
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  const table = markdownTable(head, rows);
  process.stdout.write(`${table}\n`);
  const what = `A company of ${count(users)} users, ${count(Math.floor(users / 5))} groups and one group of all beside a small one, filled in ${Math.round(filling / 1000)} s. Medians of requests that take turns; the processor time is that of server and database together, and what goals are judged by. A group may be read for a minute here (\`STREAM_TIMEOUT_MS\`).`;
  writeSection(PAGE, 'scale', [await describePlace(url), what, table].join('\n\n'));
}

function writeImage(name: string, svg: string): void {
  mkdirSync(IMAGES, { recursive: true });
  writeFileSync(`${IMAGES}/${name}.svg`, svg);
}

function tablesOf({ comparisons, cycles, companies, start }: Findings): readonly string[] {
  return [
    ...(comparisons.length > 0 ? [rateTable(comparisons), costTable(comparisons)] : []),
    ...(cycles ? [cycleTable(cycles)] : []),
    ...(companies ? [companiesTable(companies)] : []),
    ...(start || companies ? [processTable(start, companies)] : []),
  ];
}

function rateTable(comparisons: readonly Comparison[]): string {
  const head = ['work', 'Rollcall', 'floor', 'ratio', 'goal', '', 'SCIMMY', 'ratio to it'];
  const rows = comparisons.map(({ work, figures, ratio, toScimmy }) => [
    work.title,
    `${count(figures.rollcall.perSecond)}/s`,
    `${count(figures.floor.perSecond)}/s`,
    ratio.toFixed(2),
    work.goal === undefined ? '' : work.goal.toFixed(2),
    work.goal === undefined ? '' : judge(ratio >= work.goal),
    `${count(figures.scimmy.perSecond)}/s`,
    toScimmy.toFixed(toScimmy < 10 ? 2 : 0),
  ]);
  return markdownTable(head, rows);
}

function costTable(comparisons: readonly Comparison[]): string {
  const server = ({ p50, p99, serverTime, databaseTime }: WorkFigures): readonly string[] => [
    `${milliseconds(p50)}, ${milliseconds(p99)}`,
    `${milliseconds(serverTime)} + ${milliseconds(databaseTime)}`,
  ];
  const head = ['work', 'Rollcall p50, p99', 'Node + database', 'floor p50, p99', 'Node + database'];
  const rows = comparisons.map(({ work, figures }) => [
    work.title,
    ...server(figures.rollcall),
    ...server(figures.floor),
  ]);
  return `Processor time of one request, in its server and in the database:\n\n${markdownTable(head, rows)}`;
}

function cycleTable(cycles: readonly CycleFigures[]): string {
  const [{ users, groups, memberships }] = cycles as [CycleFigures];
  const rows = cycles.map(({ server, requests, seconds, isWhole }) => [
    server,
    isWhole ? `${seconds.toFixed(1)} s` : `not in ${seconds.toFixed(0)} s`,
    count(requests),
    `${count(requests / seconds)}/s`,
  ]);
  const what = `A first cycle of Entra ID, of ${count(users)} users, ${count(groups)} groups and ${count(memberships)} memberships:`;
  return `${what}\n\n${markdownTable(['server', 'took', 'requests', 'rate'], rows)}`;
}

function companiesTable({ seconds, perSecond, rollcall, floor }: SteadyCompanies): string {
  const rows = [['Rollcall', rollcall] as const, ['floor', floor] as const].map(
    ([name, { p50, p99, unserved, serverTime, databaseTime }]) => [
      name,
      milliseconds(p50),
      milliseconds(p99),
      count(unserved),
      `${milliseconds(serverTime)} + ${milliseconds(databaseTime)}`,
    ],
  );
  const what = `${COMPANIES} companies that send ${Number((perSecond / COMPANIES).toFixed(1))} requests a second each, for ${seconds} seconds (25 where the machine carries that, and half of what it carries at most where it doesn’t):`;
  return `${what}\n\n${markdownTable(['server', 'p50', 'p99', 'not served', 'Node + database'], rows)}`;
}

function processTable(start: StartFigures | undefined, companies: SteadyCompanies | undefined): string {
  const row = (what: string, found: string, goal: string, isMet: boolean): readonly string[] => [
    what,
    found,
    goal,
    judge(isMet),
  ];
  const ready = (what: string, time: number): readonly string[] =>
    row(what, milliseconds(time), `${GOALS.start} ms`, time <= GOALS.start);
  const memory = (what: string, bytes: number, goal: number): readonly string[] =>
    row(what, mebibytes(bytes), `${goal} MiB`, bytes <= goal * MEBIBYTE);
  const rows = [
    ...(start
      ? [
          ready('ready, beside a database server that runs', start.besideServer),
          ready('ready, with its own database server', start.withServer),
          memory('resident memory after a start', start.memory, GOALS.memory),
        ]
      : []),
    ...(companies
      ? [memory('resident memory beside these companies', companies.rollcall.memory, GOALS.loaded)]
      : []),
  ];
  return markdownTable(['process', 'found', 'goal', ''], rows);
}
