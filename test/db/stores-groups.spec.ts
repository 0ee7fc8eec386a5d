import { type BoundFilter } from '../../src/protocol/filter/filter.js';
import { type MembershipChange, type MembershipPlan } from '../../src/protocol/patch/change-set.js';
import { type Attributes, type StoredGroup } from '../../src/protocol/resource/resource.js';
import { resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type GroupUpdate, type WrittenGroup } from '../../src/scim/groups/groups.store.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { delta, listOf, membersOf, NO_MEMBER_CHANGE, StoreRig } from './store-rig.js';

const WITH = { members: true };
const WITHOUT = { members: false };
const LIST = listOf(BUILT_IN_RESOURCE_TYPES.group);
const NOBODY = '0123456789abcdef';

let rig: StoreRig;
let scope: CompanyScope;

beforeAll(async () => {
  rig = await StoreRig.open();
});
afterAll(() => rig.close());
beforeEach(async () => {
  scope = await rig.company();
});

async function users(count: number, of: CompanyScope = scope): Promise<string[]> {
  const made = [];
  for (let index = 0; index < count; index++) {
    const attributes = { userName: `u${index}`, displayName: `U${index}` };
    made.push((await rig.users.insert(of, attributes, { groups: false, manager: false })).id);
  }
  return made;
}

async function group(displayName: string, add: readonly string[] = []): Promise<StoredGroup> {
  return (await rig.groups.insert(scope, { displayName }, delta({ add }), WITH)).group;
}

function update(
  id: string,
  membership: MembershipPlan,
  rest: Partial<GroupUpdate> = {},
): Promise<WrittenGroup | undefined> {
  const { change = (a: Attributes) => a, precondition } = rest;
  return rig.groups.update(scope, id, { change, membership, precondition }, WITH);
}

const idsIn = async (written: WrittenGroup | undefined): Promise<string[]> =>
  (await membersOf(written?.group)).map(({ value }) => value);

function plan(...steps: MembershipChange[]): MembershipPlan {
  const added = steps.flatMap((step) => (step.kind === 'delta' ? step.add : []));
  return { steps, references: added.map((value) => ({ value })) };
}

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

describe('insert and find', () => {
  it('GRP-02: shows users and groups as members by their present names, in the order of ids', async () => {
    const [ada = ''] = await users(1);
    const inner = await group('Inner');
    const outer = await group('Outer', [inner.id, ada, ada]);
    expect(outer).toMatchObject({ version: '1', attributes: { displayName: 'Outer' } });
    expect(outer.members).toEqual([
      { value: ada, type: 'User', display: 'U0' },
      { value: inner.id, type: 'Group', display: 'Inner' },
    ]);
    await rig.users.update(scope, ada, () => ({ userName: 'new' }), undefined, {
      groups: false,
      manager: false,
    });
    const found = await rig.groups.find(scope, outer.id, WITH);
    expect(found).toMatchObject({ version: '1', members: [{ display: 'new' }, { display: 'Inner' }] });
    expect(await rig.groups.find(scope, outer.id, WITHOUT)).not.toHaveProperty('members');
    expect((await group('None')).members).toEqual([]);
  });

  it.each(['', 'x', NOBODY, 'ffffffffffffffff'])('knows no group %j', async (id) => {
    expect(await rig.groups.find(scope, id, WITH)).toBeUndefined();
    expect(await update(id, delta({ add: [NOBODY] }))).toBeUndefined();
    expect(await rig.groups.delete(scope, id, undefined)).toBe(false);
  });

  it('displayName is unique without regard to case where the company has no duplicates', async () => {
    await group('Sales');
    const again = rig.groups.insert(scope, { displayName: 'SALES' }, NO_MEMBER_CHANGE, WITH);
    await expect(again).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
    const other = await group('Other');
    const renamed = update(other.id, NO_MEMBER_CHANGE, { change: () => ({ displayName: 'sales' }) });
    await expect(renamed).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
    scope = await rig.company({ duplicateGroupNames: true });
    await Promise.all([group('Sales'), group('Sales')]);
    const third = await group('Third');
    expect(
      await update(third.id, NO_MEMBER_CHANGE, { change: () => ({ displayName: 'sales' }) }),
    ).toBeDefined();
    expect((await rig.groups.list(scope, LIST, WITH)).totalResults).toBe(3);
  });
});

