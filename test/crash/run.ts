import 'reflect-metadata';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { markdownTable, writeSection } from '../support/document-section.js';
import { endProcesses } from '../support/process.js';
import { embeddedDatabase, externalDatabase, type CrashDatabase } from './crash-database.js';
import { countFeed, type FeedCounts } from './feed-check.js';
import { CrashRounds, type Killed, type RoundFigures } from './crash-rounds.js';

/** The script of `npm run test:crash`. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
/** How many writes come before each kill, at least. */
const WRITES = Number(process.env['WRITES'] ?? 40);
/** How many members a change of a group brings, and how many it takes away. */
const MEMBERS = Number(process.env['MEMBERS'] ?? 1);
/** No round begins later; what a series does not need of its share, the others have. */
const LIMIT_MS = Number(process.env['MINUTES'] ?? 14) * 60_000;
const PROGRAM = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const PAGE = 'docs/reliability.md';
/** Many members by each change are another measurement, which stands beside. */
const SECTION = MEMBERS > 1 ? 'feed' : 'crash';
const HEAD = [
  'PostgreSQL',
  'killed',
  'kills',
  'acknowledged',
  'unanswered',
  '503',
  'in the feed',
  'members moved',
  'lost',
  'half-applied',
  'back after',
];

interface Series {
  readonly database: string;
  readonly killed: Killed;
  readonly figures: RoundFigures;
  /** What the feed of the database has, that of earlier series included. */
  readonly feed: FeedCounts;
}

const ALL: readonly (readonly [string, () => CrashDatabase | Promise<CrashDatabase>, readonly Killed[]])[] = [
  ['embedded', embeddedDatabase, ['server', 'database', 'both']],
  ['external', externalDatabase, ['server', 'database', 'both']],
];

/** Which databases are killed, by their names; all by default. */
const DATABASES = process.env['DATABASES']?.split(',');
const PLAN = ALL.filter(([name]) => DATABASES?.includes(name) ?? true);

async function* series(begun: number): AsyncGenerator<Series> {
  let left = PLAN.flatMap(([, , kills]) => kills).length;
  for (const [name, open, kills] of PLAN) {
    const database = await open();
    try {
      const rounds = await CrashRounds.start(database, PROGRAM, MEMBERS);
      for (const killed of kills) {
        const share = (begun + LIMIT_MS - Date.now()) / left--;
        const figures = await rounds.run(killed, ROUNDS, share, WRITES);
        yield { database: name, killed, figures, feed: await countFeed(database.urlOf('postgres')) };
      }
      await rounds.stop();
    } finally {
      await database.close();
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endProcesses().then(() => process.exit(1)));
const begun = Date.now();
const rows: string[][] = [];
try {
  for await (const { database, killed, figures, feed } of series(begun)) {
    const { acknowledged, unanswered, unavailable, lost, halfApplied, recoveries } = figures;
    for (const finding of [...lost, ...halfApplied])
      process.stderr.write(`${database}, ${killed}: ${finding}\n`);
    if (lost.length + halfApplied.length > 0) process.exitCode = 1;
    const middle = [...recoveries].sort((one, other) => one - other)[Math.floor(recoveries.length / 2)] ?? 0;
    const numbers = [
      ...[recoveries.length, acknowledged, unanswered, unavailable],
      ...[feed.changes, feed.members, lost.length, halfApplied.length],
    ];
    rows.push([database, killed, ...numbers.map(String), `${(middle / 1000).toFixed(1)} s`]);
    process.stdout.write(`${rows.at(-1)!.join(' | ')}\n`);
  }
} finally {
  await endProcesses();
}
const minutes = ((Date.now() - begun) / 60_000).toFixed(0);
const day = new Date().toISOString().slice(0, 10);
writeSection(
  PAGE,
  SECTION,
  `Measured on ${day} in ${minutes} minutes on ${cpus().length} cores, with Node.js ${process.versions.node}:\n\n` +
    markdownTable(HEAD, rows),
);
