import pg from 'pg';
import { hashAccessToken } from '../../src/access/access-token.js';
import { type PlatformScope } from '../../src/access/platform-credentials.store.js';
import { Administration } from '../../src/administration/administration.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

const READ_TABLES = ['activity', 'activity_members', 'feed', 'groups', 'users'];
/** More companies than parts of twenty places have room for among 20,000. */
const COMPANIES = 1500;
const PLACES = 20_000;

let database: TestDatabase;
let admin: pg.Client;
let administration: Administration;
/** Ids of three companies, each of which has one entry in the feed, one user, one group and one membership. */
let ids: readonly string[];

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
  administration = await Administration.open(database.url);
  const slugs = ['acme', 'birch', 'cedar'];
  for (const slug of slugs) await administration.companies.createCompany(slug, slug);
  ids = (await admin.query<{ id: string }>('SELECT id FROM companies ORDER BY id')).rows.map(({ id }) => id);
  for (const id of ids) {
    await admin.query(
      `WITH a AS (INSERT INTO activity (company_id, id, txn, operation, outcome, resource_type, resource_id, added)
         VALUES ($1, next_resource_id(), 't', 'members', 'done', 'Group', 1, 1) RETURNING id),
       m AS (INSERT INTO activity_members SELECT $1, 1, id, 2, 'U', 1 FROM a),
       u AS (INSERT INTO users (company_id, id, attributes, search, user_name_key, display, display_key)
         VALUES ($1, 2, '{"userName":"ada"}', '{}', 'ada', 'ada', 'ada')),
       g AS (INSERT INTO groups (company_id, id, attributes, search, display_name, display_name_key)
         VALUES ($1, 1, '{}', '{}', 'g', 'g'))
       INSERT INTO feed (company_id, activity_id) SELECT $1, id FROM a`,
      [id],
    );
  }
});
afterAll(async () => {
  await administration.close();
  await admin.end();
  await database.close();
});

async function issue(
  companies: readonly string[] | null,
  ...scopes: PlatformScope[]
): Promise<{ id: string; hash: Buffer }> {
  const { id, secret } = await administration.platformCredentials.issue({
    name: 'n',
    scopes: scopes.length === 0 ? ['feed'] : scopes,
    companies,
    expires: null,
  });
  return { id, hash: hashAccessToken(secret) };
}

/** Runs as a role, in a transaction that is undone. */
async function as<T>(role: string, work: () => Promise<T>): Promise<T> {
  await admin.query('BEGIN');
  try {
    await admin.query(`SET LOCAL ROLE ${role}`);
    return await work();
  } finally {
    await admin.query('ROLLBACK');
  }
}

async function readFeed(hash: Buffer | null, named: readonly string[] | null): Promise<string[]> {
  return as('rollcall_service', async () => {
    const { rows } = await admin.query<{ company_id: string; members: unknown[]; user_name: string | null }>(
      'SELECT * FROM read_feed($1, $2::bigint[], 0, 100, 10)',
      [hash, named],
    );
    for (const { members } of rows) expect(members).toMatchObject([{ name: 'ada' }]);
    return rows.map(({ company_id: id }) => id);
  });
}

it('TEN: a credential reads its companies, and no others, whatever it names', async () => {
  const [acme = '', birch = '', cedar = ''] = ids;
  const { hash } = await issue(['acme', 'birch']);
  expect(await readFeed(hash, null)).toEqual([acme, birch]);
  expect(await readFeed(hash, [birch])).toEqual([birch]);
  expect(await readFeed(hash, [cedar])).toEqual([]);
  expect(await readFeed(hash, [acme, cedar])).toEqual([acme]);
  expect(await readFeed((await issue(null)).hash, null)).toEqual(ids);
  expect(await readFeed((await issue(null)).hash, [cedar])).toEqual([cedar]);
});

