import pg from 'pg';
import { CONTROL_TABLES as MOVED_CONTROL_TABLES } from '../../src/administration/move/control-rows.js';
import { LEFT_TABLES, MOVED_TABLES } from '../../src/administration/move/moved-tables.js';
import { createOwnerDataSource } from '../../src/persistence/database/data-source.js';
import { MIGRATIONS } from '../../src/persistence/migrations/migrations.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** Tables that hold no company's data; every other table is one of company data. */
const CONTROL_TABLES = [
  'access_tokens',
  'admin_credential_companies',
  'admin_credentials',
  'companies',
  'console_links',
  'console_sessions',
  'issuer_activity',
  'migrations',
  'oauth_client_secrets',
  'oauth_clients',
  'oauth_federated_credentials',
  'platform_credential_companies',
  'platform_credentials',
  'settings',
  'token_activity',
  'token_issuers',
];
const COMPANY_TABLES = [
  'activity',
  'activity_members',
  'deleted_resources',
  'erasures',
  'groups',
  'guard_estimates',
  'guard_minutes',
  'guards',
  'held_removals',
  'memberships',
  'recorded_requests',
  'recordings',
  'resource_counts',
  'unique_values',
  'users',
  'webhook_deliveries',
  'webhook_secrets',
  'webhooks',
];
/** Tables of company data whose rows stand in one order for all companies. */
const ORDERED_TABLES = ['feed', 'outbox'];

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
    `SELECT relname::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
  );
  expect(tables).toEqual([...CONTROL_TABLES, ...COMPANY_TABLES, ...ORDERED_TABLES].sort());
});

it('everything of a company moves with it to another cell, but for what is emptied before and what was recorded', () => {
  expect([...MOVED_TABLES, ...LEFT_TABLES, 'outbox'].sort()).toEqual(
    [...COMPANY_TABLES, ...ORDERED_TABLES].sort(),
  );
  expect(
    [...MOVED_CONTROL_TABLES, ...['console_links', 'console_sessions', 'migrations', 'settings']].sort(),
  ).toEqual(CONTROL_TABLES);
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
       AND relrowsecurity AND relforcerowsecurity AND NOT relispartition ORDER BY 1`,
  );
  expect(forced).toEqual([...COMPANY_TABLES, ...ORDERED_TABLES].sort());
  const unguardedPartitions = await column(
    `SELECT relname::text FROM pg_class WHERE relispartition AND relkind = 'r' AND NOT (relrowsecurity AND relforcerowsecurity)`,
  );
  expect(unguardedPartitions).toEqual([]);
  const policies = await admin.query(
    `SELECT tablename::text, roles::text[], cmd, qual, with_check FROM pg_policies
     WHERE NOT (roles = '{rollcall_service}' AND cmd = 'ALL'
       AND qual = '(company_id = current_company())' AND with_check = '(company_id = current_company())')
     ORDER BY 1, 2`,
  );
  const ofViews = { roles: ['rollcall_reader'], cmd: 'SELECT', qual: 'true', with_check: null };
  const ofPlatform = {
    roles: ['rollcall_platform'],
    cmd: 'SELECT',
    qual: '(( SELECT reads_all_companies() AS reads_all_companies) OR (company_id = ANY (( SELECT readable_companies() AS readable_companies)::bigint[])))',
    with_check: null,
  };
  const ofJournal = { roles: ['rollcall_journal'], cmd: 'ALL', qual: 'true', with_check: 'true' };
  expect(policies.rows).toEqual([
    { tablename: 'activity', ...ofJournal },
    { tablename: 'activity', ...ofPlatform },
    { tablename: 'activity_default', ...ofJournal, with_check: null },
    { tablename: 'activity_members', ...ofJournal },
    { tablename: 'activity_members', ...ofPlatform },
    { tablename: 'activity_members_default', ...ofJournal, with_check: null },
    { tablename: 'feed', ...ofJournal },
    { tablename: 'feed', ...ofPlatform },
    { tablename: 'groups', ...ofPlatform },
    { tablename: 'groups', ...ofViews },
    { tablename: 'guards', ...ofJournal, cmd: 'SELECT', with_check: null },
    { tablename: 'memberships', ...ofJournal },
    { tablename: 'memberships', ...ofViews },
    { tablename: 'outbox', ...ofJournal },
    { tablename: 'recorded_requests', ...ofJournal },
    { tablename: 'recordings', ...ofJournal },
    { tablename: 'users', ...ofPlatform },
    { tablename: 'users', ...ofViews },
    { tablename: 'webhook_deliveries', ...ofJournal },
    { tablename: 'webhook_secrets', ...ofJournal },
    { tablename: 'webhooks', ...ofJournal },
  ]);
});

it('the service adds to the journal and reads it, and can change nothing of it', async () => {
  const { rows } = await admin.query(
    `SELECT table_name::text AS name, array_agg(privilege_type::text ORDER BY privilege_type) AS rights
     FROM information_schema.role_table_grants
     WHERE grantee = 'rollcall_service' AND table_name = ANY ($1) GROUP BY 1 ORDER BY 1`,
    [['activity', 'activity_members', 'outbox', 'feed']],
  );
  expect(rows).toEqual([
    { name: 'activity', rights: ['INSERT', 'SELECT'] },
    { name: 'activity_members', rights: ['INSERT', 'SELECT'] },
    { name: 'feed', rights: ['SELECT'] },
    { name: 'outbox', rights: ['INSERT'] },
  ]);
});

