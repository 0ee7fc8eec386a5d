import { type Json } from '../json.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { lostNames } from './lost-values.js';
import { locationsBelow, representUser } from './representation.js';

const { user: TYPE } = BUILT_IN_RESOURCE_TYPES;
const MANAGER_NAME = `${ENTERPRISE_USER_SCHEMA.id}:manager.displayName`;
const ADA = representUser(
  {
    id: '0000000000000001',
    version: '3',
    created: '2026-01-31T08:30:00.000Z',
    lastModified: '2026-02-01T08:30:00.000Z',
    attributes: { userName: 'ada', [ENTERPRISE_USER_SCHEMA.id]: { manager: { value: '0000000000000002' } } },
    groups: [
      { value: '000000000000000a', display: 'A', type: 'direct' },
      { value: '000000000000000b', display: 'B', type: 'indirect' },
    ],
    manager: { id: '0000000000000002', display: 'Grace' },
  },
  TYPE,
  locationsBelow('https://scim.example'),
);

const lost = (place: string, value: Json, unread: readonly string[] = []): string[] =>
  lostNames({ ignored: [place], repeated: [{ place, value }] }, ADA, TYPE, unread);

it.each<[string, Json]>([
  ['id', '0000000000000001'],
  ['id', null],
  ['meta', { resourceType: 'User', version: 'W/"1"', lastModified: '2020-01-01T00:00:00Z' }],
  ['meta', { created: '2026-01-31T09:30:00+01:00' }],
  ['meta', { created: null }],
  [
    'groups',
    [
      { value: '000000000000000b', $ref: 'x' },
      { value: '000000000000000a', display: 'old' },
    ],
  ],
  [MANAGER_NAME, 'Grace'],
])('%s %j is what stands there, and no loss', (place, value) => {
  expect(lost(place, value)).toEqual([]);
});

it.each<[string, Json]>([
  ['id', '0000000000000009'],
  ['meta', { created: '2020-01-01T00:00:00Z' }],
  ['meta', { created: 'long ago' }],
  ['meta', { created: 5 }],
  ['groups', []],
  ['groups', [{ value: '000000000000000a' }]],
  ['groups', [{ value: '000000000000000a' }, { value: '000000000000000c' }]],
  ['groups', 'admins'],
  [MANAGER_NAME, 'Ada'],
  ['shoeSize', 42],
])('%s %j is lost', (place, value) => {
  expect(lost(place, value)).toEqual([place]);
});

it.each<[Json, string[]]>([
  [[], []],
  [[{ value: '000000000000000a' }], ['groups']],
])('a user of no groups, sent with the groups %j, loses %j', (value, names) => {
  const { groups: _groups, ...bob } = ADA;
  const repeated = [{ place: 'groups', value }];
  expect(lostNames({ ignored: ['groups'], repeated }, bob, TYPE, [])).toEqual(names);
});

it('says nothing of what was not read', () => {
  expect(lost('groups', [{ value: 'x' }], ['groups'])).toEqual([]);
  expect(lost(MANAGER_NAME, 'Ada', [MANAGER_NAME])).toEqual([]);
});

it('keeps unknown names, and a place that is right once and wrong once', () => {
  const repeated = ['0000000000000001', 'x', '0000000000000001'].map((value) => ({ place: 'id', value }));
  expect(lostNames({ ignored: ['shoeSize', 'id'], repeated }, ADA, TYPE, [])).toEqual(['shoeSize', 'id']);
});
