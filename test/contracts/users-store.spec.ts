import { ScimError } from '../../src/protocol/error/scim-error.js';
import { type Attributes } from '../../src/protocol/resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { type UserRead } from '../../src/scim/users/users.store.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { delta, listOf, membersOf } from '../db/store-rig.js';
import { STORES } from './store-implementations.js';
import { type Stores } from './stores.js';
import { titled } from '../support/titled.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ALL: UserRead = { groups: true, manager: true };
const BARE: UserRead = { groups: false, manager: false };
const LIST = listOf(BUILT_IN_RESOURCE_TYPES.user);
const UNKNOWN_IDS = [
  '',
  'x',
  '0',
  '7fffffffffffffff',
  '8000000000000000',
  'ffffffffffffffff',
  '1'.repeat(17),
];

let stores: Stores;
let scope: CompanyScope;

const rename =
  (displayName: string) =>
  (attributes: Attributes): Attributes => ({ ...attributes, displayName });

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3));
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
    it('answers what was stored, with version 1 and a time-ordered id of 16 hex digits', async () => {
      const attributes = { userName: 'Ada', emails: [{ value: 'A@x', primary: true }], active: true };
      const first = await stores.users.insert(scope, attributes, ALL);
      const second = await stores.users.insert(scope, { userName: 'bob' }, BARE);
      expect(first).toMatchObject({ version: '1', attributes, groups: [] });
      expect(first.id).toMatch(/^[0-7][0-9a-f]{15}$/);
      expect(second.id > first.id).toBe(true);
      expect(first.created).toBe(first.lastModified);
      expect(await stores.users.find(scope, first.id, ALL)).toEqual(first);
    });

    it.each(UNKNOWN_IDS)('knows no user %j', async (id) => {
      expect(await stores.users.find(scope, id, ALL)).toBeUndefined();
      expect(await stores.users.update(scope, id, rename('x'), undefined, ALL)).toBeUndefined();
      expect(await stores.users.delete(scope, id, undefined)).toBe(false);
    });

    it('CRE-12 TEN-04 userName is unique without regard to case and width, in one company', async () => {
      await stores.users.insert(scope, { userName: 'Straße@x' }, BARE);
      const again = stores.users.insert(scope, { userName: 'ＳTRAßE@X' }, BARE);
      await expect(again).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
      await expect(again).rejects.toThrow(/userName/);
      await stores.users.insert(await stores.company(), { userName: 'straße@x' }, BARE);
      expect((await stores.users.list(scope, LIST, BARE)).totalResults).toBe(1);
    });

    it('shows the manager that is a user of the company, by his present name, and no one else', async () => {
      const boss = await stores.users.insert(scope, { userName: 'boss' }, BARE);
      const attributes = (value: string): Attributes => ({
        userName: `of-${value}`,
        [ENTERPRISE]: { manager: { value } },
      });
      const user = await stores.users.insert(scope, attributes(boss.id), ALL);
      expect(user.manager).toEqual({ id: boss.id, display: 'boss' });
      await stores.users.update(scope, boss.id, rename('The Boss'), undefined, BARE);
      const after = await stores.users.find(scope, user.id, ALL);
      expect(after).toEqual({ ...user, manager: { id: boss.id, display: 'The Boss' } });
      const stranger = await stores.users.insert(await stores.company(), { userName: 'boss' }, BARE);
      for (const value of [stranger.id, 'nobody', boss.id.toUpperCase() + '0']) {
        expect(await stores.users.insert(scope, attributes(value), ALL)).not.toHaveProperty('manager');
      }
    });

    it('GRP-05: lists direct and indirect groups, also in a ring', async () => {
      const user = await stores.users.insert(scope, { userName: 'u' }, BARE);
      const inner = await stores.groups.insert(scope, { displayName: 'inner' }, delta({ add: [user.id] }), {
        members: false,
      });
      const outer = await stores.groups.insert(
        scope,
        { displayName: 'outer' },
        delta({ add: [inner.group.id] }),
        {
          members: false,
        },
      );
      await stores.groups.update(
        scope,
        inner.group.id,
        { change: (a) => a, membership: delta({ add: [outer.group.id] }), precondition: undefined },
        { members: false },
      );
      const groups = [
        { value: inner.group.id, display: 'inner', type: 'direct' },
        { value: outer.group.id, display: 'outer', type: 'indirect' },
      ];
      expect((await stores.users.find(scope, user.id, ALL))?.groups).toEqual(groups);
      const { resources } = await stores.users.list(scope, LIST, ALL);
      expect(resources).toMatchObject([{ id: user.id, groups }]);
    });
  });

  describe('update', () => {
    it('moves version and lastModified when something changed, and only then', async () => {
      const user = await stores.users.insert(
        scope,
        { userName: 'u', name: { givenName: 'a', familyName: 'b' } },
        BARE,
      );
      await pause();
      const same = await stores.users.update(
        scope,
        user.id,
        () => ({ name: { familyName: 'b', givenName: 'a' }, userName: 'u' }),
        undefined,
        BARE,
      );
      expect(same).toEqual({ user, changed: false });
      const renamed = await stores.users.update(scope, user.id, rename('N'), undefined, BARE);
      expect(renamed).toMatchObject({
        user: { version: '2', attributes: { displayName: 'N' }, created: user.created },
        changed: true,
      });
      expect((renamed?.user.lastModified ?? '') > user.lastModified).toBe(true);
    });

    it('ETAG-05: judges If-Match under the lock', async () => {
      const user = await stores.users.insert(scope, { userName: 'u' }, BARE);
      const attempt = (versions: string[] | 'any'): Promise<unknown> =>
        stores.users.update(scope, user.id, rename(String(versions)), { versions }, BARE);
      await expect(attempt(['2'])).rejects.toMatchObject({ status: 412 });
      expect(await attempt(['7', '1'])).toMatchObject({ user: { version: '2' } });
      expect(await attempt('any')).toMatchObject({ user: { version: '3' } });
      await expect(stores.users.delete(scope, user.id, { versions: ['1'] })).rejects.toMatchObject({
        status: 412,
      });
      expect(await stores.users.find(scope, user.id, BARE)).toBeDefined();
    });

    it('judges If-None-Match under the lock, before the change is asked', async () => {
      const user = await stores.users.insert(scope, { userName: 'u' }, BARE);
      const change = (): never => {
        throw new Error('the change was asked');
      };
      for (const noneOf of [['7', '1'], 'any'] as const) {
        const refused = stores.users.update(scope, user.id, change, { versions: 'any', noneOf }, BARE);
        await expect(refused).rejects.toMatchObject({ status: 412 });
      }
      const other = { versions: 'any', noneOf: ['2'] } as const;
      expect(await stores.users.update(scope, user.id, rename('N'), other, BARE)).toMatchObject({
        changed: true,
      });
    });

    it('keeps what was there when the change throws', async () => {
      const user = await stores.users.insert(scope, { userName: 'u' }, BARE);
      const refused = new ScimError(400, 'noTarget', 'no');
      const change = (): never => {
        throw refused;
      };
      await expect(stores.users.update(scope, user.id, change, undefined, BARE)).rejects.toBe(refused);
      expect(await stores.users.find(scope, user.id, BARE)).toEqual(user);
    });

    it('loses none of 20 changes made at once, and takes a userName once', async () => {
      const user = await stores.users.insert(scope, { userName: 'u', title: '' }, BARE);
      const append = (a: Attributes): Attributes => ({ ...a, title: `${a['title'] as string}x` });
      await Promise.all(
        Array.from({ length: 20 }, () => stores.users.update(scope, user.id, append, undefined, BARE)),
      );
      expect(await stores.users.find(scope, user.id, BARE)).toMatchObject({
        version: '21',
        attributes: { title: 'x'.repeat(20) },
      });
      const others = await Promise.all(
        ['a', 'b', 'c'].map((userName) => stores.users.insert(scope, { userName }, BARE)),
      );
      const renamed = await Promise.allSettled(
        others.map(({ id }) =>
          stores.users.update(scope, id, () => ({ userName: 'Taken' }), undefined, BARE),
        ),
      );
      expect(renamed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of renamed) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ scimType: 'uniqueness' });
      }
    });

    it('CRE-25 one of 50 POSTs of a userName wins, the others are 409', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, () => stores.users.insert(scope, { userName: 'once' }, BARE)),
      );
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
      expect(refused).toHaveLength(49);
      for (const reason of refused) expect(reason).toMatchObject({ status: 409, scimType: 'uniqueness' });
      expect((await stores.users.list(scope, LIST, BARE)).totalResults).toBe(1);
    });
  });

  describe('delete', () => {
    it('DEL-08: takes the user out of its groups, whose versions move, and leaves the others', async () => {
      const [user, other] = await Promise.all(
        ['u', 'o'].map((userName) => stores.users.insert(scope, { userName }, BARE)),
      );
      if (!user || !other) throw new Error('no users');
      const held = await stores.groups.insert(
        scope,
        { displayName: 'h' },
        delta({ add: [user.id, other.id] }),
        {
          members: true,
        },
      );
      const apart = await stores.groups.insert(scope, { displayName: 'a' }, delta({ add: [other.id] }), {
        members: true,
      });
      expect(await stores.users.delete(scope, user.id, undefined)).toBe(true);
      expect(await stores.users.delete(scope, user.id, undefined)).toBe(false);
      const after = await stores.groups.find(scope, held.group.id, { members: true });
      expect(after?.version).toBe('2');
      expect(await membersOf(after)).toMatchObject([{ value: other.id }]);
      expect(await stores.groups.find(scope, apart.group.id, { members: true })).toEqual(apart.group);
      expect((await stores.users.list(scope, LIST, BARE)).totalResults).toBe(1);
    });
  });

  describe('list', () => {
    it('PAGE: pages by id with the whole total; a count of 0 asks for the total alone', async () => {
      const made = [];
      for (let index = 0; index < 7; index++)
        made.push(await stores.users.insert(scope, { userName: `u${index}` }, BARE));
      const page = await stores.users.list(scope, { ...LIST, startIndex: 3, count: 2 }, ALL);
      expect(page).toMatchObject({ totalResults: 7, resources: [{ id: made[2]?.id }, { id: made[3]?.id }] });
      const none = { totalResults: 7, resources: [] };
      expect(await stores.users.list(scope, { ...LIST, count: 0 }, ALL)).toEqual(none);
      expect(await stores.users.list(scope, { ...LIST, startIndex: 8 }, ALL)).toEqual(none);
      expect(await stores.users.list(scope, { ...LIST, startIndex: 2 ** 60 }, ALL)).toEqual(none);
    });
  });
});