describe('members that name nobody', () => {
  it('GRP-08, TEN-06: are refused by name and operation, and nothing is changed', async () => {
    const [ada = ''] = await users(1);
    const [stranger = ''] = await users(1, await rig.company());
    const made = await group('G', [ada]);
    const unknown = [NOBODY, stranger, '', 'zz', '__proto__', ada.toUpperCase() + '!', "'; DROP TABLE users"];
    const references = [...unknown, ada].map((value, index) => ({ value, operationIndex: index }));
    const steps: MembershipChange[] = [{ kind: 'delta', clear: true, add: [...unknown, ada], remove: [] }];
    const refused = update(made.id, { steps, references }, { change: () => ({ displayName: 'changed' }) });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      scimType: 'invalidValue',
      members: references.slice(0, -1),
    });
    expect(await rig.groups.find(scope, made.id, WITH)).toEqual(made);
    const insert = rig.groups.insert(scope, { displayName: 'H' }, delta({ add: [stranger] }), WITH);
    await expect(insert).rejects.toMatchObject({ status: 400 });
    expect((await rig.groups.list(scope, LIST, WITH)).totalResults).toBe(1);
  });

  it('are left out and named where the company ignores them', async () => {
    scope = await rig.company({ unknownMembers: 'ignore' });
    const [ada = ''] = await users(1);
    const made = await rig.groups.insert(scope, { displayName: 'G' }, delta({ add: [NOBODY, ada] }), WITH);
    expect(made).toMatchObject({ ignoredMembers: [{ value: NOBODY }], group: { members: [{ value: ada }] } });
    const after = await update(made.group.id, delta({ clear: true, add: ['?', ada] }));
    expect(after).toEqual({ ignoredMembers: [{ value: '?' }], group: made.group, changed: false });
  });

  it('match nothing in a removal', async () => {
    const [ada = ''] = await users(1);
    const made = await group('G', [ada]);
    expect((await update(made.id, delta({ remove: [NOBODY, 'x', ''] })))?.group).toEqual(made);
  });
});

