import { type Client } from 'undici';

import { type BenchDatabase, vacuum, whileIndexesRest, withDatabase } from '../database.js';
import { requireAnswer, withClients } from '../load/closed-loop.js';
import { exchange, type LoadRequest } from '../load/exchange.js';
import { patchOf } from '../load/resources.js';
import { measurePair, median } from '../measure.js';
import { exactTimes, residentMemory, spent } from '../processes/proc.js';
import { read } from './data.js';
import { writeScale } from './report.js';
import { makeCompany, MARK, type ScaledCompany, stepsOf } from './scale-data.js';
import { showProgress } from './show-progress.js';
import { type BenchServer, startRollcall } from './world.js';

const SMALL = 1_000;
/** Most rounds of a pair, and how long they may take, in milliseconds. */
const ROUNDS = 200;
const LEAST_ROUNDS = 5;
const BUDGET_MS = 20_000;
const STARTS = 5;
const WATCH_MS = 10;
/** How long the group of all may be read: longer than by default, so that a slow machine shows what that takes. */
const LONGEST_READ_MS = 60_000;
const PAGE = 100;
/** The most that a page has; the walk to the last one takes fewest requests with it. */
const MOST = 1000;
const MEBIBYTE = 1024 * 1024;
const HEAD = ['what', 'small', 'large', 'ratio', 'processor: small', 'large', 'ratio', 'goal', ''];

/** What is asked of both companies. */
interface ScaleWork {
  readonly title: string;
  /** The most that the large company may take, as a multiple of the small one. */
  readonly goal?: number;
  readonly request: (company: ScaledCompany, round: number) => Omit<LoadRequest, 'token'>;
}

const get = (path: string): Omit<LoadRequest, 'token'> => ({ method: 'GET', path });
const find = (type: string, filter: string, more = ''): Omit<LoadRequest, 'token'> =>
  get(`/${type}?filter=${encodeURIComponent(filter)}${more}`);

const pageAt = (cursor: string): string => `/Users?count=${MOST}&attributes=userName&cursor=${cursor}`;

/** @param last the cursors of the last pages */
const worksOf = (last: ReadonlyMap<ScaledCompany, string>): readonly ScaleWork[] => [
  { title: 'GET one user', goal: 1.5, request: ({ userId }) => get(`/Users/${userId}`) },
  { title: '`externalId eq`', goal: 1.5, request: () => find('Users', 'externalId eq "7"') },
  {
    title: '`userName eq`',
    goal: 1.5,
    request: () => find('Users', `userName eq "${MARK}8f14e45fceea167a5a36dedd4bea2543@example.com"`),
  },
  { title: '`userName co`, three letters', goal: 1.5, request: () => find('Users', `userName co "${MARK}"`) },
  {
    title: '`userName co`, nine letters',
    goal: 1.5,
    request: () => find('Users', `userName co "${MARK}8f14e4"`),
  },
  {
    title: '`displayName eq` of groups',
    goal: 1.5,
    request: () => find('Groups', 'displayName eq "group 7"', '&excludedAttributes=members'),
  },
  {
    title: 'first page of 100, with `totalResults`',
    goal: 1.5,
    request: () => get(`/Users?count=${PAGE}&attributes=userName`),
  },
  {
    title: 'last page of 1,000 by cursor',
    goal: 1.5,
    request: (company) => get(pageAt(last.get(company) ?? '')),
  },
  {
    title: '100 in the middle by `startIndex`',
    request: ({ users }) =>
      get(`/Users?count=${PAGE}&attributes=userName&startIndex=${Math.floor(users / 2)}`),
  },
  {
    title: 'PATCH one member of the group of all',
    goal: 1.5,
    request: ({ groupId, lastUserId }, round) => ({
      method: 'PATCH',
      path: `/Groups/${groupId}`,
      body: patchOf(
        round % 2 === 0
          ? { op: 'add', path: 'members', value: [{ value: lastUserId }] }
          : { op: 'remove', path: `members[value eq "${lastUserId}"]` },
      ),
    }),
  },
];

/** Compares what requests take in a large and in a small company, in turns, and writes the page. */
export async function compareScales(users: number): Promise<void> {
  await withDatabase(async (database) => {
    const progress = showProgress();
    progress.begin(stepsOf(SMALL) + stepsOf(users));
    const begun = performance.now();
    const [small, large] = await whileIndexesRest(
      database.url,
      async () => [
        await makeCompany(database.url, 'small', SMALL, progress),
        await makeCompany(database.url, 'large', users, progress),
      ],
      () => progress.advance('indexes'),
    );
    await vacuum(database.url);
    const filling = performance.now() - begun;
    progress.end();
    const server = await startRollcall(database, { STREAM_TIMEOUT_MS: String(LONGEST_READ_MS) });
    const rows = await withClients(server.port, 1, async ([client]) => [
      ...(await compareAll(client!, server, small, large)),
      ...(await readWhole(client!, server, small, large)),
    ]);
    await server.stop();
    rows.push(row('ready, on a database that exists', await compareStarts(database)));
    await writeScale(database, { users, filling }, HEAD, rows);
  });
}

