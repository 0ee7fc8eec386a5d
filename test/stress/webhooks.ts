import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdownTable } from '../support/document-section.js';
import { StressedServer } from './stressed-server.js';

const numberOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

const LIVE = numberOf('LIVE', 10);
const DEAD = numberOf('DEAD', 200);
/** As many webhooks as a company may have. */
const DEAD_OF_A_COMPANY = 20;
/** Users that each company gets in a second. */
const PACE = numberOf('PACE', 0.5);
const SECONDS = numberOf('SECONDS', 12);
const ROUNDS = numberOf('ROUNDS', 3);
const GOAL = 1.2;

/** How long messages took, in milliseconds, and how many calls the dead receivers held open at most. */
interface Carried {
  readonly delays: readonly number[];
  readonly held: number;
  /** How many writes were put off with 503. */
  readonly refused: number;
}

/**
 * @returns a table: how long a change takes to reach a receiver that works, without and beside two hundred that take connections
 *   and never answer. Their companies are written to as well, in both
 */
export async function webhooksBesideDeadOnes(): Promise<string> {
  const live = Array.from({ length: LIVE }, (_, index) => `live-${index}`);
  const dead = Array.from({ length: Math.ceil(DEAD / DEAD_OF_A_COMPANY) }, (_, index) => `dead-${index}`);
  const server = await StressedServer.start({
    COMPANIES: [...live, ...dead].join(','),
    WEBHOOK_HOSTS: '127.0.0.1',
  });
  const receiver = new Receiver();
  const hole = new Hole();
  try {
    const url = await receiver.open();
    for (const company of live) await server.order({ kind: 'webhook', company, url });
    const holeUrl = await hole.open();
    const alone: Carried[] = [];
    const beside: Carried[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(await carry(server, { live, dead }, receiver, hole));
      // New ones are taken for live at first, which is the hardest for the others.
      for (let made = 0; made < DEAD; made += 1) {
        await server.order({ kind: 'webhook', company: dead[made % dead.length]!, url: holeUrl });
      }
      beside.push(await carry(server, { live, dead }, receiver, hole));
      for (const company of dead) await server.order({ kind: 'unhook', company });
    }
    return describe(alone, beside);
  } finally {
    await server.stop();
    receiver.close();
    hole.close();
  }
}

async function carry(
  server: StressedServer,
  { live, dead }: { readonly live: readonly string[]; readonly dead: readonly string[] },
  receiver: Receiver,
  hole: Hole,
): Promise<Carried> {
  const sent = new Map<string, number>();
  let refused = 0;
  let name = Date.now();
  hole.begin();
  const writing: Promise<void>[] = [];
  const write = async (company: string): Promise<void> => {
    const body = JSON.stringify({ userName: `user-${(name += 1)}` });
    const { status, body: text } = await server.send(company, { method: 'POST', path: 'Users', body });
    // What a machine that is short of time has refused has no message.
    if (status !== 201) refused += 1;
    else if (live.includes(company)) sent.set((JSON.parse(text) as { id: string }).id, performance.now());
  };
  const pause = 1000 / PACE / (live.length + dead.length);
  const end = performance.now() + SECONDS * 1000;
  for (let next = 0; performance.now() < end; next += 1) {
    const companies = [...live, ...dead];
    writing.push(write(companies[next % companies.length]!));
    await sleep(pause);
  }
  await Promise.all(writing);
  await receiver.hasAll([...sent.keys()]);
  // A message may be there before the answer to the write.
  const delays = [...sent].map(([id, at]) => Math.max(0, (receiver.times.get(id) ?? NaN) - at));
  return { delays, held: hole.most, refused };
}

function describe(alone: readonly Carried[], beside: readonly Carried[]): string {
  const row = (what: string, carried: readonly Carried[]): string[] => {
    const delays = carried.flatMap((each) => each.delays);
    const refused = carried.reduce((sum, each) => sum + each.refused, 0);
    const held = Math.max(...carried.map((each) => each.held));
    return [
      what,
      String(delays.length),
      ...[0.5, 0.99, 1].map((part) => percentile(delays, part).toFixed(0)),
      String(held),
      String(refused),
    ];
  };
  const table = markdownTable(
    [
      '',
      'messages',
      'p50 ms',
      'p99 ms',
      'worst ms',
      'calls that are never answered, at once',
      'writes put off',
    ],
    [
      row(`${LIVE} webhooks, ${PACE} changes a second each, alone`, alone),
      row(`the same, beside ${DEAD} that never answer`, beside),
    ],
  );
  const ratios = beside.map(
    ({ delays }, at) => percentile(delays, 0.99) / percentile(alone[at]?.delays ?? [], 0.99),
  );
  const ratio = [...ratios].sort((one, other) => one - other)[Math.floor(ratios.length / 2)] ?? NaN;
  const each = ratios.map((one) => one.toFixed(2)).join(', ');
  return (
    `${table}\n\nBeside those that never answer, the 99th percentile is ${ratio.toFixed(2)} times that without (rounds: ${each}); ` +
    `the goal is ${GOAL} at most.`
  );
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** Notes when it was told of each user. */
class Receiver {
  readonly times = new Map<string, number>();
  private readonly server: Server = createServer((request, response) => {
    void this.read(request).then(() => response.writeHead(204).end());
  });

  open(): Promise<string> {
    return listen(this.server);
  }

  async hasAll(ids: readonly string[]): Promise<void> {
    while (!ids.every((id) => this.times.has(id))) await sleep(20);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async read(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { resource: { id: string } } };
    if (!this.times.has(data.resource.id)) this.times.set(data.resource.id, performance.now());
  }
}

/** Takes connections and never answers. */
class Hole {
  private readonly sockets = new Set<Socket>();
  private readonly server = createTcpServer((socket) => {
    this.sockets.add(socket);
    this.most = Math.max(this.most, this.sockets.size);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    socket.resume();
  });
  most = 0;

  open(): Promise<string> {
    return listen(this.server);
  }

  begin(): void {
    this.most = 0;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

async function listen(
  server: { listen(port: number, host: string): unknown; address(): unknown } & NodeJS.EventEmitter,
): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
