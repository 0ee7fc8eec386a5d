import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from 'undici';
import { NANOSECONDS_PER_MS } from './closed-loop.js';
import { exchange, type LoadRequest } from './exchange.js';

const TICK_MS = 2;
const TRIAL_SECONDS = 5;
/** The part of what a server answers at most that it can be asked for all the time. */
const STEADY_PART = 0.5;
/** How long the last answers are waited for, in milliseconds. */
const PATIENCE_MS = 10_000;

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

export interface PacedAnswers {
  /** How long the answers took from when their requests were due, in nanoseconds. */
  readonly latencies: RecordableHistogram;
  /** How many requests were answered 503, or had no answer when all had been sent and the last ones had been waited for. */
  readonly unserved: number;
}

/**
 * Sends requests at a steady rate, whether or not those before have been answered. Each waits for one of the
 * connections, which take turns.
 *
 * @throws Error where an answer is neither 2xx nor 503
 */
export async function openLoop(
  clients: readonly Client[],
  { perSecond, seconds }: Pace,
  next: (n: number) => LoadRequest,
): Promise<PacedAnswers> {
  const latencies = createHistogram();
  const begin = performance.now();
  const total = perSecond * seconds;
  let answered = 0;
  let served = 0;
  let failure: unknown;
  const send = async (n: number): Promise<void> => {
    const due = begin + (n * 1000) / perSecond;
    const isServed = await sendOne(clients[n % clients.length]!, next(n));
    answered += 1;
    if (!isServed) return;
    served += 1;
    latencies.record(Math.max(1, Math.round((performance.now() - due) * NANOSECONDS_PER_MS)));
  };
  const passed = (): number => performance.now() - begin;
  for (
    let sent = 0;
    failure === undefined && answered < total && passed() < seconds * 1000 + PATIENCE_MS;
    await sleep(TICK_MS)
  ) {
    const due = Math.min(total, Math.floor((passed() / 1000) * perSecond));
    for (; sent < due; sent += 1) send(sent).catch((error: unknown) => (failure ??= error));
  }
  if (failure !== undefined) throw failure as Error;
  return { latencies, unserved: total - served };
}

/**
 * Finds a pace that a server can keep: the one that is wanted or, where the machine does not carry that, half of what it answers
 * when each connection sends one request after the other.
 *
 * @param wanted requests a second
 * @throws Error where an answer is neither 2xx nor 503
 */
export async function findPace(
  clients: readonly Client[],
  wanted: number,
  next: (n: number) => LoadRequest,
): Promise<number> {
  const end = performance.now() + TRIAL_SECONDS * 1000;
  let sent = 0;
  let served = 0;
  const send = async (client: Client): Promise<void> => {
    while (performance.now() < end) if (await sendOne(client, next((sent += 1)))) served += 1;
  };
  await Promise.all(clients.map(send));
  return Math.max(1, Math.min(wanted, Math.floor((served / TRIAL_SECONDS) * STEADY_PART)));
}

/** Whether a request was served; false where the server had no room for it. */
async function sendOne(client: Client, request: LoadRequest): Promise<boolean> {
  const { status, body } = await exchange(client, request, false);
  if (status === 503) return false;
  if (status < 200 || status > 299) throw new Error(`${request.method} ${request.path}: ${status} ${body}`);
  return true;
}
