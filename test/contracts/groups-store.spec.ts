import { type BoundFilter } from '../../src/protocol/filter/filter.js';
import { type MembershipChange, type MembershipPlan } from '../../src/protocol/patch/change-set.js';
import { type StoredGroup } from '../../src/protocol/resource/resource.js';
import { resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type WrittenGroup } from '../../src/scim/groups/groups.store.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { GroupWrites, idsIn } from './group-writes.js';
import { delta, listOf, membersOf, NO_MEMBER_CHANGE } from '../db/store-rig.js';
import { STORES } from './store-implementations.js';
import { type Stores } from './stores.js';
import { titled } from '../support/titled.js';

const WITH = { members: true };
const WITHOUT = { members: false };
const LIST = listOf(BUILT_IN_RESOURCE_TYPES.group);
const NOBODY = '0123456789abcdef';

let stores: Stores;
let scope: CompanyScope;

const users = (count: number, of = scope): Promise<string[]> => new GroupWrites(stores, of).users(count);
const group = (displayName: string, add?: readonly string[]): Promise<StoredGroup> =>
  new GroupWrites(stores, scope).group(displayName, add);
const update = (...change: Parameters<GroupWrites['update']>): Promise<WrittenGroup | undefined> =>
  new GroupWrites(stores, scope).update(...change);

function plan(...steps: MembershipChange[]): MembershipPlan {
  const added = steps.flatMap((step) => (step.kind === 'delta' ? step.add : []));
  return { steps, references: added.map((value) => ({ value })) };
}

function memberFilter(name: string, value: string): BoundFilter {
  const resolution = resolveAttribute(BUILT_IN_RESOURCE_TYPES.group, `members.${name}`);
  if (resolution.kind !== 'attribute') throw new Error(name);
  return { kind: 'compare', target: resolution.target, operator: 'eq', value: { type: 'text', value } };
}

