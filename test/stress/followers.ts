import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { embeddedUrl } from '../crash/crash-database.js';
import { markdownTable } from '../support/document-section.js';
import { tableState } from '../support/feed-mirror.js';
import { type Followed, type Mirrored } from './followers.process.js';
import { type Figures, StressedServer } from './stressed-server.js';
import { type ChangedGroup, type Writing, type Written } from './writers.process.js';

const numberOf = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

const COMPANIES = numberOf('CROWD', 40);
/** Members that come or go in a second, in each company. */
const PACE = numberOf('PACE', 25);
/** How many of them come or go by one request. */
const BATCH = numberOf('BATCH', 1);
const SECONDS = numberOf('SECONDS', 60);
const TRIAL_SECONDS = 4;
/** The part of what the machine can write at most that is asked of it: mirror and writers need some of it, too. */
const SHARE = 0.5;
const USERS = BATCH * Math.max(2, Math.ceil(20 / BATCH));
const GOAL_MS = 250;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const HEAD = [
  'companies',
  'changes a second each',
  'by one request',
  'changes',
  'p50 ms',
  'p99 ms',
  'longest ms',
  'CPU of the server, s',
];

/**
 * @returns a table: how soon a mirror in another process has what is changed in many companies at a steady pace. Where the
 *   machine does not carry the pace, it is in proportion to what it carries
 * @throws Error where the mirror ends with anything else than the tables
 */
export async function mirrorOfManyCompanies(): Promise<string> {
  const slugs = Array.from({ length: COMPANIES }, (_, index) => `company-${index}`);
  const server = await StressedServer.start({ COMPANIES: slugs.join(',') });
  try {
    const groups: ChangedGroup[] = [];
    for (const slug of slugs) groups.push(await makeGroup(server, slug));
    const { port } = server.started;
    const writing = { port, groups, members: BATCH };
    const trial = await write({ ...writing, milliseconds: TRIAL_SECONDS * 1000 });
    const most = (trial.acknowledged * BATCH) / TRIAL_SECONDS;
    const pace = Math.min(PACE, (most * SHARE) / COMPANIES);
    const credential = await server.order<string>({ kind: 'platform' });
    const mirror = startProcess('followers');
    const followed = { base: `http://127.0.0.1:${port}/platform/v1`, credential, companies: slugs };
    mirror.send(followed satisfies Followed);
    await once(mirror, 'message');
    await server.order({ kind: 'begin' });
    const perSecond = pace / BATCH;
    const written = await write({ ...writing, perSecond, milliseconds: SECONDS * 1000 });
    const { processor } = await server.order<Figures>({ kind: 'figures' });
    const mirrored = await compare(server, mirror, slugs);
    return describe({ most, pace, written, mirrored, processor });
  } finally {
    await server.stop();
  }
}

async function makeGroup(server: StressedServer, slug: string): Promise<ChangedGroup> {
  const create = async (path: string, body: object): Promise<string> => {
    const headers = { 'Content-Type': 'application/scim+json' };
    const answer = await server.send(slug, { method: 'POST', path, body: JSON.stringify(body), headers });
    if (answer.status !== 201) throw new Error(`POST ${path} was answered ${answer.status}: ${answer.body}`);
    return (JSON.parse(answer.body) as { id: string }).id;
  };
  const users: string[] = [];
  for (let number = 0; number < USERS; number += 1)
    users.push(await create('Users', { schemas: [USER], userName: `user-${number}` }));
  const group = await create('Groups', { schemas: [GROUP], displayName: 'everybody' });
  return { token: server.started.tokens[slug] ?? '', group, users };
}

/** Lets the mirror read what is left, and compares what it has with what SQL finds. */
async function compare(
  server: StressedServer,
  mirror: ChildProcess,
  slugs: readonly string[],
): Promise<Mirrored> {
  const client = new pg.Client(embeddedUrl(server.started.dataDir, 'postgres'));
  await client.connect();
  try {
    while ((await client.query('SELECT 1 FROM outbox LIMIT 1')).rows.length > 0) await sleep(50);
    mirror.send('end');
    const [mirrored] = (await once(mirror, 'message')) as [Mirrored];
    const query = (text: string, values: string[]): Promise<{ rows: { line: string }[] }> =>
      client.query<{ line: string }>(text, values);
    for (const slug of slugs) {
      if (!isDeepStrictEqual(mirrored.states[slug], await tableState(query, slug)))
        throw new Error(`the mirror has something else of ${slug} than the tables`);
    }
    return mirrored;
  } finally {
    mirror.disconnect();
    await client.end();
  }
}

function describe(found: {
  readonly most: number;
  readonly pace: number;
  readonly written: Written;
  readonly mirrored: Mirrored;
  readonly processor: number;
}): string {
  const { most, pace, written, mirrored, processor } = found;
  const sorted = [...mirrored.delays].sort((one, other) => one - other);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(0);
  const shown = pace.toFixed(pace < 10 ? 1 : 0);
  const cpu = (processor / 1000).toFixed(1);
  const table = markdownTable(HEAD, [
    [
      String(COMPANIES),
      shown,
      String(BATCH),
      String(written.acknowledged * BATCH),
      ...[at(0.5), at(0.99), at(1), cpu],
    ],
  ]);
  const slower =
    pace === PACE
      ? ''
      : `This machine, which writers and mirror share, writes ${most.toFixed(0)} changes a second at most and does not ` +
        `carry ${COMPANIES} × ${PACE}: the pace is ${SHARE * 100} % of what it carries.\n\n`;
  const failed =
    written.failed === 0 ? 'Every write was acknowledged' : `${written.failed} writes were not acknowledged`;
  return `${slower}${table}\n\n${failed}, and the mirror ended with exactly what SQL finds. The goal for p99 is ${GOAL_MS} ms.`;
}

async function write(writing: Writing): Promise<Written> {
  const child = startProcess('writers');
  child.send(writing);
  const [written] = (await once(child, 'message')) as [Written];
  child.disconnect();
  return written;
}

const startProcess = (name: 'followers' | 'writers'): ChildProcess =>
  fork(fileURLToPath(new URL(`./${name}.process.js`, import.meta.url)));
