import { query } from '../crash/query.js';
import { CellDatabase } from '../../src/administration/move/cell-database.js';
import { markdownTable } from '../support/document-section.js';
import { insertGroups, insertUsers } from '../support/insert-resources.js';
import { type Running } from '../support/process.js';
import {
  type Cell,
  finishMove,
  makeCompany,
  newestPrograms,
  startCell,
  startMove,
  tracesIn,
} from './move-cells.js';
import { Follower, Writer } from './move-clients.js';
import { type Outcome, type Part } from './part.js';
import { Router } from './router.js';

const USERS = Number(process.env['USERS'] ?? 50_000);
const GROUPS = Math.max(1, Math.round(USERS / 500));
const SMALL = 300;
const HOST = 'acme.scim.example.com';
/** For how long the writes of a company may be refused. */
const LONGEST_REFUSAL_MS = 2000;

type Cells = readonly [Cell, Cell];

interface MoveResult {
  readonly rows: number;
  readonly closedMs: number | null;
}

/**
 * Moves a large company between two cells under write load, with a follower of its feed; then small ones, of which the command
 * is killed at each stage.
 */
export const moveCompanies: Part = async (say) => {
  const programs = newestPrograms();
  const cells: Cells = [await startCell(programs, 1), await startCell(programs, 2)];
  say('two cells are up');
  try {
    const large = await moveLarge(cells, say);
    const killed: Killed[] = [];
    for (const [stage, then] of PLAN) {
      killed.push(await killAt(cells, stage, then, killed.length));
      const { reached, faults } = killed.at(-1)!;
      say(
        `killed at ${stage} (${reached}), --${then}: ${faults.length === 0 ? 'both sides clean' : faults.join('; ')}`,
      );
    }
    return report(large, killed);
  } finally {
    for (const { postgres } of cells) await postgres.close();
  }
};

