import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { uniqueCode, USER_BADGE, withBadges } from '../support/badge.schema.js';
import { delta, StoreRig } from './store-rig.js';

const TABLES = [
  'users',
  'groups',
  'memberships',
  'resource_counts',
  'unique_values',
  'guards',
  'guard_minutes',
  'guard_estimates',
  'held_removals',
  'deleted_resources',
];
const VIEWS = ['scoped.users', 'scoped.groups', 'scoped.memberships'];

let rig: StoreRig;
let ours: CompanyScope;
let theirs: CompanyScope;
let ourUser: string;
let ourGroup: string;
let theirUser: string;
let service: pg.Client;

async function fill(scope: CompanyScope): Promise<{ user: string; group: string }> {
  const attributes = { userName: 'ada', [USER_BADGE]: { code: 'A' } };
  const user = await rig.users.insert(scope, attributes, { groups: false, manager: false });
  const membership = delta({ add: [user.id] });
  const inner = await rig.groups.insert(scope, { displayName: 'G' }, membership, { members: false });
  await rig.groups.insert(scope, { displayName: 'H' }, delta({ add: [inner.group.id] }), { members: false });
  for (const statement of [
    'guards (company_id) VALUES ($1)',
    'guard_minutes (company_id, subject, minute, slot, removed) VALUES ($1, 0, 1, 0, 1)',
    'guard_estimates (company_id, subject) VALUES ($1, 0)',
    "held_removals (company_id, resource_id, resource_type, operation, removed) VALUES ($1, 1, 'User', 'delete', 1)",
  ]) {
    await rig.admin.query(`INSERT INTO ${statement}`, [scope.companyId]);
  }
  const gone = await rig.users.insert(scope, { userName: 'gone' }, { groups: false, manager: false });
  await rig.users.delete(scope, gone.id, undefined);
  return { user: user.id, group: inner.group.id };
}

beforeAll(async () => {
  rig = await StoreRig.open(withBadges([uniqueCode()]));
  ours = await rig.company();
  theirs = await rig.company();
  ({ user: ourUser, group: ourGroup } = await fill(ours));
  ({ user: theirUser } = await fill(theirs));
});
afterAll(() => rig.close());
beforeEach(async () => {
  service = await rig.asService();
});
afterEach(() => service.end());

const setCompany = (value: string): Promise<unknown> =>
  service.query(`SELECT set_config('rollcall.company_id', $1, false)`, [value]);

async function count(from: string, values: unknown[] = []): Promise<number> {
  const { rows } = await service.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from}`, values);
  return rows[0]?.n ?? -1;
}

describe('TEN-01: without a company, the service', () => {
  it.each([...TABLES, ...VIEWS])('sees nothing of %s', async (table) => {
    expect(await count(table)).toBe(0);
    await setCompany('');
    expect(await count(table)).toBe(0);
    await setCompany('999999');
    expect(await count(table)).toBe(0);
  });

  it('finds nobody by nested groups', async () => {
    expect(await count('scoped.groups_of(read_resource_id($1))', [ourUser])).toBe(0);
    expect(await count('scoped.members_below(read_resource_id($1))', [ourGroup])).toBe(0);
  });

  it('changes nothing', async () => {
    for (const table of TABLES) {
      expect((await service.query(`DELETE FROM ${table}`)).rowCount).toBe(0);
      expect((await service.query(`UPDATE ${table} SET company_id = company_id`)).rowCount).toBe(0);
    }
  });

  it('writes nothing', async () => {
    const insert = service.query(
      `INSERT INTO resource_counts (company_id, type, bucket, count) VALUES ($1, 'User', 99, 1)`,
      [ours.companyId],
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
  });
});

describe('TEN-02: with a company and no condition in the statement, the service', () => {
  beforeEach(() => setCompany(theirs.companyId));

  it.each(TABLES)('sees its own rows of %s alone', async (table) => {
    const { rows } = await rig.admin.query(`SELECT count(*)::int AS n FROM ${table} WHERE company_id = $1`, [
      theirs.companyId,
    ]);
    expect(await count(table)).toBe(rows[0].n);
    expect(await count(table)).toBeGreaterThan(0);
    expect(await count(`${table} WHERE company_id = $1`, [ours.companyId])).toBe(0);
  });

  it('sees its own rows alone through the views', async () => {
    expect(await count('scoped.users WHERE id = read_resource_id($1)', [theirUser])).toBe(1);
    expect(await count('scoped.users WHERE id = read_resource_id($1)', [ourUser])).toBe(0);
    expect(await count('scoped.groups')).toBe(2);
    expect(await count('scoped.memberships')).toBe(2);
    expect(await count('scoped.groups_of(read_resource_id($1))', [theirUser])).toBe(2);
    expect(await count('scoped.groups_of(read_resource_id($1))', [ourUser])).toBe(0);
    expect(await count('scoped.members_below(read_resource_id($1))', [ourGroup])).toBe(0);
  });

  it('can neither change, take over nor give away rows', async () => {
    const id = [ourUser];
    const mine = `company_id = ${ours.companyId}`;
    expect(
      (await service.query(`UPDATE users SET version = 9 WHERE id = read_resource_id($1)`, id)).rowCount,
    ).toBe(0);
    expect((await service.query(`DELETE FROM users WHERE ${mine}`)).rowCount).toBe(0);
    const move = service.query(`UPDATE users SET ${mine} WHERE id = read_resource_id($1)`, [theirUser]);
    await expect(move).rejects.toMatchObject({ code: '42501' });
    const insert = service.query(
      `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
       VALUES ($1, '{}', '{}', 'x', 'x', 'x')`,
      [ours.companyId],
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
  });

  it('has no removal judged for another company', async () => {
    const judge = service.query(`SELECT judge_removals($1, 'Group', read_resource_id($2), 'members', 1, 1)`, [
      ours.companyId,
      ourGroup,
    ]);
    await expect(judge).rejects.toMatchObject({ code: '42501' });
  });

  it('TEN-06: cannot make a member of another company’s user', async () => {
    const insert = service.query(
      `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
       SELECT $1::bigint, id, read_resource_id($2), read_resource_id($2) FROM groups LIMIT 1`,
      [theirs.companyId, ourUser],
    );
    await expect(insert).rejects.toMatchObject({ code: '23503' });
  });

  it('writes nothing through the views', async () => {
    await expect(service.query('DELETE FROM scoped.users')).rejects.toMatchObject({ code: '42501' });
    await expect(service.query('UPDATE scoped.groups SET version = 1')).rejects.toMatchObject({
      code: '42501',
    });
  });
});

it('TEN-06: not even the owner of all rows can give a unique value to another company’s user', async () => {
  const insert = rig.admin.query(
    `INSERT INTO unique_values (company_id, attribute, value_hash, user_id)
     VALUES ($1, 'a', sha256('a'), read_resource_id($2))`,
    [ours.companyId, theirUser],
  );
  await expect(insert).rejects.toMatchObject({ code: '23503' });
});

it('TEN-06: not even the owner of all rows can make a membership across companies', async () => {
  const insert = rig.admin.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     VALUES ($1, read_resource_id($2), read_resource_id($3), read_resource_id($3))`,
    [ours.companyId, ourGroup, theirUser],
  );
  await expect(insert).rejects.toMatchObject({ code: '23503' });
});

