import pg from 'pg';
import { createOwnerDataSource } from '../../src/persistence/database/data-source.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { Plans1770854400000 } from '../../src/persistence/migrations/1770854400000-plans.js';
import { MIGRATIONS } from '../../src/persistence/migrations/migrations.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

// What a database of an earlier version goes through at the first start of this one.

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

/** Takes migrations back until one is undone. */
async function undo(name: string): Promise<void> {
  const source = await createOwnerDataSource(database.url).initialize();
  try {
    const since = MIGRATIONS.findIndex((migration) => migration.name === name);
    for (const _ of MIGRATIONS.slice(since)) await source.undoLastMigration();
  } finally {
    await source.destroy();
  }
}

async function column(client: pg.Client, text: string): Promise<unknown[]> {
  return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows.map(([value]) => value);
}

const CONDITIONS = `SELECT indexrelid::regclass::text FROM pg_index
  WHERE indpred IS NOT NULL AND indrelid IN ('users'::regclass, 'groups'::regclass) ORDER BY 1`;
const PARAMETERS = `SELECT oid::regclass::text FROM pg_class
  WHERE array_to_string(reloptions, ' ') LIKE '%autovacuum_analyze_scale_factor%' ORDER BY 1`;

it('indexes, views and storage parameters of a database with companies are changed in place', async () => {
  await undo(Plans1770854400000.name);
  expect(await column(admin, CONDITIONS)).toEqual(['groups_display_name_unique', 'users_user_name_unique']);
  expect(await column(admin, PARAMETERS)).toEqual([]);
  await admin.query(
    `INSERT INTO companies (slug, name) VALUES ('a', 'a'), ('b', 'b');
     INSERT INTO users (company_id, attributes, search, user_name_key, external_id, display, display_key)
     SELECT c.id, d, d, d->>'userName', 'x', 'x', 'x' FROM companies c
       CROSS JOIN LATERAL jsonb_build_object('userName', 'user of ' || c.slug) d;
     INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
     SELECT id, '{}', '{}', 'group of ' || slug, 'group of ' || slug FROM companies;
     INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT g.company_id, g.id, u.id, u.id FROM groups g JOIN users u USING (company_id)`,
  );

  await migrate(database.url);

  expect(await column(admin, CONDITIONS)).toHaveLength(13);
  expect(await column(admin, PARAMETERS)).toEqual(['groups', 'memberships', 'unique_values', 'users']);
  const service = new pg.Client({
    connectionString: database.url,
    options: '-c role=rollcall_service -c rollcall.company_id=1',
  });
  await service.connect();
  try {
    expect(await column(service, 'SELECT user_name_key FROM scoped.users')).toEqual(['user of a']);
    expect(await column(service, `SELECT display_name FROM scoped.groups`)).toEqual(['group of a']);
    const [user] = await column(service, 'SELECT id FROM users');
    expect(await column(service, `SELECT direct FROM scoped.groups_of(${user as string})`)).toEqual([true]);
    const [group] = await column(service, 'SELECT id FROM groups');
    expect(
      await column(service, `SELECT member_user_id FROM scoped.members_below(${group as string})`),
    ).toEqual([user]);
    await service.query(`SET rollcall.company_id = ''`);
    expect(await column(service, 'SELECT user_name_key FROM scoped.users')).toEqual([]);
  } finally {
    await service.end();
  }
});
