import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sample } from './bystander.js';
import { type Load } from './companies.js';
import { PlainConnection, requestHead } from './plain-connection.js';

const PATIENCE_MS = 4000;
const TICK_MS = 10;
const SENDERS = 8;
/** How many requests wait for their answers at most: what would be sent beyond counts as unanswered. */
const MOST_WAITING = 500;
const PATH = '/standard/scim/v2/Users?count=1';
const idle: PlainConnection[] = [];

/** @param head the request */
async function send(port: number, head: string): Promise<Sample> {
  const begun = performance.now();
  let connection = idle.pop();
  while (connection?.isOpen === false) connection = idle.pop();
  connection ??= new PlainConnection(port);
  const status = await connection.send(head, PATIENCE_MS);
  if (connection.isOpen) idle.push(connection);
  return { begun, status, milliseconds: performance.now() - begun };
}

let waiting = 0;

async function sendIfCarried(port: number, head: string): Promise<Sample> {
  if (waiting >= MOST_WAITING) return { begun: performance.now(), status: 0, milliseconds: PATIENCE_MS };
  waiting += 1;
  return send(port, head).finally(() => (waiting -= 1));
}

const headsOf = ({ tokens }: Load): readonly string[] => tokens.map((token) => requestHead(PATH, token));

/** Sends one request after the other, a few at a time. */
async function sendOn(load: Load): Promise<Sample[]> {
  const { port, milliseconds } = load;
  const heads = headsOf(load);
  const samples: Sample[] = [];
  const until = performance.now() + milliseconds;
  let next = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() < until) samples.push(await send(port, heads[(next += 1) % heads.length] ?? ''));
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return samples;
}

/** Sends at a steady rate, whether or not the requests before have been answered. */
async function sendAtPace(load: Load, perSecond: number): Promise<Sample[]> {
  const { port, milliseconds } = load;
  const heads = headsOf(load);
  const samples: Promise<Sample>[] = [];
  const begun = performance.now();
  for (let passed = 0; passed < milliseconds; passed = performance.now() - begun) {
    const due = Math.floor((passed / 1000) * perSecond * heads.length);
    while (samples.length < due)
      samples.push(sendIfCarried(port, heads[samples.length % heads.length] ?? ''));
    await sleep(TICK_MS);
  }
  return Promise.all(samples);
}

async function carry(load: Load): Promise<void> {
  if (load.priority !== undefined) setPriority(load.priority);
  const { perSecond } = load;
  process.send?.(await (perSecond === undefined ? sendOn(load) : sendAtPace(load, perSecond)));
  for (const connection of idle.splice(0)) connection.close();
}
process.on('message', (load: Load) => void carry(load));
process.once('disconnect', () => process.exit(0));
