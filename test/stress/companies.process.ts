import { Agent, request } from 'node:http';
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sample } from './bystander.js';
import { type Load } from './companies.js';

const PATIENCE_MS = 4000;
const TICK_MS = 10;
const SENDERS = 8;
/** How many requests wait for their answers at most: what would be sent beyond counts as unanswered. */
const MOST_WAITING = 500;
const agent = new Agent({ keepAlive: true });

function send(port: number, token: string): Promise<Sample> {
  const begun = performance.now();
  return new Promise<number>((resolve) => {
    const outgoing = request({
      ...{ host: '127.0.0.1', port, path: '/standard/scim/v2/Users?count=1', agent },
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    outgoing.on('response', (answer) => {
      answer.on('end', () => resolve(answer.statusCode ?? 0)).on('error', () => resolve(0));
      answer.resume();
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end();
  }).then((status) => ({ begun, status, milliseconds: performance.now() - begun }));
}

let waiting = 0;

async function sendIfCarried(port: number, token: string): Promise<Sample> {
  if (waiting >= MOST_WAITING) return { begun: performance.now(), status: 0, milliseconds: PATIENCE_MS };
  waiting += 1;
  return send(port, token).finally(() => (waiting -= 1));
}

/** Sends one request after the other, a few at a time. */
async function sendOn({ port, tokens, milliseconds }: Load): Promise<Sample[]> {
  const samples: Sample[] = [];
  const until = performance.now() + milliseconds;
  let next = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() < until)
      samples.push(await send(port, tokens[(next += 1) % tokens.length] ?? ''));
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return samples;
}

/** Sends at a steady rate, whether or not the requests before have been answered. */
async function sendAtPace({ port, tokens, milliseconds }: Load, perSecond: number): Promise<Sample[]> {
  const samples: Promise<Sample>[] = [];
  const begun = performance.now();
  for (let passed = 0; passed < milliseconds; passed = performance.now() - begun) {
    const due = Math.floor((passed / 1000) * perSecond * tokens.length);
    while (samples.length < due)
      samples.push(sendIfCarried(port, tokens[samples.length % tokens.length] ?? ''));
    await sleep(TICK_MS);
  }
  return Promise.all(samples);
}

async function carry(load: Load): Promise<void> {
  if (load.priority !== undefined) setPriority(load.priority);
  const { perSecond } = load;
  process.send?.(await (perSecond === undefined ? sendOn(load) : sendAtPace(load, perSecond)));
}
process.once('message', (load: Load) => void carry(load));
process.once('disconnect', () => process.exit(0));
