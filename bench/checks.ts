import { Administration } from '../src/administration/administration.js';
import { markdownTable, writeSection } from '../test/support/document-section.js';
import { compileProgram } from './compile-program.js';
import {
  asCompany,
  type CompanyAccess,
  createCompany,
  vacuum,
  whileIndexesRest,
  withDatabase,
} from './database.js';
import { median } from './measure.js';
import { familyTime, processorTime } from './processes/proc.js';
import { describePlace } from './run/place.js';
import { type BenchServer, startRollcall } from './run/world.js';
import { BenchClient } from './service.js';

/** What it costs to ask whether somebody is a member, beside a GET of the same user. */
const USERS = Number(process.env['USERS'] ?? 1_000_000);
const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const SECONDS = Number(process.env['SECONDS'] ?? 3);
const CONNECTIONS = 16;
/** Each user is in a group, that in another one, and so on. */
const DEPTH = 10;
const USERS_IN_GROUP = 5;
const GROUPS_IN_GROUP = 4;
const BATCH_OF_USERS = 20_000;
const SAMPLE = 10_000;
const BATCH = 100;
const LEAST_RATE = 0.9;
const MOST_OF_BATCH = 3;
const PAGE = 'docs/performance.md';

interface Work {
  readonly title: string;
  /** Carries out one, as the number says. */
  readonly send: (round: number) => Promise<unknown>;
}

/** Of one turn of a work. */
interface Turn {
  readonly rate: number;
  readonly serverTime: number;
  readonly databaseTime: number;
  /** Of a request that nothing else is beside. */
  readonly alone: number;
}

/** What the works ask about. */
interface Filled {
  /** Ids of users from everywhere in the company. */
  readonly users: readonly string[];
  /** The id of the group around all. */
  readonly group: string;
}

/** Makes users, a group for each five of them, and puts groups into groups, {@link DEPTH} deep. */
function fill(url: string, company: CompanyAccess): Promise<Filled> {
  return asCompany(url, company, async (database) => {
    const idsOf = async (text: string, ...values: unknown[]): Promise<readonly string[]> =>
      (await database.query<{ id: string }>(text, [company.id, ...values])).rows.map(({ id }) => id);
    const makeGroups = (count: number, name: string): Promise<readonly string[]> =>
      idsOf(
        `INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
         SELECT $1::bigint, d, d, d ->> 'displayName', d ->> 'displayName' FROM generate_series(1, $2::int) n
         CROSS JOIN LATERAL jsonb_build_object('displayName', $3::text || n) d RETURNING id`,
        count,
        name,
      );
    const putInto = async (
      column: string,
      groups: readonly string[],
      most: number,
      members: readonly string[],
    ): Promise<void> => {
      const around = members.map((_, index) => groups[Math.floor(index / most)]);
      await database.query(
        `INSERT INTO memberships (company_id, group_id, member_id, ${column})
         SELECT $1::bigint, p.above, p.below, p.below FROM unnest($2::bigint[], $3::bigint[]) p (above, below)`,
        [company.id, around, members],
      );
    };
    const groups: string[] = [];
    const sample: string[] = [];
    for (let from = 1; from <= USERS; from += BATCH_OF_USERS) {
      const count = Math.min(BATCH_OF_USERS, USERS - from + 1);
      const users = await idsOf(INSERT_USERS, from, from + count - 1);
      const own = await makeGroups(Math.ceil(count / USERS_IN_GROUP), `group ${from} `);
      await putInto('member_user_id', own, USERS_IN_GROUP, users);
      groups.push(...own);
      sample.push(...users.filter((_, index) => index % Math.ceil(USERS / SAMPLE) === 0));
      process.stderr.write(`${from + count - 1} of ${USERS} users\r`);
    }
    let below: readonly string[] = groups;
    for (let level = 1; level < DEPTH; level += 1) {
      const above = await makeGroups(Math.ceil(below.length / GROUPS_IN_GROUP), `level ${level} `);
      await putInto('member_group_id', above, GROUPS_IN_GROUP, below);
      below = above;
    }
    return { users: sample.map(hexadecimal), group: hexadecimal(below[0] ?? '0') };
  });
}

const INSERT_USERS = `
  INSERT INTO users (company_id, attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key)
  SELECT $1::bigint, d, d, d ->> 'userName', d ->> 'displayName', d #>> '{emails,0,value}', d ->> 'externalId',
    d ->> 'displayName', d ->> 'displayName'
  FROM generate_series($2::int, $3::int) n CROSS JOIN LATERAL jsonb_build_object(
    'userName', md5(n::text) || '@example.com', 'externalId', n::text, 'displayName', 'person ' || md5(n::text),
    'active', true, 'emails',
    jsonb_build_array(jsonb_build_object('value', md5(n::text) || '@example.com', 'type', 'work'))) d
  RETURNING id`;

const hexadecimal = (id: string): string => BigInt(id).toString(16).padStart(16, '0');

async function take(server: BenchServer, { send }: Work, first: number): Promise<Turn> {
  const times = (): number[] => [processorTime(server.pid), familyTime(server.postmaster!)];
  let [sent, next] = [0, first];
  const before = times();
  const begin = performance.now();
  const loop = async (): Promise<void> => {
    while (performance.now() - begin < SECONDS * 1000) {
      await send((next += 1));
      sent += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, loop));
  const seconds = (performance.now() - begin) / 1000;
  const [serverTime = NaN, databaseTime = NaN] = times().map(
    (after, index) => (after - before[index]!) / sent,
  );
  const alone: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    const start = performance.now();
    await send((next += 1));
    alone.push(performance.now() - start);
  }
  return { rate: sent / seconds, serverTime, databaseTime, alone: median(alone) };
}