describe.each(titled(STORES, 'name'))('%s', (_, { open }) => {
  beforeAll(async () => {
    stores = await open(BUILT_IN_RESOURCE_TYPES);
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    scope = await stores.company();
  });

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
      await stores.users.update(scope, ada, () => ({ userName: 'new' }), undefined, {
        groups: false,
        manager: false,
      });
      const found = await stores.groups.find(scope, outer.id, WITH);
      expect(found).toMatchObject({ version: '1', members: [{ display: 'new' }, { display: 'Inner' }] });
      expect(await stores.groups.find(scope, outer.id, WITHOUT)).not.toHaveProperty('members');
      expect((await group('None')).members).toEqual([]);
    });

    it('shows users by their userName where it is asked to, and groups as ever', async () => {
      const [ada = ''] = await users(1);
      const inner = await group('Inner');
      const outer = await group('Outer', [ada, inner.id]);
      const read = { members: true, userNames: true };
      const members = [
        { value: ada, type: 'User', display: 'u0' },
        { value: inner.id, type: 'Group', display: 'Inner' },
      ];
      expect(await stores.groups.find(scope, outer.id, read)).toMatchObject({ members });
      const { resources } = await stores.groups.list(scope, LIST, read);
      const listed = [];
      for await (const found of resources) if (found.id === outer.id) listed.push(await membersOf(found));
      expect(listed).toEqual([members]);
    });

    it.each(['', 'x', NOBODY, 'ffffffffffffffff'])('knows no group %j', async (id) => {
      expect(await stores.groups.find(scope, id, WITH)).toBeUndefined();
      expect(await update(id, delta({ add: [NOBODY] }))).toBeUndefined();
      expect(await stores.groups.delete(scope, id, undefined)).toBe(false);
    });

    it('displayName is unique without regard to case where the company has no duplicates', async () => {
      await group('Sales');
      const again = stores.groups.insert(scope, { displayName: 'SALES' }, NO_MEMBER_CHANGE, WITH);
      await expect(again).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
      const other = await group('Other');
      const renamed = update(other.id, NO_MEMBER_CHANGE, { change: () => ({ displayName: 'sales' }) });
      await expect(renamed).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
      scope = await stores.company({ duplicateGroupNames: true });
      await Promise.all([group('Sales'), group('Sales')]);
      const third = await group('Third');
      expect(
        await update(third.id, NO_MEMBER_CHANGE, { change: () => ({ displayName: 'sales' }) }),
      ).toBeDefined();
      expect((await stores.groups.list(scope, LIST, WITH)).totalResults).toBe(3);
    });
  });

  describe('members that name nobody', () => {
    it('GRP-08, TEN-06: are refused by name and operation, and nothing is changed', async () => {
      const [ada = ''] = await users(1);
      const [stranger = ''] = await users(1, await stores.company());
      const made = await group('G', [ada]);
      const unknown = [
        NOBODY,
        stranger,
        '',
        'zz',
        '__proto__',
        ada.toUpperCase() + '!',
        "'; DROP TABLE users",
      ];
      const references = [...unknown, ada].map((value, index) => ({ value, operationIndex: index }));
      const steps: MembershipChange[] = [{ kind: 'delta', clear: true, add: [...unknown, ada], remove: [] }];
      const refused = update(made.id, { steps, references }, { change: () => ({ displayName: 'changed' }) });
      await expect(refused).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidValue',
        members: references.slice(0, -1),
      });
      expect(await stores.groups.find(scope, made.id, WITH)).toEqual(made);
      const insert = stores.groups.insert(scope, { displayName: 'H' }, delta({ add: [stranger] }), WITH);
      await expect(insert).rejects.toMatchObject({ status: 400 });
      expect((await stores.groups.list(scope, LIST, WITH)).totalResults).toBe(1);
    });

    it('are left out and named where the company ignores them', async () => {
      scope = await stores.company({ unknownMembers: 'ignore' });
      const [ada = ''] = await users(1);
      const made = await stores.groups.insert(
        scope,
        { displayName: 'G' },
        delta({ add: [NOBODY, ada] }),
        WITH,
      );
      expect(made).toMatchObject({
        ignoredMembers: [{ value: NOBODY }],
        group: { members: [{ value: ada }] },
      });
      const after = await update(made.group.id, delta({ clear: true, add: ['?', ada] }));
      expect(after).toEqual({ ignoredMembers: [{ value: '?' }], group: made.group, changed: false });
    });

    it('are judged by what the request says of them, before what the company has decided', async () => {
      const ignored = await update((await group('G')).id, { ...delta({ add: [NOBODY] }), unknown: 'ignore' });
      expect(ignored).toMatchObject({ changed: false, ignoredMembers: [{ value: NOBODY }] });
      scope = await stores.company({ unknownMembers: 'ignore' });
      const rejected = update((await group('G')).id, { ...delta({ add: [NOBODY] }), unknown: 'reject' });
      await expect(rejected).rejects.toMatchObject({ name: 'UnknownMembersError' });
    });

    it('are those of the other kind too, where a reference has one', async () => {
      const [ada = ''] = await users(1);
      const inner = await group('Inner');
      const references = [
        { value: ada, type: 'Group' },
        { value: inner.id, type: 'Group' },
      ] as const;
      const plan = { ...delta({ add: [ada, inner.id] }), references, unknown: 'ignore' } as const;
      const written = await update((await group('G')).id, plan);
      expect(written?.ignoredMembers).toEqual(references.slice(0, 1));
      expect(await idsIn(written)).toEqual([inner.id]);
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
      expect(await stores.groups.find(scope, other.id, WITH)).toEqual(other);
    });

    it('compares a $ref in a filter without the base URI', async () => {
      const [a = '', b = ''] = await users(2);
      const made = await group('G', [a, b]);
      const where = plan({ kind: 'removeWhere', filter: memberFilter('$ref', `/Users/${a}`) });
      expect(await idsIn(await update(made.id, where))).toEqual([b]);
    });

    it('ETAG-05: judges If-Match under the lock, before it looks for members', async () => {
      const made = await group('G');
      const attempt = (versions: string[], add: string[] = []): Promise<unknown> =>
        update(made.id, delta({ add }), { precondition: { versions }, change: () => ({ displayName: 'H' }) });
      await expect(attempt(['2'], [NOBODY])).rejects.toMatchObject({ status: 412 });
      expect(await attempt(['1'])).toMatchObject({ group: { version: '2' } });
      await expect(stores.groups.delete(scope, made.id, { versions: ['1'] })).rejects.toMatchObject({
        status: 412,
      });
    });

    it('a group may be in itself and in a ring', async () => {
      const first = await group('First');
      const second = await group('Second', [first.id]);
      const after = await update(first.id, delta({ add: [first.id, second.id] }));
      expect(await idsIn(after)).toEqual([first.id, second.id]);
      expect(await stores.groups.delete(scope, first.id, undefined)).toBe(true);
      expect(await stores.groups.find(scope, second.id, WITH)).toMatchObject({ version: '2', members: [] });
    });
  });

  describe('delete', () => {
    it('takes the group out of others, whose versions move, and leaves its members alone', async () => {
      const [ada = ''] = await users(1);
      const inner = await group('Inner', [ada]);
      const outer = await group('Outer', [inner.id, ada]);
      const apart = await group('Apart', [ada]);
      expect(await stores.groups.delete(scope, inner.id, undefined)).toBe(true);
      expect(await stores.groups.delete(scope, inner.id, undefined)).toBe(false);
      expect(await stores.groups.find(scope, outer.id, WITH)).toMatchObject({
        version: '2',
        members: [{ value: ada }],
      });
      expect(await stores.groups.find(scope, apart.id, WITH)).toEqual(apart);
      expect((await stores.groups.list(scope, LIST, WITH)).totalResults).toBe(2);
    });
  });

  describe('at once', () => {
    it('GRP-11 50 single adds to one group are all there', async () => {
      const ids = await users(50);
      const made = await group('G');
      await Promise.all(ids.map((id) => update(made.id, delta({ add: [id] }))));
      const after = await stores.groups.find(scope, made.id, WITH);
      expect(after?.version).toBe('51');
      expect((await membersOf(after)).map(({ value }) => value)).toEqual(ids);
    });

    it('a user deleted while being added is in the group or unknown, never dangling', async () => {
      const ids = await users(20);
      const made = await group('G');
      const outcomes = await Promise.allSettled(
        ids.flatMap((id) => [
          update(made.id, delta({ add: [id] })),
          stores.users.delete(scope, id, undefined),
        ]),
      );
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ name: 'UnknownMembersError' });
      }
      expect(await stores.groups.find(scope, made.id, WITH)).toMatchObject({ members: [] });
    });
  });
});
