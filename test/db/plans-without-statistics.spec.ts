import type pg from 'pg';
import { PostgresMembershipChecksStore } from '../../src/persistence/checks/postgres-membership-checks.store.js';
import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { PostgresGroupsStore } from '../../src/persistence/groups/postgres-groups.store.js';
import { type SqlValue, type Statement } from '../../src/persistence/transaction/company-transaction.js';
import { PostgresUsersStore } from '../../src/persistence/users/postgres-users.store.js';
import { type BoundFilter } from '../../src/protocol/filter/filter.js';
import { type BoundAttribute, resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { fill, type Known, listing, type Problem, problemsOf } from './filled-company.js';
import { PlannedStatements, RecordingTransaction } from './recorded-statements.js';
import { delta, NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

// Statistics tell of yesterday. A company that imports its people must be served well before they are gathered again,
// also over connections whose statements were planned when it had nobody.

const SIZE = 4_000;
const { user, group } = BUILT_IN_RESOURCE_TYPES;

let rig: StoreRig;
let recorder: RecordingTransaction;
let users: PostgresUsersStore;
let groups: PostgresGroupsStore;
let checks: PostgresMembershipChecksStore;
let clients: pg.Client[];

beforeAll(async () => {
  rig = await StoreRig.open();
  clients = [];
  recorder = new RecordingTransaction(rig.transaction);
  const indexed = new IndexedForms(BUILT_IN_RESOURCE_TYPES);
  await indexed.load((statement) => recorder.runOutsideCompany(statement));
  users = new PostgresUsersStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
  groups = new PostgresGroupsStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
  checks = new PostgresMembershipChecksStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await rig.close();
});

const MAIL = 'mail8f14e45fceea167a5a36dedd4bea2543@example.com';
const RULE = { directOnly: false, includeInactive: false };
const PART = { after: undefined, limit: 5 };
const ALL = { groups: true, manager: true };
const BARE = { groups: false, manager: false };

/** What a company of any size is asked for, by name; each looks at a few rows alone. */
const LOOK_UPS: Readonly<Record<string, (scope: CompanyScope, known: Known) => Promise<unknown>>> = {
  'GET user by id': (scope, { userId }) => users.find(scope, userId, ALL),
  'GET group by id': (scope, { groupId }) => groups.find(scope, groupId, { members: true }),
  ...Object.fromEntries(
    [
      'userName eq "user7@example.com"',
      'userName sw "user7@"',
      'userName co "r7@exam"',
      'externalId eq "ext7"',
      'displayName eq "display 8f14e45fceea167a5a36dedd4bea2543"',
      'displayName co "8f14e45fceea"',
      `emails.value eq "${MAIL}"`,
      'emails[type eq "work" and value co "il8f14e45f"]',
    ].map((filter) => [
      `users ${filter}`,
      (scope: CompanyScope) => users.list(scope, listing(user, filter), ALL),
    ]),
  ),
  'users id eq': (scope, { userId }) => users.list(scope, listing(user, `id eq "${userId}"`), ALL),
  'users groups.value eq': (scope, { groupId }) =>
    users.list(scope, listing(user, `groups.value eq "${groupId}"`), ALL),
  ...Object.fromEntries(
    [
      'displayName eq "group 8f14e45fceea167a5a36dedd4bea2543"',
      'displayName sw "group 8f14e45f"',
      'externalId eq "g7"',
    ].map((filter) => [
      `groups ${filter}`,
      (scope: CompanyScope) => groups.list(scope, listing(group, filter), { members: true }),
    ]),
  ),
  'groups members eq': (scope, { userId }) =>
    groups.list(scope, listing(group, `members eq "${userId}"`), { members: true }),
  'groups id eq and members eq': (scope, { userId, groupId }) =>
    groups.list(scope, listing(group, `id eq "${groupId}" and members eq "${userId}"`), { members: false }),
  ...Object.fromEntries(
    (
      [
        { by: 'userName', value: 'user7@example.com' },
        { by: 'externalId', value: 'ext7' },
        { by: 'email', value: MAIL },
      ] as const
    ).map((user) => [
      `whether a user is in a group, by ${user.by}`,
      (scope: CompanyScope, { groupId }: Known) =>
        checks.decide(scope, [{ user, group: { by: 'id', value: groupId }, ...RULE }]),
    ]),
  ),
  'groups of a user, nested ones too': (scope, { userId }) =>
    checks.groupsOf(scope, { by: 'id', value: userId }, RULE, PART),
  'users of a group, of nested ones too': (scope, { groupId }) =>
    checks.usersOf(scope, { by: 'id', value: groupId }, RULE, PART),
  'first users by id': (scope) => users.list(scope, listing(user, '', { count: 5 }), ALL),
  'groups by displayName, behind a cursor': (scope, { groupId }) =>
    groups.list(
      scope,
      listing(
        group,
        '',
        { count: 5, keyset: { from: { id: groupId, key: 'group 8' }, backward: false } },
        'displayName',
      ),
      { members: true },
    ),
  'users by userName, behind a cursor': (scope, { userId }) =>
    users.list(
      scope,
      listing(
        user,
        '',
        { count: 5, keyset: { from: { id: userId, key: 'user7' }, backward: false } },
        'userName',
      ),
      BARE,
    ),
  'PATCH user': (scope, { userId }) =>
    users.update(scope, userId, (attributes) => ({ ...attributes, title: 'x' }), undefined, ALL),
  'PATCH group: rename': (scope, { groupId }) =>
    groups.update(
      scope,
      groupId,
      {
        change: (attributes) => ({ ...attributes, externalId: 'x' }),
        membership: NO_MEMBER_CHANGE,
        precondition: undefined,
      },
      { members: true },
    ),
  'PATCH group: remove and add a member': async (scope, { userId, groupId }) => {
    for (const change of [{ remove: [userId] }, { add: [userId] }]) {
      const update = { change: <T>(same: T): T => same, membership: delta(change), precondition: undefined };
      await groups.update(scope, groupId, update, { members: false });
    }
  },
  'DELETE user': (scope, { userId }) => users.delete(scope, userId, undefined),
  'DELETE group': (scope, { groupId }) => groups.delete(scope, groupId, undefined),
};

/** The statements of each look-up, carried out on a company. */
async function statementsOf(
  scope: CompanyScope,
  known: Known,
): Promise<ReadonlyMap<string, readonly Statement[]>> {
  const statements = new Map<string, readonly Statement[]>();
  for (const [name, lookUp] of Object.entries(LOOK_UPS)) {
    await lookUp(scope, known);
    // What only inserts looks nothing up.
    statements.set(
      name,
      recorder.take().filter(({ text }) => !/^(WITH \w+ AS \(\s*)?INSERT/.test(text)),
    );
  }
  return statements;
}

/** Both statements and plans of before; then the company fills up without anybody telling the planner. */
async function planThenFill(): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const scope = await rig.company();
  const empty = await rig.company();
  const small = await rig.company();
  const early = await rig.asService(empty.companyId);
  clients.push(early);
  const plans = new PlannedStatements(early);
  // What is small enough to hold one of everything shows all statements.
  const before = await statementsOf(small, await fill(rig.admin, small, 1));
  const ofEmpty = (value: SqlValue): SqlValue => (value === small.companyId ? empty.companyId : value);
  for (const statement of [...before.values()].flat())
    await plans.wear({ ...statement, values: statement.values.map(ofEmpty) });

  const known = await fill(rig.admin, scope, SIZE);
  const after = await statementsOf(scope, known);
  await early.query(`SELECT set_config('rollcall.company_id', $1, false)`, [scope.companyId]);
  const problems = new Map<string, readonly Problem[]>();
  for (const [name, statements] of after) problems.set(name, await problemsOf(plans, statements));
  return problems;
}

it('a token is found by its hash on a connection that knew no tokens', async () => {
  const { rows } = await rig.admin.query<{ prosrc: string }>(
    `SELECT prosrc FROM pg_proc WHERE proname = 'find_token'`,
  );
  const text = (rows[0]?.prosrc ?? '').replace('token_hash', '$1');
  const lookUp = { name: 'find_token', text, values: [Buffer.alloc(32)] };
  const plans = new PlannedStatements(rig.admin);
  await plans.wear(lookUp);
  const { companyId } = await rig.company();
  await rig.admin.query(
    `INSERT INTO access_tokens (company_id, name, hash, scopes)
     SELECT $2::bigint, n, sha256(n::text::bytea), '{}' FROM generate_series(1, $1::int) n`,
    [SIZE, companyId],
  );
  const { rows: hashes } = await rig.admin.query<{ hash: Buffer }>(`SELECT sha256('7') AS hash`);
  const plan = await plans.explain({ ...lookUp, values: [hashes[0]?.hash ?? Buffer.alloc(0)] });
  expect(plan.indexes).toContain('access_tokens_hash_key');
  expect(plan.scanned).not.toContain('access_tokens');
});

describe('members that a filter removes from a group which was filled just now', () => {
  const MEMBERS = 1_000;
  const display = compared('display');

  it.each<[string, BoundFilter]>([
    ['display eq', { kind: 'compare', target: display, operator: 'eq', value: { type: 'text', value: 'n' } }],
    ['display sw', { kind: 'compare', target: display, operator: 'sw', value: { type: 'text', value: 'n' } }],
    [
      'type eq',
      { kind: 'compare', target: compared('type'), operator: 'eq', value: { type: 'text', value: 'Group' } },
    ],
    ['not (display pr)', { kind: 'not', operand: { kind: 'present', target: display } }],
  ])('%s: each is looked at once, and not for each other one', async (_, filter) => {
    const scope = await rig.company();
    const { groupId } = await fill(rig.admin, scope, MEMBERS);
    await rig.admin.query(
      `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
       SELECT company_id, $2::bigint, id, id FROM users WHERE company_id = $1 ON CONFLICT DO NOTHING`,
      [scope.companyId, BigInt(`0x${groupId}`).toString()],
    );
    const membership = { steps: [{ kind: 'removeWhere', filter } as const], references: [] };
    const update = { change: <T>(same: T): T => same, membership, precondition: undefined };
    recorder.take();
    expect((await groups.update(scope, groupId, update, { members: false }))?.changed).toBe(false);
    const service = await rig.asService(scope.companyId);
    clients.push(service);
    const plans = new PlannedStatements(service);
    const removals = recorder.take().filter(({ text }) => text.includes('DELETE FROM memberships'));
    expect(removals).toHaveLength(1);
    for (const removal of removals) expect((await plans.explain(removal)).visited).toBeLessThan(5 * MEMBERS);
  });
});

/** A sub-attribute of `members`. */
function compared(name: string): BoundAttribute {
  const resolution = resolveAttribute(group, `members.${name}`);
  if (resolution.kind !== 'attribute') throw new Error(name);
  return resolution.target;
}

/**
 * These have the choice between an index that answers and reading a company that is small. Without any statistics a
 * company is believed to have a two-hundredth of the table, and is read.
 */
const UNKNOWN_SIZE = [
  'users userName co "r7@exam"',
  'users displayName co "8f14e45fceea"',
  'users emails[type eq "work" and value co "il8f14e45f"]',
  'groups by displayName, behind a cursor',
];

describe.each([
  ['before anything was ever analysed', () => Promise.resolve(), UNKNOWN_SIZE],
  [
    'where other companies alone were analysed',
    async () => {
      await fill(rig.admin, await rig.company(), SIZE);
      await rig.admin.query('ANALYZE');
    },
    [],
  ],
] as const)('%s', (_when, prepare, without: readonly string[]) => {
  let problems: ReadonlyMap<string, readonly Problem[]>;
  beforeAll(async () => {
    await prepare();
    problems = await planThenFill();
  }, 120_000);

  it.each(Object.keys(LOOK_UPS).filter((name) => !without.includes(name)))(
    '%s looks at a few rows',
    (name) => {
      expect(problems.get(name)).toEqual([]);
    },
  );
});