it('TEN: nothing is read without a credential in force that has the scope, nor without a company', async () => {
  const { id, hash } = await issue(null);
  await administration.platformCredentials.revoke(id);
  const { id: expired, hash: expiredHash } = await issue(['acme']);
  await admin.query("UPDATE platform_credentials SET expires = now() - interval '1 s' WHERE id = $1", [
    expired,
  ]);
  for (const each of [hash, expiredHash, (await issue(null, 'check', 'search')).hash, Buffer.alloc(32)]) {
    expect(await readFeed(each, null)).toEqual([]);
    expect(await readFeed(each, ids)).toEqual([]);
  }
  expect(await readFeed(null, null)).toEqual([]);
  expect(await readFeed(null, [])).toEqual([]);
});

it('TEN: the role that reads sees nothing where no function has told it whose', async () => {
  for (const table of READ_TABLES) {
    const count = async (companies: string | undefined): Promise<number> =>
      as('rollcall_platform', async () => {
        if (companies !== undefined)
          await admin.query("SELECT set_config('rollcall.companies', $1, true)", [companies]);
        return Number(
          (await admin.query<{ count: string }>(`SELECT count(DISTINCT company_id) FROM ${table}`)).rows[0]
            ?.count,
        );
      });
    expect([table, await count(undefined), await count(''), await count('{}'), await count('All')]).toEqual([
      table,
      0,
      0,
      0,
      0,
    ]);
    expect([table, await count(`{${ids[0] ?? ''}}`), await count('all')]).toEqual([table, 1, ids.length]);
  }
});

it('the places of many companies are read in their order, each once, by pages of any size', async () => {
  await admin.query(
    `INSERT INTO feed (company_id, activity_id)
     SELECT 1000000 + floor($1 * power(random(), 3))::int, n FROM generate_series(1, $2::int) n`,
    [COMPANIES, PLACES],
  );
  await admin.query('ANALYZE feed');
  const named = Array.from({ length: COMPANIES }, (_, index) => String(1_000_000 + index)).filter(
    (_, index) => index % 3 !== 0,
  );
  const expected = (
    await admin.query<{ position: string }>(
      'SELECT position FROM feed WHERE company_id = ANY ($1::bigint[]) ORDER BY position',
      [named],
    )
  ).rows.map(({ position }) => position);
  for (const [most, asked] of [
    [1000, named],
    [700, named.slice(0, 300)],
    [3, named.slice(-2)],
  ] as const) {
    const wanted = asked === named ? expected : await placesOf(asked);
    const found: string[] = [];
    for (let behind = '0', more = true; more;) {
      const { rows } = await admin.query<{ place: string; more: boolean }>(
        'SELECT place, more FROM read_feed(NULL, $1::bigint[], $2, $3, 10)',
        [asked, behind, most],
      );
      expect(rows.length).toBeLessThanOrEqual(most);
      found.push(...rows.map(({ place }) => place));
      more = rows.at(-1)?.more ?? false;
      behind = rows.at(-1)?.place ?? behind;
    }
    expect(found).toEqual(wanted);
  }
}, 120_000);

it('many companies with few entries among many places cost as many rows as there are to be found', async () => {
  const empty = Array.from({ length: 1000 }, (_, index) => String(2_000_000 + index));
  // Within a transaction, what this session has read rises by what it reads.
  const read = async (): Promise<number> => {
    const { rows } = await admin.query<{ count: string }>(
      "SELECT seq_tup_read + idx_tup_fetch AS count FROM pg_stat_xact_user_tables WHERE relname = 'feed'",
    );
    return Number(rows[0]?.count);
  };
  await admin.query('BEGIN');
  const before = await read();
  const { rows } = await admin.query('SELECT place FROM read_feed(NULL, $1::bigint[], 0, 1000, 10)', [
    [...empty, '1000000', '1000001'],
  ]);
  const after = await read();
  await admin.query('ROLLBACK');
  // A part has ten places, and the first part of the two companies may end before the other company's first place.
  expect(rows.length).toBeGreaterThanOrEqual(10);
  expect(after - before).toBeLessThan(2 * rows.length + 100);
});

const placesOf = async (companies: readonly string[]): Promise<string[]> =>
  (
    await admin.query<{ position: string }>(
      'SELECT position FROM feed WHERE company_id = ANY ($1::bigint[]) ORDER BY position',
      [companies],
    )
  ).rows.map(({ position }) => position);
