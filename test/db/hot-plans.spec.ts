import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type NamedGroup } from '../../src/checks/membership-question.js';
import { PostgresMembershipChecksStore } from '../../src/persistence/checks/postgres-membership-checks.store.js';
import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { PostgresGroupsStore } from '../../src/persistence/groups/postgres-groups.store.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import { PostgresUsersStore } from '../../src/persistence/users/postgres-users.store.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { fill, type Known, listing, problemsOf } from './filled-company.js';
import { PlannedStatements, RecordingTransaction } from './recorded-statements.js';
import { delta, StoreRig } from './store-rig.js';

// The driver has some statements planned each time and others once for all parameters, and PostgreSQL may change its
// mind: what is sent most has to be fast either way, under the row security of the service's role.

const SIZE = 4_000;
const MODES = ['force_custom_plan', 'force_generic_plan'] as const;
const ALL = { groups: true, manager: true };
const { user, group } = BUILT_IN_RESOURCE_TYPES;

let rig: StoreRig;
let scope: CompanyScope;
let known: Known;
let users: PostgresUsersStore;
let groups: PostgresGroupsStore;
let checks: PostgresMembershipChecksStore;
const recorded = new Map<string, readonly Statement[]>();

const changeMember = (change: 'add' | 'remove') => () => {
  const membership = delta({ [change]: [known.userId] });
  const update = { change: <T>(same: T): T => same, membership, precondition: undefined };
  return groups.update(scope, known.groupId, update, { members: false });
};

const RULE = { directOnly: false, includeInactive: false };
const PART = { after: undefined, limit: 5 };
/** The group around the one that the known user is in. */
let outerId: string;
const outer = (): NamedGroup => ({ by: 'id', value: outerId });

/** What identity providers and platforms send most, and an index that answers it. */
const HOT: Readonly<Record<string, readonly [index: string, request: () => Promise<unknown>]>> = {
  'GET user by id': ['users_pkey', () => users.find(scope, known.userId, ALL)],
  'userName eq': [
    'users_user_name_unique',
    () => users.list(scope, listing(user, 'userName eq "user7@example.com"'), ALL),
  ],
  'externalId eq': [
    'users_external_id_index',
    () => users.list(scope, listing(user, 'externalId eq "ext7"'), ALL),
  ],
  'a page of users': ['users_pkey', () => users.list(scope, listing(user, '', { count: 5 }), ALL)],
  'a page of users behind a cursor': [
    'users_pkey',
    () => {
      const keyset = { from: { id: known.userId, key: null }, backward: false };
      return users.list(scope, listing(user, '', { count: 5, keyset }), ALL);
    },
  ],
  'displayName eq of groups': [
    'groups_display_name_unique',
    () =>
      groups.list(scope, listing(group, 'displayName eq "group 8f14e45fceea167a5a36dedd4bea2543"'), {
        members: false,
      }),
  ],
  'GET group with its members': [
    'memberships_pkey',
    () => groups.find(scope, known.groupId, { members: true }),
  ],
  'PATCH group: take a member out': ['memberships_pkey', changeMember('remove')],
  'PATCH group: add a member': ['groups_pkey', changeMember('add')],
  ...Object.fromEntries(
    (
      [
        ['id', 'users_inactive_index', () => known.userId],
        ['userName', 'users_user_name_unique', () => 'user7@example.com'],
        ['externalId', 'users_external_id_index', () => 'ext7'],
        ['email', 'users_search_index', () => 'mail8f14e45fceea167a5a36dedd4bea2543@example.com'],
      ] as const
    ).map(([by, index, value]) => [
      `whether a user is in a group, by ${by}`,
      [index, () => checks.decide(scope, [{ user: { by, value: value() }, group: outer(), ...RULE }])],
    ]),
  ),
  'the groups of a user, nested ones too': [
    'memberships_member_user_index',
    () => checks.groupsOf(scope, { by: 'id', value: known.userId }, RULE, PART),
  ],
  'the users of a group, of nested ones too': [
    'memberships_nested_index',
    () => checks.usersOf(scope, outer(), RULE, PART),
  ],
  'PATCH user, with its entry in the journal': [
    'users_pkey',
    () => users.update(scope, known.userId, (same) => ({ ...same, title: 'x' }), undefined, ALL),
  ],
};

beforeAll(async () => {
  rig = await StoreRig.open();
  const recorder = new RecordingTransaction(rig.transaction);
  const indexed = new IndexedForms(BUILT_IN_RESOURCE_TYPES);
  await indexed.load((statement) => recorder.runOutsideCompany(statement));
  users = new PostgresUsersStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
  groups = new PostgresGroupsStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
  checks = new PostgresMembershipChecksStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
  await fill(rig.admin, await rig.company(), SIZE);
  scope = await rig.company();
  known = await fill(rig.admin, scope, SIZE);
  const around = delta({ add: [known.groupId] });
  outerId = (await rig.groups.insert(scope, { displayName: 'outer' }, around, { members: false })).group.id;
  await rig.admin.query('ANALYZE');
  for (const [name, [, request]] of Object.entries(HOT)) {
    await request();
    recorded.set(name, recorder.take());
  }
  // So that what is written there by itself can be written once more.
  await rig.admin.query('DELETE FROM activity');
  await rig.admin.query('DELETE FROM activity_members');
}, 120_000);
afterAll(() => rig.close());

describe.each(MODES)('%s', (mode) => {
  let client: pg.Client;
  let plans: PlannedStatements;
  beforeAll(async () => {
    client = await rig.asService(scope.companyId);
    await client.query(`SET plan_cache_mode = ${mode}`);
    plans = new PlannedStatements(client);
  });
  afterAll(() => client.end());

  it.each(Object.keys(HOT))('%s looks at a few rows', async (name) => {
    const statements = recorded.get(name) ?? [];
    expect(statements).not.toEqual([]);
    expect(await problemsOf(plans, statements)).toEqual([]);
    const indexes = new Set<string>();
    for (const statement of statements) {
      for (const index of (await plans.explain(statement)).indexes) indexes.add(index);
    }
    expect([...indexes]).toContain(HOT[name]?.[0]);
  });

  it('the look-up of a token reads no whole table', async () => {
    await rig.admin.query(
      `INSERT INTO access_tokens (company_id, name, hash, scopes)
       SELECT $2::bigint, n, sha256((n || $3)::bytea), '{}' FROM generate_series(1, $1::int) n`,
      [SIZE, scope.companyId, mode],
    );
    await rig.admin.query('ANALYZE access_tokens');
    await client.query('BEGIN');
    const hash = createHash('sha256').update(`7${mode}`).digest();
    for (let round = 0; round < 7; round += 1) {
      const { rowCount } = await client.query('SELECT * FROM find_token($1)', [hash]);
      expect(rowCount).toBe(1);
    }
    const { rows } = await client.query(
      `SELECT seq_scan::int, idx_scan::int FROM pg_stat_xact_user_tables WHERE relname = 'access_tokens'`,
    );
    await client.query('ROLLBACK');
    expect(rows).toEqual([{ seq_scan: 0, idx_scan: 7 }]);
  });
});
