import fc from 'fast-check';
import { CacheFullError, CacheNotReadyError, StaleCacheError } from './errors.js';
import { MembershipCache } from './membership-cache.js';
import { change, Company, GROUPS, step, USERS } from '../../../test/rollcall-client/company-model.js';
import { type Change, type ChangeType, type Snapshot, type SnapshotRecord } from './messages.js';

async function* stream(records: Iterable<SnapshotRecord>): AsyncGenerator<SnapshotRecord> {
  await Promise.resolve();
  yield* records;
}

const snapshotOf = (records: Iterable<SnapshotRecord>, position = 'p'): Snapshot => ({
  position,
  records: stream(records),
});

/** What it holds, in one order. */
const contents = (records: Iterable<SnapshotRecord>): readonly string[] =>
  [...records].map((record) => JSON.stringify(record, Object.keys(record).sort())).sort();

async function cacheOf(...records: readonly SnapshotRecord[]): Promise<MembershipCache> {
  const cache = new MembershipCache();
  await cache.replace(snapshotOf(records));
  return cache;
}

const apply = (cache: MembershipCache, ...changes: readonly Change[]): void =>
  cache.apply({ changes, next: 'next', more: false });

it('equals the source, whatever comes again: in front of the snapshot, and late', async () => {
  const before = fc.array(step, { maxLength: 30 });
  const behind = fc.array(step, { maxLength: 30 });
  const again = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(before, behind, fc.nat(15), again, async (first, second, overlap, repeats) => {
      const company = new Company();
      for (const made of first) change(company, made);
      const cache = await cacheOf(...company.records());
      const start = Math.max(0, company.feed.length - overlap);
      for (const made of second) change(company, made);
      const sent: Change[] = [];
      const fresh = company.feed.slice(start);
      for (const [index, item] of fresh.entries()) {
        sent.push(item);
        for (const [place, which] of repeats) {
          if (place % fresh.length === index) sent.push(sent[which % sent.length]!);
        }
      }
      apply(cache, ...sent);
      expect(contents(cache.snapshot().records)).toEqual(contents(company.records()));
      for (const group of GROUPS) {
        const below = USERS.filter((user) => company.users.has(user) && company.isMember(user, group));
        expect([...cache.effectiveMembers(group)].sort()).toEqual(below);
        for (const user of USERS) {
          const isMember = below.includes(user);
          const { active = false } = company.users.get(user) ?? {};
          expect(cache.isMember(user, group)).toBe(isMember && active);
          expect(cache.isMember(user, group, { includeInactive: true })).toBe(isMember);
          expect(cache.effectiveGroups(user).has(group)).toBe(isMember);
          expect(cache.isMember(user, group, { direct: true, includeInactive: true })).toBe(
            company.groups.get(group)?.members.has(user) ?? false,
          );
          expect(cache.directGroups(user).includes(group)).toBe(cache.directMembers(group).has(user));
        }
      }
      expect(cache.size.memberships).toBe(
        contents(company.records()).filter((each) => each.includes('memberType')).length,
      );
    }),
    { numRuns: 500 },
  );
});

const user = (id: string, active = true, version = 1): SnapshotRecord => ({
  type: 'user',
  id,
  version,
  active,
});
const group = (id: string, version = 1): SnapshotRecord => ({ type: 'group', id, version });
const membership = (of: string, member: string): SnapshotRecord => ({
  type: 'membership',
  group: of,
  value: member,
  memberType: 'User',
});

it('goes upwards through groups in circles, and ends', async () => {
  const cache = await cacheOf(
    ...[user('ada'), group('a'), group('b'), group('c'), group('alone')],
    ...[membership('a', 'ada'), membership('b', 'a'), membership('c', 'b'), membership('a', 'c')],
  );
  expect([...cache.effectiveGroups('ada')].sort()).toEqual(['a', 'b', 'c']);
  expect([...cache.effectiveGroups('a')].sort()).toEqual(['a', 'b', 'c']);
  expect([...cache.effectiveMembers('c')]).toEqual(['ada']);
  expect(cache.isMember('ada', 'alone')).toBe(false);
});

