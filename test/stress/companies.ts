import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdownTable } from '../support/document-section.js';
import { type Sample } from './bystander.js';
import { statuses } from './request-cost.js';
import { type Figures, StressedServer } from './stressed-server.js';

const numberOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

const MEMBERS_OF_THE_CROWD = numberOf('CROWD', 40);
/** Requests a second: of each company of the crowd, of the one that floods, and that a company may send. */
const PACE = numberOf('PACE', 25);
const FLOOD = numberOf('FLOOD', 1000);
const RATE_LIMIT = 100;
const MILLISECONDS = numberOf('SECONDS', 8) * 1000;
const ROUNDS = numberOf('ROUNDS', 5);
const TRIAL_MS = 4000;
/** The part of what the machine can answer at most that the crowd asks for: the flood and the senders need some, too. */
const SHARE_OF_CROWD = 0.3;
const FLOODER = 'flooder';
/** Who floods has a machine of its own elsewhere; here it is to leave the others and the server what they need. */
const FLOODER_PRIORITY = 10;
const HEAD = ['', 'requests', 'p50 ms', 'p99 ms', 'answers', 'CPU of the server, s'];

/** What a process is to send: for so many milliseconds, requests a second of each company. */
export interface Load {
  readonly port: number;
  readonly tokens: readonly string[];
  /** Without it each request follows the answer to the one before, a few at a time. */
  readonly perSecond?: number;
  readonly milliseconds: number;
  /** As in `os.setPriority`. */
  readonly priority?: number;
}

/** What became of a load. */
interface Carried {
  readonly samples: readonly Sample[];
  /** Processor time of the server's process, in milliseconds. */
  readonly processor: number;
}

/** What is sent, and what a company may send, in a second. */
interface Paces {
  readonly crowd: number;
  readonly flood: number;
  readonly limit: number;
  /** How many requests a second the machine answers at most. */
  readonly most: number;
}

/** Companies that send, requests a second of each, and to which port if not that of the server. */
interface Part {
  readonly companies: readonly string[];
  readonly perSecond?: number;
  readonly port?: number;
}

/**
 * @returns a table: how companies that send steadily fare alone, beside one that sends far more than it may, and while that
 *   one sends as much to a server that does nothing. Where the machine does not carry the crowd, all paces are in proportion
 *   to what it carries
 */
export async function companiesBesideAFlood(): Promise<string> {
  const crowd = Array.from({ length: MEMBERS_OF_THE_CROWD }, (_, index) => `company-${index}`);
  const server = await StressedServer.start({
    COMPANIES: [...crowd, FLOODER].join(','),
    RATE_LIMIT: '1000',
  });
  const senders = new Senders(server);
  const refusing = fork(fileURLToPath(new URL('./refusing.process.js', import.meta.url)));
  try {
    const [elsewhere] = (await once(refusing, 'message')) as [number];
    const paces = await findPaces(senders, crowd);
    await server.order({ kind: 'limit', company: FLOODER, rateLimit: paces.limit });
    const alone: Carried[] = [];
    const apart: Carried[] = [];
    const beside: Carried[] = [];
    const flooded: Carried[] = [];
    const steadily: Part = { companies: crowd, perSecond: paces.crowd };
    const flood: Part = { companies: [FLOODER], perSecond: paces.flood };
    // In turns, since machines change their pace.
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(...(await senders.carry(MILLISECONDS, steadily)));
      const [untouched] = await senders.carry(MILLISECONDS, steadily, { ...flood, port: elsewhere });
      if (untouched) apart.push(untouched);
      const [steady, other] = await senders.carry(MILLISECONDS, steadily, flood);
      if (steady && other) {
        beside.push(steady);
        flooded.push(other);
      }
      await sleep(1000);
    }
    return describe(paces, { alone, apart, beside, flooded });
  } finally {
    refusing.disconnect();
    senders.stop();
    await server.stop();
  }
}

async function findPaces(senders: Senders, crowd: readonly string[]): Promise<Paces> {
  // The first one warms the server up.
  await senders.carry(TRIAL_MS, { companies: crowd });
  const [{ samples } = { samples: [] }] = await senders.carry(TRIAL_MS, { companies: crowd });
  const most = samples.filter(({ status }) => status === 200).length / (TRIAL_MS / 1000);
  const part = Math.min(1, (most * SHARE_OF_CROWD) / (PACE * MEMBERS_OF_THE_CROWD));
  return {
    crowd: PACE * part,
    flood: FLOOD * part,
    limit: Math.max(1, Math.round(RATE_LIMIT * part)),
    most,
  };
}

