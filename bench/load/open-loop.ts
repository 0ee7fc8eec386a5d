import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client } from 'undici';
import { NANOSECONDS_PER_MS } from './closed-loop.js';
import { exchange, type LoadRequest } from './exchange.js';

const TICK_MS = 2;
/** How long the last answers are waited for, in milliseconds. */
const PATIENCE_MS = 10_000;

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

export interface PacedAnswers {
  /** How long the answers took from when their requests were due, in nanoseconds. */
  readonly latencies: RecordableHistogram;
  /** How many requests had no answer when all had been sent and the last ones had been waited for. */
  readonly unanswered: number;
}

/**
 * Sends requests at a steady rate, whether or not those before have been answered. Each waits for one of the
 * connections, which take turns.
 *
 * @throws Error where an answer is not 2xx
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
  let failure: unknown;
  const send = async (n: number): Promise<void> => {
    const due = begin + (n * 1000) / perSecond;
    const request = next(n);
    const { status, body } = await exchange(clients[n % clients.length]!, request, false);
    if (status < 200 || status > 299) throw new Error(`${request.method} ${request.path}: ${status} ${body}`);
    latencies.record(Math.max(1, Math.round((performance.now() - due) * NANOSECONDS_PER_MS)));
    answered += 1;
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
  return { latencies, unanswered: total - answered };
}
