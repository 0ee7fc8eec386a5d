import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { Client } from 'undici';
import { familyTime, processorTime } from '../processes/proc.js';
import { exchange, type LoadAnswer, type LoadRequest } from './exchange.js';

/** How long an answer may take, in milliseconds. */
const ANSWER_LIMIT_MS = 180_000;
export const NANOSECONDS_PER_MS = 1e6;

/** What is known of a server while it is under load. */
export interface LoadTarget {
  readonly port: number;
  readonly pid: number;
  /** The postmaster of its database; undefined where it has none. */
  readonly postmaster: number | undefined;
}

/** What an answer must be like: nobody measures errors. */
export interface Expectation {
  readonly status: number;
  /** Of the body. */
  readonly leastBytes: number;
  /** Looks into the body of each answer. */
  readonly accepts?: (body: string) => boolean;
}

/** What was measured of a server under load. */
export interface LoadFigures {
  readonly requests: number;
  readonly seconds: number;
  /** In nanoseconds. */
  readonly latencies: RecordableHistogram;
  /** Processor time of the server's process and of the database, in milliseconds. */
  readonly serverTime: number;
  readonly databaseTime: number;
}

/** Opens connections to a server, runs `work` with them, and closes them. */
export async function withClients<T>(
  port: number,
  count: number,
  work: (clients: readonly Client[]) => Promise<T>,
): Promise<T> {
  const options = { headersTimeout: ANSWER_LIMIT_MS, bodyTimeout: ANSWER_LIMIT_MS };
  const clients = Array.from({ length: count }, () => new Client(`http://127.0.0.1:${port}`, options));
  try {
    return await work(clients);
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

/**
 * Sends requests on each connection, the next one when the last was answered, until the time is over or there are no
 * more.
 *
 * @param next the next request; undefined where there is none
 * @throws Error where an answer is not as expected
 */
export async function closedLoop(
  target: LoadTarget,
  clients: readonly Client[],
  seconds: number,
  expectation: Expectation,
  next: () => LoadRequest | undefined,
): Promise<LoadFigures> {
  const latencies = createHistogram();
  const [serverBefore, databaseBefore] = timesOf(target);
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const send = async (client: Client): Promise<void> => {
    while (performance.now() < end) {
      const request = next();
      if (request === undefined) return;
      const answer = await exchange(client, request, expectation.accepts !== undefined);
      requireAnswer(request, answer, expectation);
      latencies.record(Math.max(1, Math.round(answer.milliseconds * NANOSECONDS_PER_MS)));
    }
  };
  await Promise.all(clients.map(send));
  const passed = (performance.now() - begin) / 1000;
  const [serverAfter, databaseAfter] = timesOf(target);
  return {
    requests: Number(latencies.count),
    seconds: passed,
    latencies,
    serverTime: serverAfter - serverBefore,
    databaseTime: databaseAfter - databaseBefore,
  };
}

/** @throws Error where the answer is not as expected */
export function requireAnswer(
  { method, path }: LoadRequest,
  { status, bytes, body }: LoadAnswer,
  { status: expected, leastBytes, accepts }: Expectation,
): void {
  if (status !== expected || bytes < leastBytes || accepts?.(body) === false) {
    throw new Error(`${method} ${path}: ${status} with ${bytes} bytes ${body.slice(0, 500)}`);
  }
}

/** The processor time that a server and its database have used so far, in milliseconds. */
export const timesOf = ({ pid, postmaster }: LoadTarget): readonly [number, number] => [
  processorTime(pid),
  postmaster === undefined ? 0 : familyTime(postmaster),
];
