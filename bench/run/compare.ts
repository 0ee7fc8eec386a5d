import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { type Progress } from '../../src/demo/progress.js';
import { closedLoop, type LoadFigures, requireAnswer, withClients } from '../load/closed-loop.js';
import { exchange, type LoadAnswer } from '../load/exchange.js';
import { median } from '../measure.js';
import { requireSameShape } from './shape.js';
import { type Work } from './works.js';
import { type BenchServer } from './world.js';

/** The servers of a comparison; the first two have the same data in the same database. */
export interface Servers {
  readonly rollcall: BenchServer;
  readonly floor: BenchServer;
  readonly scimmy: BenchServer;
}

/** What a server did of one kind of request. */
export interface WorkFigures {
  /** The middle one of the rounds. */
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of a request, in milliseconds. */
  readonly serverTime: number;
  readonly databaseTime: number;
}

export interface Comparison {
  readonly work: Work;
  readonly figures: Readonly<Record<keyof Servers, WorkFigures>>;
  /** Rollcall's rate as a part of the floor's, the middle one of the rounds. */
  readonly ratio: number;
  /** The same of SCIMMY's. */
  readonly toScimmy: number;
}

export interface Pacing {
  readonly rounds: number;
  /** Of each server in each round. */
  readonly seconds: number;
}

/** How many steps {@link compare} takes. */
export const roundsOf = ({ rounds }: Pacing): number => rounds * NAMES.length;

const NAMES = ['rollcall', 'floor', 'scimmy'] as const;
/** How long each server is sent a work before it is measured, until what it runs is compiled. */
const WARM_UP_SECONDS = { rollcall: 2, floor: 0.5, scimmy: 0.5 };
/** How much longer where it has been sent no other work before. */
const FIRST_WARM_UP = 3;
const MS = 1e6;

/**
 * Measures the servers with one kind of request in turns, in another order in each round, so that whatever else the
 * machine does falls on all of them.
 *
 * @param isFirst whether the servers have not been measured before
 * @throws Error where an answer is not as it should be, or the floor's has another shape than Rollcall's
 */
export async function compare(
  work: Work,
  servers: Servers,
  { rounds, seconds }: Pacing,
  progress: Progress,
  isFirst: boolean,
): Promise<Comparison> {
  const sent = { rollcall: 0, floor: 0, scimmy: 0 };
  const next = (name: keyof Servers) => () => work.request(NAMES.indexOf(name), sent[name]++);
  const samples = {
    rollcall: await sample(servers.rollcall, next('rollcall')),
    floor: await sample(servers.floor, next('floor')),
    scimmy: await sample(servers.scimmy, next('scimmy')),
  };
  requireSameShape(work.name, samples.rollcall, samples.floor);
  const measure = (name: keyof Servers, time: number): Promise<LoadFigures> => {
    const { status, bytes } = samples[name];
    const expectation = {
      status,
      leastBytes: bytes / 2,
      ...(work.accepts && { accepts: work.accepts }),
    };
    const connections = name === 'scimmy' ? patientConnections(work, samples.scimmy) : work.connections;
    return withClients(servers[name].port, connections, (clients) =>
      closedLoop(servers[name], clients, time, expectation, next(name)),
    );
  };
  for (const name of NAMES) await measure(name, WARM_UP_SECONDS[name] * (isFirst ? FIRST_WARM_UP : 1));
  const slices: Record<keyof Servers, LoadFigures[]> = { rollcall: [], floor: [], scimmy: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < NAMES.length; turn += 1) {
      const name = NAMES[(round + turn) % NAMES.length]!;
      slices[name].push(await measure(name, seconds));
      progress.advance(`${work.name}: ${servers[name].name}`);
    }
  }
  return {
    work,
    figures: {
      rollcall: summarize(slices.rollcall),
      floor: summarize(slices.floor),
      scimmy: summarize(slices.scimmy),
    },
    ratio: ratioOf(slices.rollcall, slices.floor),
    toScimmy: ratioOf(slices.rollcall, slices.scimmy),
  };
}

/** More connections than it answers in a second would only lengthen a round: it does one thing after the other. */
const patientConnections = ({ connections }: Work, { milliseconds }: LoadAnswer): number =>
  Math.max(1, Math.min(connections, Math.floor(1000 / milliseconds)));

/** One answer of a server, whose status and size all others are to have. @throws Error where it is not 2xx */
async function sample(server: BenchServer, next: () => ReturnType<Work['request']>): Promise<LoadAnswer> {
  const request = next();
  return withClients(server.port, 1, async ([client]) => {
    const answer = await exchange(client!, request, true);
    if (answer.status < 200 || answer.status > 299) {
      requireAnswer(request, answer, { status: 200, leastBytes: 0 });
    }
    return answer;
  });
}

const rate = ({ requests, seconds }: LoadFigures): number => requests / seconds;

const ratioOf = (one: readonly LoadFigures[], other: readonly LoadFigures[]): number =>
  median(one.map((slice, index) => rate(slice) / rate(other[index]!)));

function summarize(slices: readonly LoadFigures[]): WorkFigures {
  const requests = slices.reduce((sum, slice) => sum + slice.requests, 0);
  const latencies: RecordableHistogram = createHistogram();
  for (const slice of slices) latencies.add(slice.latencies);
  const each = (timeOf: (slice: LoadFigures) => number): number =>
    slices.reduce((sum, slice) => sum + timeOf(slice), 0) / requests;
  return {
    perSecond: median(slices.map(rate)),
    p50: latencies.percentile(50) / MS,
    p99: latencies.percentile(99) / MS,
    serverTime: each(({ serverTime }) => serverTime),
    databaseTime: each(({ databaseTime }) => databaseTime),
  };
}