/** What starts take on a database that has nearly nothing, and on the large one: medians of starts that take turns. */
async function compareStarts(large: BenchDatabase): Promise<readonly [number, number]> {
  const start = (database: BenchDatabase) => async (): Promise<number> => {
    const server = await startRollcall(database);
    await server.stop();
    return server.startUp;
  };
  let found: readonly [number, number] = [NaN, NaN];
  await withDatabase(async (small) => {
    // The first one makes a company.
    await start(small)();
    const { first, second } = await measurePair(STARTS, start(small), start(large));
    found = [first, second];
  });
  return found;
}

async function compareAll(
  client: Client,
  server: BenchServer,
  small: ScaledCompany,
  large: ScaledCompany,
): Promise<readonly (readonly string[])[]> {
  const last = new Map<ScaledCompany, string>();
  for (const company of [small, large]) last.set(company, await lastCursor(client, company));
  const processes = [server.pid, ...(server.postmaster === undefined ? [] : [server.postmaster])];
  const rows: (readonly string[])[] = [];
  for (const { title, goal, request } of worksOf(last)) {
    const costs = new Map<ScaledCompany, number[]>();
    const measure = (company: ScaledCompany) => async (round: number) => {
      const before = exactTimes(processes);
      const milliseconds = await take(client, { ...request(company, round), token: company.token });
      costs.get(company)?.push(spent(before, exactTimes(processes)));
      return milliseconds;
    };
    // Two rounds, so that what is changed is as before.
    const trial = await measurePair(2, measure(small), measure(large));
    const possible = Math.floor(BUDGET_MS / (trial.first + trial.second));
    const rounds = Math.min(ROUNDS, Math.max(LEAST_ROUNDS, possible));
    for (const company of [small, large]) costs.set(company, []);
    const { first, second } = await measurePair(rounds, measure(small), measure(large));
    const [cost, costOfLarge] = [small, large].map((company) => median(costs.get(company) ?? []));
    const found = row(title, [first, second], [cost ?? NaN, costOfLarge ?? NaN], goal);
    process.stdout.write(`${found.join(' | ')}\n`);
    rows.push(found);
  }
  return rows;
}

/** Reads the groups of all, and shows when their first bytes came and what memory that took. */
async function readWhole(
  client: Client,
  server: BenchServer,
  small: ScaledCompany,
  large: ScaledCompany,
): Promise<readonly (readonly string[])[]> {
  const readGroup = async ({ groupId, token }: ScaledCompany): Promise<readonly [number, number, number]> => {
    const before = residentMemory(server.pid);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentMemory(server.pid))), WATCH_MS);
    const request = { ...get(`/Groups/${groupId}`), token };
    try {
      const answer = await exchange(client, request, false);
      requireAnswer(request, answer, { status: 200, leastBytes: 1000 });
      return [answer.firstByte, answer.milliseconds, (most - before) / MEBIBYTE];
    } catch (error) {
      // The server cuts off what takes longer than it allows.
      process.stderr.write(`${String(error)}\n`);
      return [NaN, NaN, NaN];
    } finally {
      clearInterval(watch);
    }
  };
  const [first, whole, memory] = await readGroup(small);
  const [firstOfLarge, wholeOfLarge, memoryOfLarge] = await readGroup(large);
  return [
    row('GET the group of all: first byte', [first, firstOfLarge]),
    row('GET the group of all: last byte', [whole, wholeOfLarge]),
    ['GET the group of all: more resident memory', show(memory, 0, 'MiB'), show(memoryOfLarge, 0, 'MiB')],
  ];
}

const show = (value: number, digits: number, unit = ''): string =>
  Number.isFinite(value) ? `${value.toFixed(digits)} ${unit}`.trim() : 'failed';

/** @param costs processor times; they are what a goal is judged by, since a busy machine makes all else longer */
function row(
  title: string,
  times: readonly [number, number],
  costs?: readonly [number, number],
  goal?: number,
): readonly string[] {
  const compared = ([small, large]: readonly [number, number]): readonly string[] => [
    show(small, 2, 'ms'),
    show(large, 2, 'ms'),
    show(large / small, 2),
  ];
  const judged =
    goal === undefined || !costs ? [] : [String(goal), costs[1] / costs[0] <= goal ? 'met' : 'not met'];
  return [title, ...compared(times), ...(costs ? compared(costs) : []), ...judged];
}

async function take(client: Client, request: LoadRequest): Promise<number> {
  const answer = await exchange(client, request, true);
  const { status } = answer;
  requireAnswer(request, answer, { status: status === 204 ? 204 : 200, leastBytes: 0 });
  return answer.milliseconds;
}

/** Goes through all users: a cursor is good for the same list and count alone. @returns the cursor of the last full page */
async function lastCursor(client: Client, { token }: ScaledCompany): Promise<string> {
  let [cursor, full]: [string | undefined, string] = ['', ''];
  while (cursor !== undefined) {
    const page = (await read(client, { method: 'GET', path: pageAt(cursor), token })) as {
      itemsPerPage: number;
      nextCursor?: string;
    };
    if (page.itemsPerPage === MOST) full = cursor;
    cursor = page.nextCursor;
  }
  return full;
}