/** What became of the crowd alone, with the flood elsewhere and beside it, and of the flood, by rounds. */
interface Rounds {
  readonly alone: readonly Carried[];
  readonly apart: readonly Carried[];
  readonly beside: readonly Carried[];
  readonly flooded: readonly Carried[];
}

function describe(paces: Paces, { alone, apart, beside, flooded }: Rounds): string {
  const [pace, flood] = [paces.crowd, paces.flood].map((each) => each.toFixed(each < 10 ? 1 : 0));
  const table = markdownTable(HEAD, [
    row(`${MEMBERS_OF_THE_CROWD} companies, ${pace} requests a second each, alone`, alone, true),
    row(`the same, while one sends ${flood} to a server that does nothing`, apart, true),
    row(`the same, beside one that sends ${flood}`, beside, true),
    row(`the one that floods; it may send ${paces.limit}`, flooded, false),
  ]);
  const slower =
    paces.crowd === PACE
      ? ''
      : `This machine, which the senders share, answers ${paces.most.toFixed(0)} requests a second at most and does not ` +
        `carry ${MEMBERS_OF_THE_CROWD} × ${PACE}: all paces are in proportion to what it carries.\n\n`;
  return (
    `${slower}${table}\n\nBeside the flood their 99th percentile is ${ratioTo(alone, beside)} that alone; the goal is 1.2 at ` +
    `most. The sender of the flood takes of the same machine: with the flood at a server that does nothing it is ` +
    `${ratioTo(alone, apart)} that alone, and beside the flood ${ratioTo(apart, beside)} that. What the flood sent cost ` +
    `the server ${costOf(apart, beside, flooded).toFixed(2)} ms of processor time a request.`
  );
}

/** Of each round and the one before it, since the slowest moments of a machine fall on either. */
function ratioTo(before: readonly Carried[], after: readonly Carried[]): string {
  const ratios = after.map(
    ({ samples }, round) => percentile(samples, 0.99) / percentile(before[round]?.samples ?? [], 0.99),
  );
  const ratio = [...ratios].sort((one, other) => one - other)[Math.floor(ratios.length / 2)] ?? NaN;
  return `${ratio.toFixed(2)} times (rounds: ${ratios.map((one) => one.toFixed(2)).join(', ')})`;
}

/** The processor time of a request of the flood, in milliseconds. */
function costOf(...[without, beside, flooded]: readonly (readonly Carried[])[]): number {
  const sum = (of: readonly Carried[] = []): number =>
    of.reduce((total, { processor }) => total + processor, 0);
  const sent = (flooded ?? []).reduce((total, { samples }) => total + samples.length, 0);
  return (sum(beside) - sum(without)) / sent;
}

function row(name: string, carried: readonly Carried[], withProcessor: boolean): string[] {
  const samples = carried.flatMap((each) => each.samples);
  const processor = carried.reduce((sum, each) => sum + each.processor, 0) / 1000;
  return [
    name,
    String(samples.length),
    percentile(samples, 0.5).toFixed(1),
    percentile(samples, 0.99).toFixed(1),
    statuses(samples),
    withProcessor ? processor.toFixed(1) : '',
  ];
}

function percentile(samples: readonly Sample[], part: number): number {
  const sorted = samples.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** A process that sends loads. It stays, since a process that starts would take the machine from those that are measured. */
class Sender {
  private readonly child: ChildProcess = fork(
    fileURLToPath(new URL('./companies.process.js', import.meta.url)),
  );

  async send(load: Load): Promise<Sample[]> {
    this.child.send(load);
    const [samples] = (await once(this.child, 'message')) as [Sample[]];
    return samples;
  }

  stop(): void {
    this.child.disconnect();
  }
}

/** Sends loads at once, each from a process of its own, so that no sender slows another one down. */
class Senders {
  private readonly crowd = new Sender();
  private readonly flooder = new Sender();

  constructor(private readonly server: StressedServer) {}

  async carry(milliseconds: number, ...parts: readonly Part[]): Promise<Carried[]> {
    const { port: served, tokens } = this.server.started;
    await this.server.order({ kind: 'begin' });
    const sent = await Promise.all(
      parts.map(({ companies, perSecond, port = served }) => {
        const floods = companies.includes(FLOODER);
        return (floods ? this.flooder : this.crowd).send({
          port,
          tokens: companies.map((company) => tokens[company] ?? ''),
          ...(perSecond !== undefined && { perSecond }),
          milliseconds,
          ...(floods && { priority: FLOODER_PRIORITY }),
        });
      }),
    );
    const { processor } = await this.server.order<Figures>({ kind: 'figures' });
    return sent.map((samples) => ({ samples, processor }));
  }

  stop(): void {
    this.crowd.stop();
    this.flooder.stop();
  }
}
