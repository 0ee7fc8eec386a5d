import { attribute } from '../../src/protocol/schema/define-attribute.js';
import { type Attributes } from '../../src/protocol/resource/resource.js';
import { ScimError } from '../../src/protocol/error/scim-error.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { GROUP_BADGE, uniqueCode, USER_BADGE, withBadges } from '../support/badge.schema.js';
import { titled } from '../support/titled.js';
import { listOf, NO_MEMBER_CHANGE } from '../db/store-rig.js';
import { STORES } from './store-implementations.js';
import { type Stores } from './stores.js';

const READ = { groups: false, manager: false };
const BADGES = withBadges(
  [
    uniqueCode(),
    uniqueCode({ name: 'exact', caseExact: true, uniqueness: 'global' }),
    uniqueCode({ name: 'number', type: 'decimal' }),
    uniqueCode({ name: 'moment', type: 'dateTime' }),
    uniqueCode({ name: 'codes', multiValued: true }),
    attribute('keys', 'What it opens with.', {
      type: 'complex',
      multiValued: true,
      subAttributes: [
        attribute('value', 'The key.', { uniqueness: 'server' }),
        attribute('type', 'Its kind.'),
      ],
    }),
  ],
  [uniqueCode()],
);

let stores: Stores;
let acme: CompanyScope;
let named = 0;

const user = (badge: Attributes, scope = acme): Promise<string> =>
  stores.users.insert(scope, { userName: `u${++named}`, [USER_BADGE]: badge }, READ).then(({ id }) => id);
const group = (badge: Attributes, scope = acme): Promise<string> =>
  stores.groups
    .insert(scope, { displayName: `g${++named}`, [GROUP_BADGE]: badge }, NO_MEMBER_CHANGE, { members: false })
    .then((written) => written.group.id);
const setUser = (id: string, badge: Attributes): Promise<unknown> =>
  stores.users.update(acme, id, (before) => ({ ...before, [USER_BADGE]: badge }), undefined, READ);
const setGroup = (id: string, badge: Attributes): Promise<unknown> => {
  const change = (before: Attributes): Attributes => ({ ...before, [GROUP_BADGE]: badge });
  const update = { change, membership: NO_MEMBER_CHANGE, precondition: undefined };
  return stores.groups.update(acme, id, update, { members: false });
};

async function refusal(write: Promise<unknown>): Promise<string> {
  const error: unknown = await write.catch((thrown: unknown) => thrown);
  if (!(error instanceof ScimError)) throw new Error('the write was not refused', { cause: error });
  expect([error.status, error.scimType]).toEqual([409, 'uniqueness']);
  return error.detail;
}

describe.each(titled(STORES, 'name'))('%s CHAR-06 a value of a unique attribute', (_, { open }) => {
  beforeAll(async () => {
    stores = await open(BADGES);
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    acme = await stores.company();
  });

  it('is refused to a second user, new or changed, with the name of the attribute; nothing is written', async () => {
    await user({ code: 'A-1' });
    const other = await user({ code: 'A-2' });
    expect(await refusal(user({ code: 'a-1' }))).toContain(`${USER_BADGE}:code: `);
    expect(await refusal(setUser(other, { code: 'ａ-1' }))).toContain(`${USER_BADGE}:code: `);
    expect((await stores.users.find(acme, other, READ))?.version).toBe('1');
    expect((await stores.users.list(acme, listOf(BADGES.user), READ)).totalResults).toBe(2);
  });

  it('is refused to a second group, new or changed', async () => {
    await group({ code: 'A-1' });
    const other = await group({ code: 'A-2' });
    expect(await refusal(group({ code: 'a-1' }))).toContain(`${GROUP_BADGE}:code: `);
    expect(await refusal(setGroup(other, { code: 'a-1' }))).toContain(`${GROUP_BADGE}:code: `);
  });

  it('may be written again by who has it, and taken by another once it was given up', async () => {
    const first = await user({ code: 'A', exact: 'x' });
    await setUser(first, { code: 'a', exact: 'x' });
    const second = await user({ code: 'B' });
    await setUser(first, { exact: 'x' });
    await setUser(second, { code: 'A' });
    await stores.users.delete(acme, second, undefined);
    await user({ code: 'A' });
    const held = await group({ code: 'A' });
    await stores.groups.delete(acme, held, undefined);
    await group({ code: 'A' });
  });

  it('is one company’s: another may use it too', async () => {
    await user({ code: 'A' });
    await user({ code: 'A' }, await stores.company());
  });

  it('is compared as filters compare it: exactly where it is caseExact, by value where it is a number or an instant', async () => {
    await user({ exact: 'Ab', number: 1.5, moment: '2026-01-01T00:00:00Z' });
    await user({ exact: 'aB', number: 2.5, moment: '2026-01-01T00:00:01Z' });
    await refusal(user({ exact: 'Ab' }));
    await refusal(user({ number: 1.5 }));
    await refusal(user({ moment: '2026-01-01T01:00:00.000+01:00' }));
  });

  it('counts one by one where there are several, and once where one resource has it twice', async () => {
    const first = await user({
      codes: ['a', 'b'],
      keys: [
        { value: 'k', type: 'x' },
        { value: 'K', type: 'y' },
      ],
    });
    await refusal(user({ codes: ['c', 'B'] }));
    expect(await refusal(user({ keys: [{ value: 'k' }] }))).toContain(`${USER_BADGE}:keys.value`);
    await setUser(first, { codes: ['b', 'c'] });
    await user({ codes: ['a'], keys: [{ value: 'k' }] });
  });

  it('may be longer than an index takes, and an empty one is none', async () => {
    const long = 'x'.repeat(100_000);
    await user({ code: long });
    await refusal(user({ code: long.toUpperCase() }));
    await user({ code: '' });
    await user({ code: '' });
  });

  it('names every attribute of which a value is taken', async () => {
    await user({ code: 'A', exact: 'x' });
    const detail = await refusal(user({ code: 'A', exact: 'x', number: 1 }));
    expect(detail).toContain(`${USER_BADGE}:code, ${USER_BADGE}:exact: `);
  });

  it('goes to exactly one of those who write it at the same time', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => user({})));
    const writes = [
      ...ids.map((id) => setUser(id, { code: 'Wanted' })),
      ...ids.map(() => user({ code: 'wanted' })),
    ];
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ status: 409 });
    }
  });
});