describe('update', () => {
  it('GRP-04: adds, removes and replaces; a change that changes nothing moves neither version nor lastModified', async () => {
    const [a = '', b = '', c = ''] = await users(3);
    const made = await group('G', [a]);
    await new Promise((resolve) => setTimeout(resolve, 3));
    for (const idle of [
      delta({ add: [a] }),
      delta({ remove: [b] }),
      delta({ clear: true, add: [a] }),
      NO_MEMBER_CHANGE,
      plan(
        { kind: 'delta', clear: false, add: [b], remove: [a] },
        { kind: 'delta', clear: false, add: [a], remove: [b] },
      ),
    ]) {
      expect((await update(made.id, idle))?.group).toEqual(made);
    }
    const grown = await update(made.id, delta({ add: [b, c], remove: [a] }));
    expect(await idsIn(grown)).toEqual([b, c]);
    expect(grown?.group).toMatchObject({ version: '2', created: made.created });
    expect((grown?.group.lastModified ?? '') > made.lastModified).toBe(true);
    const swapped = await update(made.id, delta({ clear: true, add: [a, c] }));
    expect(await idsIn(swapped)).toEqual([a, c]);
    const both = await update(made.id, delta({ remove: [a] }), { change: () => ({ displayName: 'H' }) });
    expect(both?.group).toMatchObject({ version: '4', attributes: { displayName: 'H' } });
    expect(await idsIn(await update(made.id, delta({ clear: true })))).toEqual([]);
  });

  it('several steps happen in their order', async () => {
    const [a = '', b = '', c = ''] = await users(3);
    const made = await group('G', [a, b]);
    const after = await update(
      made.id,
      plan(
        { kind: 'removeWhere', filter: memberFilter('display', 'u0') },
        { kind: 'delta', clear: false, add: [c], remove: [] },
        { kind: 'removeWhere', filter: memberFilter('value', c) },
        { kind: 'delta', clear: false, add: [a], remove: [] },
      ),
    );
    expect(after?.group).toEqual(made);
  });

  it('removes the members that a filter selects, in this group alone', async () => {
    const [a = '', b = ''] = await users(2);
    const inner = await group('Inner');
    const made = await group('G', [a, b, inner.id]);
    const other = await group('Other', [a, b]);
    const where = (filter: BoundFilter): MembershipPlan => plan({ kind: 'removeWhere', filter });
    expect(await idsIn(await update(made.id, where(memberFilter('type', 'group'))))).toEqual([a, b]);
    const but: BoundFilter = { kind: 'not', operand: memberFilter('value', b) };
    expect(await idsIn(await update(made.id, where(but)))).toEqual([b]);
    expect((await update(made.id, where(memberFilter('display', 'nobody'))))?.group.version).toBe('3');
    expect(await rig.groups.find(scope, other.id, WITH)).toEqual(other);
  });

  it('ETAG-05: judges If-Match under the lock, before it looks for members', async () => {
    const made = await group('G');
    const attempt = (versions: string[], add: string[] = []): Promise<unknown> =>
      update(made.id, delta({ add }), { precondition: { versions }, change: () => ({ displayName: 'H' }) });
    await expect(attempt(['2'], [NOBODY])).rejects.toMatchObject({ status: 412 });
    expect(await attempt(['1'])).toMatchObject({ group: { version: '2' } });
    await expect(rig.groups.delete(scope, made.id, { versions: ['1'] })).rejects.toMatchObject({
      status: 412,
    });
  });

  it('a group may be in itself and in a ring', async () => {
    const first = await group('First');
    const second = await group('Second', [first.id]);
    const after = await update(first.id, delta({ add: [first.id, second.id] }));
    expect(await idsIn(after)).toEqual([first.id, second.id]);
    expect(await rig.groups.delete(scope, first.id, undefined)).toBe(true);
    expect(await rig.groups.find(scope, second.id, WITH)).toMatchObject({ version: '2', members: [] });
  });
});

function memberFilter(name: string, value: string): BoundFilter {
  const resolution = resolveAttribute(BUILT_IN_RESOURCE_TYPES.group, `members.${name}`);
  if (resolution.kind !== 'attribute') throw new Error(name);
  return { kind: 'compare', target: resolution.target, operator: 'eq', value: { type: 'text', value } };
}

describe('delete', () => {
  it('takes the group out of others, whose versions move, and leaves its members alone', async () => {
    const [ada = ''] = await users(1);
    const inner = await group('Inner', [ada]);
    const outer = await group('Outer', [inner.id, ada]);
    const apart = await group('Apart', [ada]);
    expect(await rig.groups.delete(scope, inner.id, undefined)).toBe(true);
    expect(await rig.groups.delete(scope, inner.id, undefined)).toBe(false);
    expect(await rig.groups.find(scope, outer.id, WITH)).toMatchObject({
      version: '2',
      members: [{ value: ada }],
    });
    expect(await rig.groups.find(scope, apart.id, WITH)).toEqual(apart);
    expect((await rig.groups.list(scope, LIST, WITH)).totalResults).toBe(2);
  });
});

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
  it('GRP-11 50 single adds to one group are all there', async () => {
    const ids = await users(50);
    const made = await group('G');
    await Promise.all(ids.map((id) => update(made.id, delta({ add: [id] }))));
    const after = await rig.groups.find(scope, made.id, WITH);
    expect(after?.version).toBe('51');
    expect((await membersOf(after)).map(({ value }) => value)).toEqual(ids);
  });

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

  it('a user deleted while being added is in the group or unknown, never dangling', async () => {
    const ids = await users(20);
    const made = await group('G');
    const outcomes = await Promise.allSettled(
      ids.flatMap((id) => [update(made.id, delta({ add: [id] })), rig.users.delete(scope, id, undefined)]),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ name: 'UnknownMembersError' });
    }
    expect(await rig.groups.find(scope, made.id, WITH)).toMatchObject({ members: [] });
  });
});
