import pg from 'pg';
import { fixCell } from '../../src/persistence/settings/fix-cell.js';
import { Administration } from '../../src/administration/administration.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** Numbers that never leave their database, or stand behind the company's in every key. */
const NEED_NO_CELL = [
  'console_links_id_seq',
  'console_sessions_id_seq',
  'migrations_id_seq',
  'outbox_seq_seq',
  'resource_ids',
];

let databases: TestDatabase[];

beforeAll(async () => {
  databases = await Promise.all([testDatabase(), testDatabase(), testDatabase()]);
});

afterAll(() => Promise.all(databases.map((each) => each.close())));

async function query<R extends pg.QueryResultRow>(url: string, text: string): Promise<R[]> {
  const client = new pg.Client(url);
  await client.connect();
  return client
    .query<R>(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

interface Range {
  readonly name: string;
  readonly least: string;
  readonly most: string;
  readonly first: string;
  readonly step: string;
}

const rangesOf = (url: string): Promise<Range[]> =>
  query<Range>(
    url,
    `SELECT sequencename AS name, min_value AS least, max_value AS most, start_value AS first, increment_by AS step
       FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  );

it('gives each cell numbers that no other cell has', async () => {
  const [first, second, last] = databases as [TestDatabase, TestDatabase, TestDatabase];
  await fixCell(first.url, 1);
  await fixCell(second.url, 2);
  await fixCell(last.url, 1023);
  const cells = await Promise.all([first, second, last].map(({ url }) => rangesOf(url)));
  const names = cells[0]!.map(({ name }) => name).filter((name) => !NEED_NO_CELL.includes(name));
  expect(names.length).toBeGreaterThan(7);
  for (const name of names) {
    const ranges = cells.map((ranges) => ranges.find((each) => each.name === name)!);
    if (name === 'feed_position_seq') {
      expect(ranges.map(({ step }) => step)).toEqual(['1024', '1024', '1024']);
      expect(ranges.map(({ first }) => BigInt(first) % 1024n)).toEqual([1n, 2n, 1023n]);
      expect(ranges.every(({ first }) => BigInt(first) > 2n ** 42n)).toBe(true);
      continue;
    }
    const cellOf = ({ least, most }: Range): bigint[] => [BigInt(least) >> 43n, BigInt(most) >> 43n];
    expect({ name, cells: ranges.map(cellOf) }).toEqual({
      name,
      cells: [
        [1n, 1n],
        [2n, 2n],
        [1023n, 1023n],
      ],
    });
    expect(ranges.every(({ most }) => Number.isSafeInteger(Number(most)))).toBe(true);
  }
});

it('stays the cell that it is', async () => {
  const [first] = databases;
  await fixCell(first!.url, 1);
  await expect(fixCell(first!.url, 7)).rejects.toThrow(
    'CELL is 7, but this database is cell 1 since its first start, and its ids say so. Set CELL=1, or DATABASE_URL to ' +
      'the database of cell 7.',
  );
});

it('names its cell in companies and tokens', async () => {
  const { url } = databases[1]!;
  await fixCell(url, 2);
  const administration = await Administration.open(url);
  try {
    const company = await administration.companies.createCompany('acme', 'Acme');
    expect(BigInt(`0x${company.id}`) >> 43n).toBe(2n);
    const settings = { name: 'x', dialect: 'lenient', scopes: ['scim:read'], expires: null } as const;
    const { id, secret } = await administration.tokens.issueToken('acme', settings);
    expect(BigInt(id) >> 43n).toBe(2n);
    expect(secret).toMatch(/^rollcall_c2_[\w-]{43}$/);
    const platform = await administration.platformCredentials.issue({
      name: 'x',
      scopes: ['feed'],
      companies: ['acme'],
    } as never);
    expect(platform.secret).toMatch(/^rollcall_c2_platform_[\w-]{43}$/);
  } finally {
    await administration.close();
  }
});

it('is cell 0 where companies were there before', async () => {
  const database = await testDatabase();
  try {
    await fixCell(database.url, 0);
    const ranges = await rangesOf(database.url);
    expect(new Set(ranges.map(({ least, step }) => `${least}/${step}`))).toEqual(new Set(['1/1']));
    await expect(fixCell(database.url, 3)).rejects.toThrow(/is cell 0 since its first start/);
  } finally {
    await database.close();
  }
});
