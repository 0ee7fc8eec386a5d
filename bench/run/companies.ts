import { type Progress } from '../../src/demo/progress.js';
import { type BenchDatabase } from '../database.js';
import { NANOSECONDS_PER_MS, timesOf, withClients } from '../load/closed-loop.js';
import { findPace, openLoop, type Pace } from '../load/open-loop.js';
import { residentMemory } from '../processes/proc.js';
import { SteadyMix } from './steady-mix.js';
import { type BenchServer, startFloor, startRollcall } from './world.js';

export const COMPANIES = 40;
/** Requests a second, where the machine carries that. */
const PACE_OF_EACH = 25;
const SECONDS = { full: 120, quick: 10 };
const WARM_UP_SECONDS = 3;
/** Of each company. */
const CONNECTIONS = 2;
const MEMORY_MS = 500;

/** How a server fares with companies that send steadily. */
export interface SteadyFigures {
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly unserved: number;
  /** Processor time of a request, in milliseconds. */
  readonly serverTime: number;
  readonly databaseTime: number;
  /** The most resident memory that the server had, in bytes. */
  readonly memory: number;
}

export interface SteadyCompanies {
  readonly seconds: number;
  /** Requests a second, of all companies together. */
  readonly perSecond: number;
  readonly rollcall: SteadyFigures;
  readonly floor: SteadyFigures;
}

/** How many steps {@link compareSteadyCompanies} takes. */
export const STEADY_STEPS = 3;

/** Measures Rollcall and the floor with companies that all send at their pace, one after the other. */
export async function compareSteadyCompanies(
  database: BenchDatabase,
  quick: boolean,
  progress: Progress,
): Promise<SteadyCompanies> {
  const seconds = quick ? SECONDS.quick : SECONDS.full;
  const rollcall = await startRollcall(database);
  const mix = await withClients(rollcall.port, 1, ([client]) =>
    SteadyMix.create(database, client!, COMPANIES),
  );
  progress.advance('companies');
  const perSecond = await withClients(rollcall.port, COMPANIES * CONNECTIONS, (clients) =>
    findPace(clients, COMPANIES * PACE_OF_EACH, mix.request),
  );
  const figures = await measureSteadily(rollcall, mix, { perSecond, seconds });
  await rollcall.stop();
  progress.advance('Rollcall');
  const floor = await startFloor(database);
  const least = await measureSteadily(floor, mix, { perSecond, seconds });
  await floor.stop();
  progress.advance('floor');
  return { seconds, perSecond, rollcall: figures, floor: least };
}

async function measureSteadily(
  server: BenchServer,
  { request }: SteadyMix,
  pace: Pace,
): Promise<SteadyFigures> {
  return withClients(server.port, COMPANIES * CONNECTIONS, async (clients) => {
    await openLoop(clients, { ...pace, seconds: WARM_UP_SECONDS }, request);
    let memory = 0;
    const watch = setInterval(() => (memory = Math.max(memory, residentMemory(server.pid))), MEMORY_MS);
    const [serverBefore, databaseBefore] = timesOf(server);
    const { latencies, unserved } = await openLoop(clients, pace, request).finally(() =>
      clearInterval(watch),
    );
    const [serverAfter, databaseAfter] = timesOf(server);
    const requests = Number(latencies.count);
    return {
      p50: requests === 0 ? NaN : latencies.percentile(50) / NANOSECONDS_PER_MS,
      p99: requests === 0 ? NaN : latencies.percentile(99) / NANOSECONDS_PER_MS,
      unserved,
      serverTime: (serverAfter - serverBefore) / requests,
      databaseTime: (databaseAfter - databaseBefore) / requests,
      memory,
    };
  });
}
