import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { PostgresUsersStore } from '../../src/persistence/users/postgres-users.store.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type StoredUser } from '../../src/protocol/resource/resource.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type UserRead } from '../../src/scim/users/users.store.js';
import { PlannedStatements, RecordingTransaction } from './recorded-statements.js';
import { listOf, StoreRig } from './store-rig.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ALL: UserRead = { groups: true, manager: true };
const BARE: UserRead = { groups: false, manager: false };
const LIST = listOf(BUILT_IN_RESOURCE_TYPES.user);

let rig: StoreRig;
let recorder: RecordingTransaction;
let users: PostgresUsersStore;
let scope: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
  recorder = new RecordingTransaction(rig.transaction);
  const indexed = new IndexedForms(BUILT_IN_RESOURCE_TYPES);
  await indexed.load((statement) => recorder.runOutsideCompany(statement));
  users = new PostgresUsersStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
});
afterAll(() => rig.close());
beforeEach(async () => {
  scope = await rig.company();
});

/** Makes users who are all in the same groups. */
async function inGroups(count: number, groups: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1)
    ids.push((await users.insert(scope, { userName: `user ${n}` }, BARE)).id);
  await rig.admin.query(
    `INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
     SELECT $1, d, d, 'g' || n, 'g' || n FROM generate_series(1, $2::int) n
       CROSS JOIN LATERAL jsonb_build_object('displayName', 'g' || n) d`,
    [scope.companyId, groups],
  );
  await rig.admin.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT $1, g.id, u.id, u.id FROM groups g JOIN users u USING (company_id) WHERE company_id = $1`,
    [scope.companyId],
  );
  recorder.take();
  return ids;
}

async function all(resources: AsyncIterable<StoredUser> | readonly StoredUser[]): Promise<StoredUser[]> {
  const found: StoredUser[] = [];
  for await (const user of resources) found.push(user);
  return found;
}

const FIRST = { groups: 1_000, users: 12 };

describe('a page with more groups than are read at once', () => {
  it('is read in pieces, each of them no earlier than it is consumed', async () => {
    const ids = await inGroups(FIRST.users, FIRST.groups);
    const { totalResults, resources } = await users.list(scope, LIST, ALL);
    expect(totalResults).toBe(FIRST.users);
    expect(recorder.take()).toHaveLength(1);
    const found = await all(resources);
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found[11]).toEqual(await users.find(scope, ids[11] ?? '', ALL));
    // Ten at first, then as many as 5,000 groups allow, and the one that was found.
    expect(recorder.take().map(({ name }) => name)).toEqual([
      'users.piece.groupsmanager',
      'users.piece.groupsmanager',
      'users.find.groupsmanager',
    ]);
  });

  it('leaves out who is deleted while it is read, and shows who is changed as he is then', async () => {
    const ids = await inGroups(FIRST.users, FIRST.groups);
    const { resources } = await users.list(scope, LIST, ALL);
    const seen: string[] = [];
    for await (const user of resources) {
      if (seen.length === 0) {
        await users.delete(scope, ids[10] ?? '', undefined);
        await users.update(scope, ids[11] ?? '', (one) => ({ ...one, title: 'x' }), undefined, BARE);
      }
      seen.push(user.attributes['title'] === 'x' ? `${user.id} x` : user.id);
    }
    expect(seen).toEqual([...ids.slice(0, 10), `${ids[11] ?? ''} x`]);
  });

  it('is one statement where nobody asks for the groups, and that statement does not look at them', async () => {
    await inGroups(FIRST.users, FIRST.groups);
    expect(await all((await users.list(scope, LIST, BARE)).resources)).toHaveLength(FIRST.users);
    const [statement, ...others] = recorder.take();
    expect(others).toEqual([]);
    expect(statement?.text).not.toMatch(/memberships|groups/);
  });
});

it('a page with larger attributes than are read at once is read in pieces', async () => {
  const text = Array.from({ length: 120_000 }, () => Math.random().toString(36).slice(2, 8)).join('');
  for (let n = 0; n < 8; n += 1) await users.insert(scope, { userName: `user ${n}`, title: text }, BARE);
  recorder.take();
  const found = await all((await users.list(scope, LIST, BARE)).resources);
  expect(found.map(({ attributes }) => attributes['title'] === text)).toEqual(Array(8).fill(true));
  expect(recorder.take()).toHaveLength(9);
});

describe('a manager is looked up by an id that is read once', () => {
  it.each([true, false])('in one user, with indexes: %s', async (withIndexes) => {
    const boss = await users.insert(scope, { userName: 'boss' }, BARE);
    const attributes = { userName: 'user', [ENTERPRISE]: { manager: { value: boss.id } } };
    const { id } = await users.insert(scope, attributes, BARE);
    recorder.take();
    expect((await users.find(scope, id, ALL))?.manager?.id).toBe(boss.id);
    const client = await rig.asService(scope.companyId);
    try {
      for (const kind of ['indexscan', 'bitmapscan'])
        await client.query(`SET enable_${kind} = ${withIndexes ? 'on' : 'off'}`);
      const plans = new PlannedStatements(client);
      const statements = recorder.take();
      expect(statements).toHaveLength(1);
      for (const statement of statements) {
        const { conditions, scanned } = await plans.explain(statement);
        expect(scanned.length > 0).toBe(!withIndexes);
        expect(conditions.filter((condition) => condition.includes('#>>'))).toEqual([]);
      }
    } finally {
      await client.end();
    }
  });
});
