import { setTimeout as sleep } from 'node:timers/promises';
import { markdownTable } from '../support/document-section.js';
import { dearRequests, type DearRequest } from './dear-requests.js';
import { StressedServer, type Figures, type StressAnswer } from './stressed-server.js';

const HEAD = [
  'request',
  'status',
  'took ms',
  'loop held ms',
  'longest turn ms',
  'CPU ms',
  'memory MiB',
  'bystander ms',
];
const MEBIBYTE = 1024 * 1024;
/** How long the server is left alone before a request, so that no work of the one before counts for it. */
const PAUSE_MS = 300;

/** @returns a table: what one dear request costs the server, and how long another company's small read took beside it */
export async function requestCost(): Promise<string> {
  const server = await StressedServer.start();
  const only = process.env['ONLY'];
  const rows: string[][] = [];
  try {
    for await (const dear of dearRequests(server)) {
      if (only !== undefined && !dear.name.includes(only)) continue;
      rows.push(await measure(server, dear));
      process.stdout.write(`${rows.at(-1)!.join(' | ')}\n`);
    }
  } finally {
    await server.stop();
  }
  return markdownTable(HEAD, rows);
}

async function measure(server: StressedServer, { name, requests }: DearRequest): Promise<string[]> {
  await sleep(PAUSE_MS);
  await server.order({ kind: 'begin' });
  const bystander = watch(server);
  const answers = await Promise.all(requests.map((each) => server.send('attacker', each)));
  const slowest = await bystander.stop();
  const figures = await server.order<Figures>({ kind: 'figures' });
  if (process.env['DETAILS'] !== undefined)
    process.stdout.write(`  ${answers[0]?.body.slice(0, 300) ?? ''}\n`);
  const took = Math.max(...answers.map(({ milliseconds }) => milliseconds));
  const { worstDelay, longestTurn, processor, resident } = figures;
  const numbers = [took, worstDelay, longestTurn, processor, resident / MEBIBYTE, slowest];
  return [name, statuses(answers), ...numbers.map((each) => each.toFixed(0))];
}

/** How many answers had which status; 0 stands for none. */
export function statuses(answers: readonly Pick<StressAnswer, 'status'>[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => (count === 1 ? status : `${count} × ${status}`)).join(', ');
}

/** Another company reads one small page after the other. */
function watch(server: StressedServer): { stop(): Promise<number> } {
  let running = true;
  let slowest = 0;
  const reading = (async () => {
    while (running) {
      const { milliseconds } = await server.send('bystander', { method: 'GET', path: 'Users?count=1' });
      slowest = Math.max(slowest, milliseconds);
      await sleep(5);
    }
  })();
  return {
    stop: async () => {
      running = false;
      await reading;
      return slowest;
    },
  };
}