it('answers nothing before its first snapshot, rather than that nobody is a member', async () => {
  const cache = new MembershipCache();
  expect(() => cache.isMember('ada', 'a')).toThrow(CacheNotReadyError);
  expect(() => cache.effectiveGroups('ada')).toThrow(CacheNotReadyError);
  expect(() => cache.user('ada')).toThrow(CacheNotReadyError);
  expect(() => cache.requireAge(1)).toThrow(CacheNotReadyError);
  expect(() => apply(cache)).toThrow(CacheNotReadyError);
  expect(cache.position()).toBeUndefined();
  await cache.replace(snapshotOf([]));
  await cache.ready;
  expect(cache.isMember('ada', 'a')).toBe(false);
  expect([...cache.directMembers('a'), ...cache.directGroups('ada')]).toEqual([]);
});

it('says how old it is: since it last had everything', async () => {
  let now = 1000;
  const cache = new MembershipCache({ now: () => now });
  await cache.replace(snapshotOf([]));
  expect(cache.ageMs).toBe(Infinity);
  cache.apply({ changes: [], next: 'p1', more: true });
  expect(cache.ageMs).toBe(Infinity);
  cache.apply({ changes: [], next: 'p2', more: false });
  now += 500;
  cache.apply({ changes: [], next: 'p3', more: true });
  expect([cache.ageMs, cache.position()]).toEqual([500, 'p3']);
  cache.requireAge(500);
  expect(() => cache.requireAge(499)).toThrow(StaleCacheError);
});

it('holds no more than it may', async () => {
  const cache = new MembershipCache({ maxEntries: 3 });
  const three = [user('ada'), group('a'), membership('a', 'ada')];
  await cache.replace(snapshotOf(three));
  await expect(cache.replace(snapshotOf([...three, user('grace')]))).rejects.toThrow(CacheFullError);
  expect(cache.size).toEqual({ users: 1, groups: 1, memberships: 1 });
  const company = new Company();
  company.saveUser('grace', true, 'Grace');
  expect(() => apply(cache, ...company.feed)).toThrow('more than 3 users, groups and memberships');
});

it('keeps what it has where a snapshot breaks off', async () => {
  const cache = await cacheOf(user('ada'), group('a'), membership('a', 'ada'));
  async function* broken(): AsyncGenerator<SnapshotRecord> {
    await Promise.resolve();
    yield user('grace');
    throw new Error('cut');
  }
  await expect(cache.replace({ position: 'other', records: broken() })).rejects.toThrow('cut');
  expect([cache.isMember('ada', 'a'), cache.position()]).toEqual([true, 'p']);
});

it('can be written down and read again', async () => {
  const cache = await cacheOf(
    user('ada', false),
    group('a', 7),
    group('b'),
    membership('a', 'ada'),
    membership('b', 'a'),
  );
  const { position, records } = cache.snapshot();
  const text = [...records].map((record) => JSON.stringify(record)).join('\n');
  const again = new MembershipCache();
  await again.replace(
    snapshotOf(
      text.split('\n').map((line) => JSON.parse(line) as SnapshotRecord),
      position,
    ),
  );
  expect(contents(again.snapshot().records)).toEqual(contents(cache.snapshot().records));
  expect(again.position()).toBe('p');
  expect(again.group('a')).toMatchObject({ id: 'a', version: 7 });
  expect(again.user('ada')).toMatchObject({ id: 'ada', active: false });
});

it('never shows an erased user again, whatever comes behind the erasure', async () => {
  const company = new Company();
  company.saveUser('ada', true, 'Ada');
  const cache = await cacheOf();
  apply(cache, ...company.feed);
  const [created] = company.feed;
  const erased: Change = {
    ...created!,
    type: 'user.erased',
    resource: { type: 'User', id: 'ada', version: 0 },
  };
  company.saveUser('ada', true, 'Ada');
  apply(cache, erased, ...company.feed);
  expect(cache.user('ada')).toBeUndefined();
});

it('passes over what is about neither users nor groups, and types to come', async () => {
  const cache = await cacheOf(user('ada'));
  const common: Omit<Change, 'type'> = {
    id: 'chg_1',
    time: '2026-11-29T09:30:00Z',
    txn: 't',
    company: { id: 'c', slug: 'acme' },
    actor: { credential: null },
    attributes: [],
  };
  apply(cache, { ...common, type: 'company.suspended' }, { ...common, type: 'to.come' as ChangeType });
  expect(cache.size).toEqual({ users: 1, groups: 0, memberships: 0 });
});
