import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type ListPage } from '../../src/scim/cursors/cursor-pages.js';
import { type ListPlan } from '../../src/scim/lists/list-plan.js';
import { listWhole } from '../../src/surfaces/oud/whole-list.js';
import { listOf, StoreRig } from './store-rig.js';

const { user: USER, group: GROUP } = BUILT_IN_RESOURCE_TYPES;
const WHOLE = { startIndex: 1, count: Number.MAX_SAFE_INTEGER };
/** More than the page that is read at once. */
const COUNT = 1_200;

interface Listed {
  readonly id: string;
}
type ReadPage = (plan: ListPlan) => Promise<ListPage<Listed>>;

let rig: StoreRig;
let scope: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  scope = await rig.company();
});

/** @param hex how many characters each of the first groups has that do not compress */
async function makeGroups(count: number, hex = 0): Promise<void> {
  await rig.admin.query(
    `INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
     SELECT $1, jsonb_build_object('displayName', 'g' || n || CASE WHEN n <= 10 THEN h ELSE '' END), '{}', 'g' || n, 'g' || n
     FROM generate_series(1, $2::int) n, coalesce(
       (SELECT string_agg(md5(i::text), '') FROM generate_series(1, $3::int / 32) i), '') h`,
    [scope.companyId, count, hex],
  );
}

/** Makes users who are all in as many groups that a page of them is read in pieces. */
async function makeUsers(): Promise<void> {
  await rig.admin.query(
    `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
     SELECT $1, jsonb_build_object('userName', 'user ' || n), '{}', 'user ' || n, '', '' FROM generate_series(1, $2::int) n`,
    [scope.companyId, COUNT],
  );
  await makeGroups(11);
  await rig.admin.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT $1, g.id, u.id, u.id FROM groups g JOIN users u USING (company_id) WHERE company_id = $1`,
    [scope.companyId],
  );
}

async function idsIn(table: 'users' | 'groups'): Promise<readonly string[]> {
  const { rows } = await rig.admin.query<{ id: string }>(
    `SELECT format_resource_id(id) AS id FROM ${table} WHERE company_id = $1 ORDER BY id`,
    [scope.companyId],
  );
  return rows.map(({ id }) => id);
}

/** The ids of a whole list, of which something is deleted as soon as its first resource has been read. */
async function listDeleting(
  type: typeof USER,
  readPage: ReadPage,
  remove: () => Promise<unknown>,
): Promise<readonly string[]> {
  const { resources } = await listWhole(WHOLE, ({ startIndex, count, after }) => {
    const keyset = after === undefined ? {} : { keyset: { from: { id: after, key: null }, backward: false } };
    return readPage(listOf(type, { startIndex, count, ...keyset }));
  });
  const seen: string[] = [];
  for await (const { id } of resources) {
    if (seen.length === 0) await remove();
    seen.push(id);
  }
  return seen;
}

describe('a whole list goes on behind a page of which somebody was deleted while it was read', () => {
  it.each([
    ['in its middle', 700],
    ['at its end', 999],
  ])('users, %s', async (_where, place) => {
    await makeUsers();
    const ids = await idsIn('users');
    const seen = await listDeleting(
      USER,
      (plan) => rig.users.list(scope, plan, { groups: true, manager: true }),
      () => rig.users.delete(scope, ids[place] ?? '', undefined),
    );
    expect(seen).toEqual(ids.toSpliced(place, 1));
  });

  it('groups with large attributes', async () => {
    await makeGroups(COUNT, 500_000);
    const ids = await idsIn('groups');
    const seen = await listDeleting(
      GROUP,
      (plan) => rig.groups.list(scope, plan, { members: true }),
      () => rig.groups.delete(scope, ids[700] ?? '', undefined),
    );
    expect(seen).toEqual(ids.toSpliced(700, 1));
  });
});