async function fill(cell: Cell, slug: string, users: number, groups: number): Promise<string[]> {
  await insertUsers(cell, slug, users);
  const made = await insertGroups(cell, slug, groups);
  await query(
    cell.adminUrl,
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT u.company_id, g.id, u.id, u.id
     FROM (SELECT company_id, id, row_number() OVER (ORDER BY id) AS n FROM users
       WHERE company_id = (SELECT id FROM companies WHERE slug = '${slug}')) u
     JOIN (SELECT company_id, id, row_number() OVER (ORDER BY id) AS n FROM groups) g
       ON g.company_id = u.company_id AND (u.n % ${groups} + 1 = g.n OR (u.n / ${groups}) % ${groups} + 1 = g.n)`,
  );
  return made;
}

const idOf = async (cell: Cell, slug: string): Promise<string> =>
  (await query<{ id: string }>(cell.adminUrl, `SELECT id FROM companies WHERE slug = '${slug}'`))[0]!.id;

const usersOf = async (cell: Cell, companyId: string): Promise<Set<string>> =>
  new Set(
    (
      await query<{ id: string }>(
        cell.adminUrl,
        `SELECT format_resource_id(id) AS id FROM users WHERE company_id = ${companyId}`,
      )
    ).map(({ id }) => id),
  );

interface Large {
  readonly figures: readonly string[];
  readonly faults: readonly string[];
}

async function moveLarge(cells: Cells, say: (line: string) => void): Promise<Large> {
  const [from, to] = cells;
  const token = await makeCompany(from, 'acme');
  const neighbours = [await makeCompany(from, 'neighbour-1'), await makeCompany(to, 'neighbour-2')] as const;
  const [group] = await fill(from, 'acme', USERS, GROUPS);
  const id = await idOf(from, 'acme');
  say(`a company of ${USERS} users`);
  const writers = [1, 2, 3].map((n) =>
    new Writer(cells, token, `w${n}`, n === 1 ? group : undefined).start(),
  );
  const beside = [
    new Writer([from, from], neighbours[0], 'a').start(),
    new Writer([to, to], neighbours[1], 'b').start(),
  ];
  const router = await Router.start(cells, { [HOST]: 1 });
  const routed = [await statuses(router, token, neighbours)];
  const follower = new Follower(cells, token, 'acme').start();
  const begun = performance.now();
  const moving = startMove(from, to, 'acme');
  const end = await moving.ended();
  const seconds = (performance.now() - begun) / 1000;
  if (end !== 0) throw new Error(`company move: ${moving.error()}`);
  const { rows, closedMs } = JSON.parse(moving.out()) as MoveResult;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  for (const writer of [...writers, ...beside]) await writer.stop();
  routed.push(await statuses(router, token, neighbours));
  await router.move(HOST, 2);
  routed.push(await statuses(router, token, neighbours));
  say(`moved in ${seconds.toFixed(1)} s, writes refused for ${closedMs} ms`);
  await follower.stop();

  const acknowledged = writers.flatMap(({ created }) => created);
  const there = await usersOf(to, id);
  const lost = acknowledged.filter((each) => !there.has(each));
  const untold = acknowledged.filter((each) => !follower.createdUsers.has(each));
  const twice = [...follower.told.values()].filter((times) => times > 1);
  const left = await usersOf(from, id);
  const stale = [...left].filter((each) => !there.has(each));
  const neighbourFaults = await checkNeighbours(cells, beside);
  const gap = Math.round(Math.max(...writers.map(({ longestGap }) => longestGap)));
  const faults = [
    ...(lost.length > 0 ? [`${lost.length} acknowledged users are lost`] : []),
    ...(stale.length > 0 ? [`${stale.length} users of the source are not in the target`] : []),
    ...(untold.length > 0 ? [`${untold.length} users were not told to the follower`] : []),
    ...(twice.length > 0 ? [`${twice.length} changes were told twice`] : []),
    ...(closedMs === null || closedMs > LONGEST_REFUSAL_MS ? [`writes were refused for ${closedMs} ms`] : []),
    ...(JSON.stringify(routed) === JSON.stringify(ROUTED)
      ? []
      : [`the router answered ${JSON.stringify(routed)}, not ${JSON.stringify(ROUTED)}`]),
    ...neighbourFaults,
    ...(await tracesIn(cells)),
  ];
  return {
    figures: [
      `${USERS.toLocaleString('en')} users`,
      rows.toLocaleString('en'),
      `${seconds.toFixed(1)} s`,
      acknowledged.length.toLocaleString('en'),
      String(lost.length),
      `${closedMs} ms`,
      `${gap} ms`,
      follower.told.size.toLocaleString('en'),
      String(untold.length + twice.length),
    ],
    faults,
  };
}

/**
 * What is answered by way of the router: the company by its host name; companies without one by the cell in their tokens;
 * and the company by its token alone, which names the cell where it was made.
 */
const statuses = async (router: Router, token: string, neighbours: readonly string[]): Promise<number[]> => [
  await router.status(HOST, token),
  ...(await Promise.all(neighbours.map((each) => router.status('other.example.com', each)))),
  await router.status('other.example.com', token),
];

/** Before the move, behind it, and with the router's map changed. */
const ROUTED = [
  [200, 200, 200, 200],
  [503, 200, 200, 503],
  [200, 200, 200, 503],
];

/** Companies that stay have what they have written, and cannot be seen from the other cell. */
async function checkNeighbours([from, to]: Cells, writers: readonly Writer[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [index, cell] of [from, to].entries()) {
    const writer = writers[index]!;
    const users = await usersOf(cell, await idOf(cell, `neighbour-${index + 1}`));
    if (users.size !== writer.created.length) faults.push(`neighbour-${index + 1} has ${users.size} users`);
    if (writer.refusals.size > 0)
      faults.push(`neighbour-${index + 1} was refused: ${[...writer.refusals].join(' ')}`);
  }
  return faults;
}

type Stage = 'published' | 'subscribed' | 'copied' | 'closed' | 'detached' | 'arriving' | 'left' | 'open';
type Then = 'resume' | 'abort';

const STAGES: readonly Stage[] = [
  'published',
  'subscribed',
  'copied',
  'closed',
  'detached',
  'arriving',
  'left',
  'open',
];
const PLAN: readonly (readonly [Stage, Then])[] = STAGES.flatMap((stage) =>
  // When the company is open there, nothing can be taken back.
  (stage === 'open' ? (['resume'] as const) : (['resume', 'abort'] as const)).map(
    (then) => [stage, then] as const,
  ),
);

interface Killed {
  readonly stage: Stage;
  readonly reached: string;
  readonly then: Then;
  readonly faults: readonly string[];
}

/** Looks how far a move has come, from the databases alone. */
async function stageOf([from, to]: readonly CellDatabase[], slug: string): Promise<Stage | 'begun'> {
  const here = await from!.row<{ published: boolean; closed: boolean | null; elsewhere: string | null }>(
    `SELECT EXISTS (SELECT FROM pg_publication) AS published, moving_until > clock_timestamp() AS closed, elsewhere
       FROM companies WHERE slug = $1`,
    [slug],
  );
  const there = await to!.row<{ subscribed: boolean; copied: boolean; state: string | null }>(
    `SELECT EXISTS (SELECT FROM pg_subscription) AS subscribed,
       EXISTS (SELECT FROM pg_subscription_rel) AND NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate <> 'r') AS copied,
       (SELECT coalesce(elsewhere, 'open') FROM companies WHERE slug = $1) AS state`,
    [slug],
  );
  if (there.state === 'open') return 'open';
  if (here.elsewhere !== null) return 'left';
  if (there.state === 'arriving') return 'arriving';
  if (here.closed === true) return there.subscribed ? 'closed' : 'detached';
  if (there.copied) return 'copied';
  if (there.subscribed) return 'subscribed';
  return here.published ? 'published' : 'begun';
}

async function killWhen(moving: Running, cells: Cells, slug: string, stage: Stage): Promise<string> {
  const databases = await Promise.all(cells.map(({ adminUrl }) => CellDatabase.open(adminUrl)));
  try {
    const wanted = STAGES.indexOf(stage);
    for (;;) {
      const now = await stageOf(databases, slug);
      if (now !== 'begun' && STAGES.indexOf(now) >= wanted) {
        await moving.kill();
        return await stageOf(databases, slug);
      }
      if (moving.child.exitCode !== null) return 'its end';
    }
  } finally {
    await Promise.all(databases.map((each) => each.close()));
  }
}

/** What a command that goes on complains of, or nothing. */
async function finish([from, to]: Cells, slug: string, how: Then): Promise<string> {
  for (;;) {
    try {
      await finishMove(from, to, slug, how);
      return '';
    } catch (error) {
      const { message } = error as Error;
      // PostgreSQL has not noticed yet that the command is gone.
      if (!message.includes('Another command is moving')) return message;
    }
  }
}

async function killAt(cells: Cells, stage: Stage, then: Then, round: number): Promise<Killed> {
  const [from, to] = cells;
  const slug = `killed-${round}`;
  const token = await makeCompany(from, slug);
  await fill(from, slug, SMALL, 3);
  const id = await idOf(from, slug);
  const writer = new Writer(cells, token, 'w').start();
  const reached = await killWhen(startMove(from, to, slug), cells, slug, stage);
  const complaint = await finish(cells, slug, then);
  // What is over, or has opened there, can't be taken back, and goes on instead.
  const isOver = /is not on its way|is served by cell/.test(complaint);
  if (isOver && then === 'abort') await finish(cells, slug, 'resume');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await writer.stop();
  const [server] = (
    await query<{ elsewhere: string | null }>(
      from.adminUrl,
      `SELECT elsewhere FROM companies WHERE slug = '${slug}'`,
    )
  ).map(({ elsewhere }) => (elsewhere === null ? from : to));
  const users = await usersOf(server!, id);
  const lost = writer.created.filter((each) => !users.has(each));
  const other = server === from ? await usersOf(to, id) : new Set<string>();
  const faults = [
    ...(complaint !== '' && !isOver ? [`--${then}: ${complaint}`] : []),
    ...(lost.length > 0 ? [`${lost.length} acknowledged users are lost`] : []),
    ...(users.size !== SMALL + writer.created.length
      ? [`${users.size} users, not ${SMALL + writer.created.length}`]
      : []),
    ...(other.size > 0 ? [`${other.size} users are left in the target`] : []),
    ...(await tracesIn(cells)),
  ];
  return { stage, reached, then, faults };
}

function report(large: Large, killed: readonly Killed[]): Outcome {
  const moved = markdownTable(
    [
      'company',
      'rows',
      'took',
      'acknowledged meanwhile',
      'lost',
      'writes refused',
      'longest gap of a client',
      'changes told',
      'missed or twice',
    ],
    [large.figures],
  );
  const kills = markdownTable(
    ['killed at', 'was then', 'and then', 'left behind or lost'],
    killed.map(({ stage, reached, then, faults }) => [stage, reached, `--${then}`, String(faults.length)]),
  );
  const faults = killed.flatMap((each) =>
    each.faults.map((fault) => `killed at ${each.stage}, --${each.then}: ${fault}`),
  );
  return { table: `${moved}\n\n${kills}`, faults: [...large.faults, ...faults] };
}
