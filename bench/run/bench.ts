import 'reflect-metadata';
import { type Progress } from '../../src/demo/progress.js';
import { type BenchDatabase, createCompany, vacuum, withDatabase } from '../database.js';
import { withClients } from '../load/closed-loop.js';
import { type BenchOptions } from '../options.js';
import { PARTS, WORK_NAMES, type WorkName } from '../parts.js';
import { compareSteadyCompanies, STEADY_STEPS } from './companies.js';
import { compare, type Comparison, type Pacing, roundsOf } from './compare.js';
import { compareFirstCycles, CYCLE_STEPS } from './cycle.js';
import { loadData, LOADING_STEPS } from './data.js';
import { checkRecord } from './record.js';
import { type Findings, printComparison, writeComparison } from './report.js';
import { compareScales } from './scale.js';
import { soak } from './soak.js';
import { measureStart, startSteps } from './start.js';
import { showProgress } from './show-progress.js';
import { worksOf } from './works.js';
import { startFloor, startRollcall, startScimmy } from './world.js';

const PACING = {
  full: { rounds: 5, seconds: 3 },
  quick: { rounds: 3, seconds: 0.7 },
};

/** Does what the options say; the process ends with 1 where a check fails. */
export async function runBench(options: BenchOptions): Promise<void> {
  if (options.scale !== undefined) return compareScales(options.scale);
  if (options.soak !== undefined) return soak(options.soak);
  await withDatabase(async (database) => {
    const findings = await find(database, options);
    printComparison(findings);
    if (options.check) checkRecord(findings.comparisons);
    else if (options.parts.length === PARTS.length) await writeComparison(database, findings, options);
  });
}

async function find(database: BenchDatabase, { parts, quick }: BenchOptions): Promise<Findings> {
  const progress = showProgress();
  const inSteps = async <T>(steps: number, work: () => Promise<T>): Promise<T> => {
    progress.begin(steps);
    return work().finally(() => progress.end());
  };
  const start = parts.includes('start')
    ? await inSteps(startSteps(quick), () => measureStart(quick, progress))
    : undefined;
  const works = WORK_NAMES.filter((name) => parts.includes(name));
  const pacing = quick ? PACING.quick : PACING.full;
  const steps = LOADING_STEPS + works.length * roundsOf(pacing);
  const comparisons =
    works.length === 0 ? [] : await inSteps(steps, () => compareAll(database, works, pacing, progress));
  const cycles = parts.includes('cycle')
    ? await inSteps(CYCLE_STEPS, () => compareFirstCycles(database, quick, progress))
    : undefined;
  const companies = parts.includes('companies')
    ? await inSteps(STEADY_STEPS, () => compareSteadyCompanies(database, quick, progress))
    : undefined;
  return {
    comparisons,
    ...(start && { start }),
    ...(cycles && { cycles }),
    ...(companies && { companies }),
  };
}

async function compareAll(
  database: BenchDatabase,
  names: readonly WorkName[],
  pacing: Pacing,
  progress: Progress,
): Promise<readonly Comparison[]> {
  const settled = await createCompany(database.url, 'settled');
  const growing = await createCompany(database.url, 'growing');
  const rollcall = await startRollcall(database);
  const data = await withClients(rollcall.port, 1, ([client]) => loadData(client!, settled, progress));
  await vacuum(database.url);
  const floor = await startFloor(database);
  const scimmy = await startScimmy(database, data);
  const comparisons: Comparison[] = [];
  for (const work of worksOf(data, { settled, growing })) {
    if (!names.includes(work.name)) continue;
    const isFirst = comparisons.length === 0;
    comparisons.push(await compare(work, { rollcall, floor, scimmy }, pacing, progress, isFirst));
  }
  for (const server of [scimmy, floor, rollcall]) await server.stop();
  return comparisons;
}
