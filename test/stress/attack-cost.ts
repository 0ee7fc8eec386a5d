import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdownTable } from '../support/document-section.js';
import { prepareAttacks, type Attack } from './attacks.js';
import { Bystander, type Experience } from './bystander.js';
import { statuses } from './request-cost.js';
import { StressedServer, type Figures } from './stressed-server.js';

const HEAD = [
  'attack',
  'answers to it',
  'bystander alone: p50, p99, max ms',
  'beside it: p50, p99, max ms',
  'failures',
  'loop held alone, beside ms',
  'longest turn alone, beside ms',
  'memory MiB',
];
const MEBIBYTE = 1024 * 1024;
const CLIENT_PRIORITY = 10;
/** What a company may send a second where nothing else is set. */
const DEFAULT_RATE_LIMIT = '100';
const QUIET_MS = 4_000;
/** How long the server is left alone behind an attack. */
const PAUSE_MS = 3_000;

/** @returns a table: what a bystander notices of each attack, beside what it notices without in the same run */
export async function attackCost(): Promise<string> {
  const server = await StressedServer.start({ RATE_LIMIT: process.env['RATE_LIMIT'] ?? DEFAULT_RATE_LIMIT });
  const only = process.env['ONLY'];
  const rows: string[][] = [];
  const notes: string[] = [];
  try {
    const bystander = await Bystander.start(server);
    // Attackers have machines of their own elsewhere; here they are to leave the server what it needs.
    setPriority(CLIENT_PRIORITY);
    for (const attack of await prepareAttacks(server)) {
      if (only !== undefined && !attack.name.includes(only)) continue;
      rows.push(await measure(server, bystander, attack, notes));
      process.stdout.write(`${rows.at(-1)!.join(' | ')}\n`);
      await sleep(PAUSE_MS);
    }
    bystander.stop();
  } finally {
    await server.stop();
  }
  return [markdownTable(HEAD, rows), ...notes].join('\n\n');
}

async function measure(
  server: StressedServer,
  bystander: Bystander,
  { name, run }: Attack,
  notes: string[],
): Promise<string[]> {
  await server.order({ kind: 'begin' });
  const alone = await bystander.during(() => sleep(QUIET_MS));
  const quiet = await server.order<Figures>({ kind: 'figures' });
  await server.order({ kind: 'begin' });
  let answers: readonly { status: number }[] = [];
  const beside = await bystander.during(async () => {
    const outcome = await run();
    answers = outcome.answers;
    if (outcome.note !== undefined) notes.push(outcome.note);
  });
  const figures = await server.order<Figures>({ kind: 'figures' });
  return [
    name,
    statuses(answers),
    latencies(alone),
    latencies(beside),
    `${beside.failures} of ${beside.requests}`,
    `${quiet.worstDelay.toFixed(0)}, ${figures.worstDelay.toFixed(0)}`,
    `${quiet.longestTurn.toFixed(0)}, ${figures.longestTurn.toFixed(0)}`,
    (figures.resident / MEBIBYTE).toFixed(0),
  ];
}

const latencies = ({ p50, p99, max }: Experience): string =>
  [p50, p99, max].map((each) => each.toFixed(0)).join(', ');