describe('the control tables', () => {
  it.each([
    ...[
      'companies',
      'access_tokens',
      'token_activity',
      'token_issuers',
      'issuer_activity',
      'settings',
      'migrations',
    ],
    ...['oauth_clients', 'oauth_client_secrets', 'oauth_federated_credentials'],
  ])('%s is closed to the service', async (table) => {
    await setCompany(ours.companyId);
    await expect(service.query(`SELECT 1 FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    await expect(service.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('the service cannot become someone else than the login allows it', async () => {
    await expect(service.query('CREATE TABLE scoped.own (a int)')).rejects.toMatchObject({ code: '42501' });
    await expect(service.query('CREATE TABLE public.own (a int)')).rejects.toMatchObject({ code: '42501' });
    await expect(service.query('ALTER TABLE users DISABLE ROW LEVEL SECURITY')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(service.query('DROP POLICY users_of_company ON users')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('AUTH: find_token answers one row for a hash in force, and none for any other', async () => {
    const hash = createHash('sha256').update(randomBytes(32)).digest();
    const issue = (when: string): Promise<unknown> =>
      rig.admin.query(
        `INSERT INTO access_tokens (company_id, name, hash, scopes, dialect, expires) VALUES ($1, 'entra', $2, '{scim:read}', 'strict', ${when})
         ON CONFLICT (hash) DO UPDATE SET expires = excluded.expires`,
        [ours.companyId, hash],
      );
    const find = async (wanted: Buffer): Promise<unknown[]> =>
      (await service.query('SELECT * FROM find_token($1)', [wanted])).rows;
    await issue(`now() + interval '1 hour'`);
    expect(await find(hash)).toEqual([
      {
        token_id: expect.any(String),
        token_name: 'entra',
        dialect: 'strict',
        scopes: ['scim:read'],
        expires: expect.any(Date),
        company_id: ours.companyId,
        slug: ours.slug,
        company_name: ours.slug,
        duplicate_group_names: false,
        unknown_members: 'reject',
        user_id: null,
        suspended: false,
        client_id: null,
        pause_left: null,
        rate_limit: null,
        journal_values: false,
        recreate: 'new',
        reprovision: 'reject',
        elsewhere: null,
      },
    ]);
    expect(await find(randomBytes(32))).toEqual([]);
    await issue(`now() - interval '1 second'`);
    expect(await find(hash)).toEqual([]);
    await issue('NULL');
    expect(await find(hash)).toHaveLength(1);
    await rig.admin.query('UPDATE access_tokens SET revoked = now()');
    expect(await find(hash)).toEqual([]);
  });
});