function requireBody(expected: (body: string) => boolean): ({ body }: { readonly body: string }) => void {
  return ({ body }) => {
    if (!expected(body)) throw new Error(`not what was to be answered: ${body.slice(0, 200)}`);
  };
}

function worksOf(
  { port }: BenchServer,
  users: readonly string[],
  group: string,
  { token, secret }: { readonly token: string; readonly secret: string },
): { readonly works: readonly Work[]; readonly close: () => void } {
  const base = `http://127.0.0.1:${port}`;
  const scim = new BenchClient(`${base}/standard/scim/v2`, token);
  const own = new BenchClient(base, token);
  const platform = new BenchClient(base, secret);
  const userAt = (round: number): string => users[(round * 7919) % users.length]!;
  const checkPath = (round: number): string =>
    `/platform/v1/companies/checked/check?user=${userAt(round)}&group=${group}`;
  const isMember = requireBody((body) => body === '{"member":true}');
  const areMembers = requireBody((body) => body.split('{"member":true}').length === BATCH + 1);
  const isPermitted = requireBody((body) => body === '{"decision":true}');
  const hasGroups = requireBody(
    (body) => body.split('"direct"').length + body.split('"indirect"').length > DEPTH,
  );
  const evaluation = (round: number): object => ({
    subject: { type: 'user', id: userAt(round) },
    action: { name: 'member' },
    resource: { type: 'group', id: group },
  });
  const batch = (round: number): object => ({
    checks: Array.from({ length: BATCH }, (_, index) => ({ user: userAt(round * BATCH + index), group })),
  });
  const works: readonly Work[] = [
    {
      title: 'GET one user',
      send: (round) => scim.send('GET', `/Users/${userAt(round)}`).then(hasGroups),
    },
    { title: 'check', send: (round) => own.send('GET', checkPath(round)).then(isMember) },
    {
      title: `${BATCH} checks`,
      send: (round) =>
        own.send('POST', '/platform/v1/companies/checked/checks', batch(round)).then(areMembers),
    },
    {
      title: 'AuthZEN evaluation',
      send: (round) => own.send('POST', '/access/v1/evaluation', evaluation(round)).then(isPermitted),
    },
    {
      title: 'check, by a platform credential',
      send: (round) => platform.send('GET', checkPath(round)).then(isMember),
    },
    {
      title: 'effective groups',
      send: (round) =>
        own
          .send('GET', `/platform/v1/companies/checked/users/${userAt(round)}/effective-groups`)
          .then(hasGroups),
    },
  ];
  return { works, close: () => [scim, own, platform].forEach((client) => client.close()) };
}

const show = (value: number, digits = 2): string => value.toFixed(digits);

await compileProgram();
await withDatabase(async (database) => {
  const company = await createCompany(database.url, 'checked');
  const made = (index: string): boolean => process.stderr.write(`${index}\n`);
  const { users, group } = await whileIndexesRest(database.url, () => fill(database.url, company), made);
  await vacuum(database.url);
  const administration = await Administration.open(database.url);
  const asked = { name: 'bench', scopes: ['check'], companies: null, expires: null } as const;
  const { secret } = await administration.platformCredentials.issue(asked);
  await administration.close();
  const server = await startRollcall(database);
  const { works, close } = worksOf(server, users, group, { token: company.token, secret });
  const turns = new Map<Work, Turn[]>(works.map((work) => [work, []]));
  for (const work of works) await take(server, work, 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const work of round % 2 === 0 ? works : [...works].reverse()) {
      turns.get(work)!.push(await take(server, work, round * 100_003));
    }
  }
  close();
  await server.stop();

  const of = (work: Work, value: (turn: Turn) => number): number => median(turns.get(work)!.map(value));
  /** The median over the rounds of how two works compare in one round. */
  const compare = (one: Work, other: Work, value: (turn: Turn) => number): number =>
    median(turns.get(one)!.map((turn, round) => value(turn) / value(turns.get(other)![round]!)));
  const [get, check, many] = works as [Work, Work, Work];
  const rows = works.map((work) => [
    work.title,
    `${show(
      of(work, ({ rate }) => rate),
      0,
    )}/s`,
    show(compare(work, get, ({ rate }) => rate)),
    `${show(of(work, ({ alone }) => alone))} ms`,
    `${show(of(work, ({ serverTime }) => serverTime))} ms + ${show(of(work, ({ databaseTime }) => databaseTime))} ms`,
  ]);
  const rate = compare(check, get, (turn) => turn.rate);
  const time = compare(many, check, (turn) => turn.alone);
  const met = (is: boolean): string => (is ? 'met' : 'not met');
  const goals = [
    [
      'rate of checks, as a part of that of a GET',
      show(rate),
      `${LEAST_RATE} or more`,
      met(rate >= LEAST_RATE),
    ],
    [
      `time of ${BATCH} checks, in times of one`,
      show(time),
      `${MOST_OF_BATCH} or less`,
      met(time <= MOST_OF_BATCH),
    ],
  ];
  const text = [
    `${await describePlace(database.url)} ${USERS.toLocaleString('en')} users, ${DEPTH} groups deep.`,
    markdownTable(['work', 'rate', 'of a GET', 'alone, p50', 'Node + database'], rows),
    markdownTable(['goal', 'found', 'wanted', ''], goals),
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  writeSection(PAGE, 'checks', text);
  if (rate < LEAST_RATE || time > MOST_OF_BATCH) process.exitCode = 1;
});
