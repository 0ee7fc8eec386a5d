import { randomBytes } from 'node:crypto';
import { IndexedForms } from '../../src/persistence/indexed-forms/indexed-forms.js';
import { PostgresGroupsStore } from '../../src/persistence/groups/postgres-groups.store.js';
import { PostgresResourcesStore } from '../../src/persistence/resources/postgres-resources.store.js';
import { type Member, type StoredGroup } from '../../src/protocol/resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type GroupRead } from '../../src/scim/groups/groups.store.js';
import { type StoredResource } from '../../src/scim/resources/resources.store.js';
import { RecordingTransaction } from './recorded-statements.js';
import { listOf, StoreRig } from './store-rig.js';

const { user: USER, group: GROUP } = BUILT_IN_RESOURCE_TYPES;
const MEMBERS: GroupRead = { members: true };
const ALL = { user: { groups: true, manager: true }, group: MEMBERS };
const COUNT = 9;
const LARGE = 700_000;

let rig: StoreRig;
let recorder: RecordingTransaction;
let groups: PostgresGroupsStore;
let resources: PostgresResourcesStore;
let scope: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
  recorder = new RecordingTransaction(rig.transaction);
  const indexed = new IndexedForms(BUILT_IN_RESOURCE_TYPES);
  await indexed.load((statement) => recorder.runOutsideCompany(statement));
  groups = new PostgresGroupsStore(recorder, BUILT_IN_RESOURCE_TYPES, indexed);
  resources = new PostgresResourcesStore(recorder);
});
afterAll(() => rig.close());
beforeEach(async () => {
  scope = await rig.company();
});

/** Makes groups and users by turns, all users members of all groups, and gives the ids in their order. */
async function make(count: number, length: number, members = 0): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const name = `${n} ${randomBytes(length / 2).toString('hex')}`;
    const made = await rig.admin.query<{ id: string }>(
      `WITH g AS (
        INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
        VALUES ($1, jsonb_build_object('displayName', $2::text), '{}', left($2, 20), left($2, 20)) RETURNING id
      ), u AS (
        INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
        VALUES ($1, jsonb_build_object('userName', 'user ' || $3::int), '{}', 'user ' || $3::int, '', '') RETURNING id
      ) SELECT format_resource_id(id) AS id FROM (TABLE g UNION ALL TABLE u) r`,
      [scope.companyId, name, n],
    );
    ids.push(...made.rows.map(({ id }) => id));
  }
  await rig.admin.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT $1, g.id, u.id, u.id FROM groups g CROSS JOIN LATERAL (
       SELECT u.id FROM users u WHERE u.company_id = $1 ORDER BY u.id LIMIT $2) u WHERE g.company_id = $1`,
    [scope.companyId, members],
  );
  recorder.take();
  return ids.sort();
}

async function membersOf({ members }: StoredGroup): Promise<number> {
  if (members === undefined) return 0;
  if (Array.isArray(members)) return members.length;
  let count = 0;
  for await (const some of members as AsyncIterable<readonly Member[]>) count += some.length;
  return count;
}

const idOf = (one: StoredResource): string => (one.type === 'User' ? one.user.id : one.group.id);

describe('groups with larger attributes than are read at once', () => {
  it('are read in pieces, each of them no earlier than it is consumed', async () => {
    const ids = await make(COUNT, LARGE, 3);
    const { resources: found } = await groups.list(scope, listOf(GROUP), MEMBERS);
    expect(recorder.take()).toHaveLength(1);
    const seen: string[] = [];
    for await (const group of found) {
      seen.push(group.id);
      expect((group.attributes['displayName'] as string).length).toBeGreaterThan(LARGE);
      expect(await membersOf(group)).toBe(3);
      expect(recorder.take()).toHaveLength(1);
    }
    expect(seen).toEqual(ids.filter((id) => seen.includes(id)));
    expect(seen).toHaveLength(COUNT);
  });

  it('are left out where they are deleted meanwhile', async () => {
    await make(COUNT, LARGE);
    const { resources: found } = await groups.list(scope, listOf(GROUP), MEMBERS);
    let seen = 0;
    for await (const _ of found) {
      seen += 1;
      if (seen === 2) await rig.admin.query('DELETE FROM groups WHERE company_id = $1', [scope.companyId]);
    }
    expect(seen).toBe(2);
  });
});

describe('a page of users and groups', () => {
  it.each([
    ['small', 30, 10, 2],
    ['large', COUNT, LARGE, 2],
    ['with many members', 60, 10, 60],
  ])('is read in pieces in its order: %s', async (_kind, count, length, members) => {
    const ids = await make(count, length, members);
    const list = { ...listOf(USER), parts: [{ type: USER }, { type: GROUP }], count: 1000 };
    const { resources: found } = await resources.list(scope, list, ALL);
    expect(recorder.take()).toHaveLength(1);
    const seen: string[] = [];
    for await (const one of found) {
      seen.push(idOf(one));
      if (one.type === 'Group') expect(await membersOf(one.group)).toBe(members);
    }
    expect(seen).toEqual(ids);
  });

  it('leaves out who is deleted meanwhile', async () => {
    const ids = await make(20, 10);
    const list = { ...listOf(USER), parts: [{ type: USER }, { type: GROUP }], count: 1000 };
    const seen: string[] = [];
    for await (const one of (await resources.list(scope, list, ALL)).resources) {
      if (seen.length === 0)
        for (const table of ['users', 'groups'])
          await rig.admin.query(`DELETE FROM ${table} WHERE company_id = $1`, [scope.companyId]);
      seen.push(idOf(one));
    }
    expect(seen).toEqual(ids.slice(0, 10));
  });
});
