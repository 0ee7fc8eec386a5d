import { type Attributes, type StoredGroup } from '../../src/protocol/resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type WrittenGroup } from '../../src/scim/groups/groups.store.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { GroupWrites, idsIn } from '../contracts/group-writes.js';
import { delta, listOf, membersOf, NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

const WITH = { members: true };
const WITHOUT = { members: false };
const LIST = listOf(BUILT_IN_RESOURCE_TYPES.group);

let rig: StoreRig;
let scope: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  scope = await rig.company();
});

const users = (count: number, of = scope): Promise<string[]> => new GroupWrites(rig, of).users(count);
const group = (displayName: string, add?: readonly string[]): Promise<StoredGroup> =>
  new GroupWrites(rig, scope).group(displayName, add);
const update = (...change: Parameters<GroupWrites['update']>): Promise<WrittenGroup | undefined> =>
  new GroupWrites(rig, scope).update(...change);

function bulkUsers(count: number, of: CompanyScope = scope): Promise<unknown> {
  return rig.admin.query(
    `INSERT INTO users (company_id, attributes, search, user_name_key, display, display_key)
     SELECT $1, '{}', '{}', 'bulk' || n, 'Bulk ' || n, 'bulk ' || n FROM generate_series(1, $2::int) n`,
    [of.companyId, count],
  );
}

function bulkMembers(groupId: string): Promise<unknown> {
  return rig.admin.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT company_id, read_resource_id($2), id, id FROM users WHERE company_id = $1`,
    [scope.companyId, groupId],
  );
}

describe('many members', () => {
  it('GRP-09: 20,000 are streamed in batches, each once and in order, with a head of the same moment', async () => {
    await bulkUsers(20_000);
    const made = await group('Big');
    await bulkMembers(made.id);
    const found = await rig.groups.find(scope, made.id, WITH);
    const batches: number[] = [];
    const ids: string[] = [];
    for await (const batch of found?.members as AsyncIterable<readonly { value: string }[]>) {
      if (batches.length === 0)
        await update(made.id, delta({ clear: true }), { change: () => ({ displayName: 'x' }) });
      batches.push(batch.length);
      ids.push(...batch.map(({ value }) => value));
    }
    expect(found).toMatchObject({ version: '1', attributes: { displayName: 'Big' } });
    expect(Math.max(...batches)).toBeLessThanOrEqual(2_000);
    expect(ids).toHaveLength(20_000);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(await rig.groups.find(scope, made.id, WITH)).toMatchObject({ version: '2', members: [] });
  });

  it('a list streams the members of its groups in order, also where the reader passes some over', async () => {
    await bulkUsers(1_500);
    const made = [await group('A'), await group('B'), await group('C'), await group('D')];
    for (const index of [0, 1, 3]) await bulkMembers(made[index]?.id ?? '');
    const sizes: number[] = [];
    const page = await rig.groups.list(scope, LIST, WITH);
    for await (const one of page.resources) {
      sizes.push(one.id === made[1]?.id ? -1 : (await membersOf(one)).length);
    }
    expect(page.totalResults).toBe(4);
    expect(sizes).toEqual([1_500, -1, 0, 1_500]);
    const few = await rig.groups.list(scope, { ...LIST, startIndex: 3, count: 1 }, WITH);
    expect(few).toMatchObject({ totalResults: 4, resources: [{ id: made[2]?.id, members: [] }] });
  });

  it('a reader who stops early gives the connection back', async () => {
    await bulkUsers(5_000);
    const made = await group('G');
    await bulkMembers(made.id);
    for (let round = 0; round < 6; round++) {
      const found = await rig.groups.find(scope, made.id, WITH);
      for await (const batch of found?.members as AsyncIterable<readonly unknown[]>) {
        expect(batch).toHaveLength(2_000);
        break;
      }
      const page = await rig.groups.list(scope, LIST, WITH);
      for await (const one of page.resources) {
        expect(one.id).toBe(made.id);
        break;
      }
    }
  });

  it('a write answers them too', async () => {
    await bulkUsers(3_000);
    const made = await group('G');
    await bulkMembers(made.id);
    const after = await update(made.id, NO_MEMBER_CHANGE, { change: () => ({ displayName: 'H' }) });
    expect(after?.group).toMatchObject({ version: '2', attributes: { displayName: 'H' } });
    expect(await idsIn(after)).toHaveLength(3_000);
  });
});

/** A connection reports what it counted at its next statement, a second later at the earliest. */
async function reportStatistics(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await Promise.all(
    Array.from({ length: 20 }, () =>
      rig.users.list(scope, listOf(BUILT_IN_RESOURCE_TYPES.user), { groups: false, manager: false }),
    ),
  );
}

describe('at once', () => {
  it('a mixed run of adds, removals, renames and deletions meets no deadlock and leaves no dangling row', async () => {
    const ids = await users(60);
    const groups: string[] = [];
    for (let index = 0; index < 12; index++) groups.push((await group(`G${index}`)).id);
    let seed = 7;
    const pick = <T>(from: readonly T[]): T => {
      seed = (seed * 48_271) % 2_147_483_647;
      return from[seed % from.length] as T;
    };
    let step = 0;
    const act = async (): Promise<unknown> => {
      const [id, members] = [pick(groups), [pick(ids), pick(ids), pick(groups)]];
      step++;
      if (step % 61 === 0) return rig.users.delete(scope, pick(ids), undefined);
      if (step % 101 === 0) return rig.groups.delete(scope, id, undefined);
      if (step % 7 === 0) return update(id, delta({ remove: members }));
      const change = (a: Attributes): Attributes => (step % 5 === 0 ? { displayName: `n${step}` } : a);
      return update(id, delta({ add: members }), { change }).catch((error: unknown) => {
        expect(error).toMatchObject({ status: expect.any(Number) });
      });
    };
    const client = async (): Promise<void> => {
      for (let turn = 0; turn < 40; turn++) await act();
    };
    await Promise.all(Array.from({ length: 20 }, client));
    await reportStatistics();
    const { rows } = await rig.admin.query(
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(rows).toEqual([{ deadlocks: '0' }]);
    const counted = async (table: string): Promise<unknown> =>
      (
        await rig.admin.query(`SELECT count(*)::int AS n FROM ${table} WHERE company_id = $1`, [
          scope.companyId,
        ])
      ).rows[0].n;
    expect((await rig.groups.list(scope, LIST, WITHOUT)).totalResults).toBe(await counted('groups'));
    expect(await counted('memberships')).toBeGreaterThan(0);
  }, 60_000);
});