it('the service delivers to webhooks, and can neither make nor move one, nor give it a secret', async () => {
  const { rows } = await admin.query(
    `SELECT table_name::text || '.' || column_name AS name FROM information_schema.role_column_grants
     WHERE grantee = 'rollcall_service' AND privilege_type <> 'SELECT' AND table_name IN ('webhooks', 'webhook_secrets')
     ORDER BY 1`,
  );
  const states = ['claimed', 'disabled', 'disabled_reason', 'failing_since', 'failures', 'last_success'];
  expect(rows.map(({ name }) => name as string)).toEqual(
    [...states, 'paused_until', 'position'].map((name) => `webhooks.${name}`),
  );
});

it('the service has no right to what was recorded', async () => {
  const rights = await column(
    `SELECT grantee || ' ' || privilege_type FROM information_schema.role_table_grants
     WHERE table_name IN ('recordings', 'recorded_requests') AND grantee IN ('rollcall_service', 'rollcall_reader', 'PUBLIC')`,
  );
  expect(rights).toEqual([]);
});

it('the reader owns nothing but the views, and the service is no member of those that see several companies', async () => {
  const owned = await column(
    `SELECT c.oid::regclass::text FROM pg_class c WHERE relowner = 'rollcall_reader'::regrole ORDER BY 1`,
  );
  expect(owned).toEqual(['scoped.groups', 'scoped.memberships', 'scoped.users']);
  const { rows } = await admin.query(
    `SELECT pg_has_role('rollcall_service', 'rollcall_reader', 'MEMBER') AS member,
       has_schema_privilege('rollcall_reader', 'scoped', 'CREATE') AS makes,
       pg_has_role('rollcall_service', 'rollcall_journal', 'MEMBER') AS keeps,
       has_schema_privilege('rollcall_journal', 'public', 'CREATE') AS adds,
       pg_has_role('rollcall_service', 'rollcall_platform', 'MEMBER') AS reads,
       has_schema_privilege('rollcall_platform', 'public', 'CREATE') AS owns`,
  );
  expect(rows).toEqual([
    { member: false, makes: false, keeps: false, adds: false, reads: false, owns: false },
  ]);
});

it('definer functions have a fixed search path and are closed to the public', async () => {
  const functions = await admin.query(
    `SELECT proname::text, array(SELECT c FROM unnest(proconfig) c WHERE c LIKE 'search_path=%') AS proconfig,
       has_function_privilege('public', oid, 'EXECUTE') AS open FROM pg_proc
     WHERE prosecdef AND pronamespace IN ('public'::regnamespace, 'scoped'::regnamespace) ORDER BY 1`,
  );
  const closed = { proconfig: ['search_path=pg_catalog, pg_temp'], open: false };
  expect(functions.rows).toEqual(
    [
      'claim_expiry_warnings',
      'claim_silences',
      'confirm_platform_credential',
      'confirm_token',
      'count_expiring_credentials',
      'count_held_guards',
      'count_webhooks',
      'ensure_secret_key',
      'external_ids_are_unique',
      'feed_companies',
      'feed_head',
      'feed_news',
      'feed_state',
      'find_company',
      'find_comparison',
      'find_due_webhooks',
      'find_issuers',
      'find_oauth_client',
      'find_platform_credential',
      'find_recordings',
      'find_refused_token',
      'find_token',
      'group_names_are_unique',
      'has_client_keys',
      'issue_client_token',
      'join_writers',
      'keep_recorded_requests',
      'note_client_uses',
      'note_issuer_uses',
      'note_platform_uses',
      'note_requests',
      'note_token_uses',
      'outbox_lag',
      'platform_credential_state',
      'read_feed',
      'record_comparison',
      'record_expiring',
      'record_silences',
      'relay_outbox',
      'remove_memberships_of_groups',
      'remove_memberships_of_users',
      'token_state',
      'trim_webhook_deliveries',
    ].map((proname) => ({ proname, ...closed })),
  );
});

it('functions that switch kinds of plans off are not compiled', async () => {
  const compiled = await column(
    `SELECT proname::text FROM pg_proc
     WHERE pronamespace IN ('public'::regnamespace, 'scoped'::regnamespace)
       AND array_to_string(proconfig, ' ') LIKE '%enable_%' AND NOT 'jit=off' = ANY (proconfig) ORDER BY 1`,
  );
  expect(compiled).toEqual([]);
});

it('texts that are compared are in the collation "C"', async () => {
  const keys = await admin.query(
    `SELECT table_name::text, column_name::text, collation_name::text FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name NOT LIKE 'activity%' AND (column_name LIKE '%\\_key' OR column_name IN ('external_id', 'email_keys'))`,
  );
  expect(keys.rows).toHaveLength(9);
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
    'ALTER TABLE memberships DROP CONSTRAINT memberships_one_member',
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
