import pg from 'pg';
import { createOwnerDataSource } from '../../src/persistence/database/data-source.js';
import { MIGRATIONS } from '../../src/persistence/migrations/migrations.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** Tables that hold no company's data; every other table is one of company data. */
const CONTROL_TABLES = ['access_tokens', 'companies', 'migrations', 'settings', 'token_issuers'];
const COMPANY_TABLES = ['groups', 'memberships', 'resource_counts', 'unique_values', 'users'];

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.close();
});

async function column(text: string, values: unknown[] = []): Promise<unknown[]> {
  const { rows } = await admin.query<unknown[]>({ text, values, rowMode: 'array' });
  return rows.map(([value]) => value);
}

it('every table is either a control table or one of company data', async () => {
  const tables = await column(
    `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
  );
  expect(tables).toEqual([...CONTROL_TABLES, ...COMPANY_TABLES].sort());
});

it('TEN: company_id stands first in every key, unique index and foreign key of company data', async () => {
  const keys = await admin.query<{ name: string; first: string }>(
    `SELECT i.indexrelid::regclass::text AS name, a.attname AS first
     FROM pg_index i LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = ANY ($1::regclass[]) AND (i.indisunique OR i.indisprimary)
     UNION ALL
     SELECT c.conname, a.attname FROM pg_constraint c
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.conrelid = ANY ($1::regclass[]) AND c.contype IN ('p', 'u', 'f')`,
    [COMPANY_TABLES],
  );
  expect(keys.rows.length).toBeGreaterThanOrEqual(16);
  expect(keys.rows.filter(({ first }) => first !== 'company_id')).toEqual([]);
  const others = await column(
    `SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a
       ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = ANY ($1::regclass[]) AND a.attname <> 'company_id'`,
    [COMPANY_TABLES],
  );
  expect(others).toEqual([]);
});

it('TEN: row-level security is on and forced for every table of company data', async () => {
  const forced = await column(
    `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
       AND relrowsecurity AND relforcerowsecurity ORDER BY 1`,
  );
  expect(forced).toEqual(COMPANY_TABLES);
  const policies = await admin.query(
    `SELECT tablename::text, roles::text[], cmd, qual, with_check FROM pg_policies
     WHERE NOT (roles = '{rollcall_service}' AND cmd = 'ALL'
       AND qual = '(company_id = current_company())' AND with_check = '(company_id = current_company())')
     ORDER BY 1`,
  );
  const ofViews = { roles: ['rollcall_reader'], cmd: 'SELECT', qual: 'true', with_check: null };
  expect(policies.rows).toEqual(
    ['groups', 'memberships', 'users'].map((tablename) => ({ tablename, ...ofViews })),
  );
});

it('the reader owns nothing but the views, and the service is no member of it', async () => {
  const owned = await column(
    `SELECT c.oid::regclass::text FROM pg_class c WHERE relowner = 'rollcall_reader'::regrole ORDER BY 1`,
  );
  expect(owned).toEqual(['scoped.groups', 'scoped.memberships', 'scoped.users']);
  const { rows } = await admin.query(
    `SELECT pg_has_role('rollcall_service', 'rollcall_reader', 'MEMBER') AS member,
       has_schema_privilege('rollcall_reader', 'scoped', 'CREATE') AS makes`,
  );
  expect(rows).toEqual([{ member: false, makes: false }]);
});

it('definer functions have a fixed search path and are closed to the public', async () => {
  const functions = await admin.query(
    `SELECT proname::text, proconfig, has_function_privilege('public', oid, 'EXECUTE') AS open FROM pg_proc
     WHERE prosecdef AND pronamespace IN ('public'::regnamespace, 'scoped'::regnamespace) ORDER BY 1`,
  );
  const closed = { proconfig: ['search_path=pg_catalog, pg_temp'], open: false };
  expect(functions.rows).toEqual(
    [
      'ensure_secret_key',
      'find_company',
      'find_comparison',
      'find_issuers',
      'find_token',
      'join_writers',
      'record_comparison',
    ].map((proname) => ({ proname, ...closed })),
  );
});

it('texts that are compared are in the collation "C"', async () => {
  const keys = await admin.query(
    `SELECT table_name::text, column_name::text, collation_name::text FROM information_schema.columns
     WHERE table_schema = 'public' AND (column_name LIKE '%\\_key' OR column_name IN ('external_id', 'email_keys'))`,
  );
  expect(keys.rows).toHaveLength(7);
  expect(keys.rows.filter(({ collation_name }) => collation_name !== 'C')).toEqual([]);
});

describe('the entities', () => {
  async function differences(): Promise<string[]> {
    const source = await createOwnerDataSource(database.url).initialize();
    try {
      const log = await source.driver.createSchemaBuilder().log();
      return log.upQueries.map(({ query }) => query);
    } finally {
      await source.destroy();
    }
  }

  it('match the migrated database', async () => {
    expect(await differences()).toEqual([]);
  });

  it.each([
    'ALTER TABLE users ALTER COLUMN display DROP NOT NULL',
    'ALTER TABLE groups ADD COLUMN stray text',
    'ALTER TABLE memberships DROP CONSTRAINT memberships_member_user_fkey',
    'DROP INDEX users_external_id_index',
    'ALTER TABLE companies DROP CONSTRAINT companies_slug_key',
    'DROP INDEX token_issuers_issuer_unique',
    'ALTER TABLE token_issuers DROP CONSTRAINT token_issuers_one_company_source',
  ])('would not after %s', async (change) => {
    const own = await testDatabase();
    const shared = database;
    const client = new pg.Client(own.adminUrl);
    await client.connect();
    try {
      await client.query(change);
      database = own;
      expect(await differences()).not.toEqual([]);
    } finally {
      database = shared;
      await client.end();
      await own.close();
    }
  });
});

it('the migrations can be taken back', async () => {
  const own = await testDatabase();
  const source = await createOwnerDataSource(own.url).initialize();
  try {
    for (const _ of MIGRATIONS) await source.undoLastMigration();
    const left = await source.query<{ n: string }[]>(
      `SELECT relname AS n FROM pg_class WHERE relnamespace IN ('public'::regnamespace) AND relkind IN ('r', 'v', 'S')
         AND relname NOT LIKE 'migrations%'`,
    );
    expect(left).toEqual([]);
    await source.runMigrations();
  } finally {
    await source.destroy();
    await own.close();
  }
});
