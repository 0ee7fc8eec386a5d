import { fileURLToPath } from 'node:url';
import { startServer } from '../crash/rollcall-process.js';
import { compareCompanies, countWrites, makeCompany, type WriteCounts } from '../crash/written-company.js';
import { markdownTable } from '../support/document-section.js';
import { baseOf, type Running } from '../support/process.js';
import { HaCluster } from './cluster.js';
import { type Outcome } from './part.js';
import { WriterCrew } from './writer-crew.js';

const PROGRAM = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const COMPANIES = ['acme', 'globex', 'initech'];
/** How many writes are acknowledged before something is done to the cluster, and again behind it. */
const WRITES = Number(process.env['WRITES'] ?? 60);
/** Part of the name of those that are tried; without it all are, but those on request. */
const ONLY = process.env['ONLY'];
/** How long that may take. */
const LIMIT_MS = 90_000;
/** A gate runs on machines that stand still for seconds. There the gap is printed, and judges nothing. */
const JUDGES_TIME = process.env['CI'] === undefined;
/** By how much a fail-over may take longer than Patroni waits for a silent primary. */
const MARGIN_S = 10;

const HEAD = [
  'Rollcall connects to',
  'what was done',
  'acknowledged',
  '503',
  '503, outcome unknown',
  'other refusals',
  'lost',
  'half-applied',
  'longest gap',
];

/** By way of what Rollcall reaches the primary, with its settings. */
const WAYS = {
  HAProxy: (cluster: HaCluster) => ({ DATABASE_URL: cluster.urlOf('rollcall') }),
  'both nodes in `DATABASE_URL`': (cluster: HaCluster) => ({ DATABASE_URL: cluster.urlOfBoth }),
  'pgbouncer and HAProxy': async (cluster: HaCluster) => {
    await cluster.startPooler();
    return {
      DATABASE_URL: cluster.pooledUrl,
      DATABASE_DIRECT_URL: cluster.urlOf('rollcall'),
      DATABASE_POOLER: 'transaction',
    };
  },
} as const;

interface Trial {
  readonly way: keyof typeof WAYS;
  readonly name: string;
  /** Whether it is tried only where it is asked for by its name. */
  readonly onRequest?: true;
  /** Does it, and resolves when the cluster has got over it. */
  readonly act: (cluster: HaCluster) => Promise<void>;
}

const killPrimary = async (cluster: HaCluster): Promise<void> => {
  const { primary, synchronous } = await cluster.roles();
  cluster.kill(primary);
  await cluster.untilPrimary(synchronous);
};

/** The former primary comes back while the new one is written to, and finds out by itself that it is none any more. */
const freezePrimary = async (cluster: HaCluster): Promise<void> => {
  const { primary, synchronous } = await cluster.roles();
  cluster.freeze(primary);
  await cluster.untilPrimary(synchronous);
  cluster.thaw(primary);
};

const killStandby = async (cluster: HaCluster): Promise<void> => {
  const { synchronous } = await cluster.roles();
  cluster.kill(synchronous);
  await cluster.untilAlone();
};

const SWITCH_OVER = { name: 'switch-over', act: (cluster: HaCluster) => cluster.switchOver() };
const KILLED_STANDBY = { name: '`kill -9` of the synchronous standby', act: killStandby };
const KILLED_PRIMARY = { name: '`kill -9` of the primary and its Patroni', act: killPrimary };
const FROZEN_PRIMARY = { name: 'the primary frozen, and back later', act: freezePrimary };
const TRIALS: readonly Trial[] = [
  { way: 'HAProxy', ...SWITCH_OVER },
  { way: 'HAProxy', ...KILLED_STANDBY },
  { way: 'HAProxy', ...KILLED_PRIMARY },
  { way: 'HAProxy', ...FROZEN_PRIMARY, onRequest: true },
  { way: 'both nodes in `DATABASE_URL`', ...SWITCH_OVER },
  { way: 'pgbouncer and HAProxy', ...KILLED_PRIMARY },
];

const isWanted = ({ way, name, onRequest }: Trial): boolean =>
  ONLY === undefined ? onRequest !== true : `${way}, ${name}`.includes(ONLY);

/** Rollcall over the cluster, written to while nodes change their roles and are killed. */
export async function failOver(say: (line: string) => void): Promise<Outcome> {
  say('Starting etcd, two nodes with Patroni, and HAProxy …');
  const cluster = await HaCluster.start();
  let way: Trial['way'] = 'HAProxy';
  let server = await serve(cluster, way);
  const accesses = [];
  for (const slug of COMPANIES)
    accesses.push(await makeCompany(cluster.urlOf('rollcall'), await baseOf(server), slug));
  const crew = new WriterCrew(accesses);
  const [rows, faults]: [string[][], string[]] = [[], []];
  for (const trial of TRIALS.filter(isWanted)) {
    await cluster.heal();
    if (trial.way !== way) {
      await server.stop();
      server = await serve(cluster, (way = trial.way));
    }
    say(`${way}: ${trial.name} …`);
    const { row, found } = await tryOne(trial, cluster, crew, await baseOf(server));
    say(row.join(' | '));
    rows.push(row);
    faults.push(...found.map((fault) => `${way}, ${trial.name}: ${fault}`));
  }
  await server.stop();
  return { table: markdownTable(HEAD, rows), faults };
}

const serve = async (cluster: HaCluster, way: Trial['way']): Promise<Running> =>
  startServer({ ...(await WAYS[way](cluster)), DATA_DIR: '/nowhere' }, PROGRAM);

async function tryOne(
  { way, name, act }: Trial,
  cluster: HaCluster,
  crew: WriterCrew,
  base: string,
): Promise<{ readonly row: string[]; readonly found: string[] }> {
  const before = countWrites(crew.companies);
  crew.begin(base);
  await crew.acknowledged(WRITES, LIMIT_MS);
  await act(cluster);
  await crew.acknowledged(WRITES, LIMIT_MS);
  const gap = await crew.end();
  const after = countWrites(crew.companies);
  const counts = Object.fromEntries(
    Object.entries(after).map(([key, value]) => [key, value - before[key as keyof WriteCounts]]),
  ) as unknown as WriteCounts;
  const refused = crew.companies.flatMap(({ writers }) =>
    writers.flatMap(({ ledger }) => ledger.refused.splice(0)),
  );
  const findings = { lost: [], halfApplied: [] } as { lost: string[]; halfApplied: string[] };
  await compareCompanies(base, crew.companies, cluster.urlOf('postgres'), findings);
  const other = refused.length + counts.silent;
  const found = [
    ...refused.map((refusal) => `another refusal than 503: ${refusal}`),
    ...(counts.silent > 0 ? [`${counts.silent} writes without any answer`] : []),
    ...findings.lost.map((each) => `lost: ${each}`),
    ...findings.halfApplied.map((each) => `half-applied: ${each}`),
    ...(JUDGES_TIME && gap > (cluster.ttl + MARGIN_S) * 1000
      ? [`no write was acknowledged for ${gap} ms`]
      : []),
  ];
  const numbers = [counts.acknowledged, counts.unavailable, counts.unanswered - counts.silent, other];
  const bad = [findings.lost.length, findings.halfApplied.length];
  return {
    row: [way, name, ...[...numbers, ...bad].map(String), `${(gap / 1000).toFixed(1)} s`],
    found,
  };
}
