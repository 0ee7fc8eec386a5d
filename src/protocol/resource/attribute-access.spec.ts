import { type JsonObject } from '../json.js';
import { resolveAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { inSchemaOrder, unlessEmpty, valueAt, withoutNulls, withValueAt } from './attribute-access.js';
import { type Attributes } from './resource.js';

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;
const ada: Attributes = {
  userName: 'ada',
  name: { givenName: 'Ada' },
  emails: [{ value: 'a@x' }],
  [ENTERPRISE]: { department: 'D', manager: { value: '7' } },
};

function target(path: string): BoundAttribute {
  const resolution = resolveAttribute(BUILT_IN_RESOURCE_TYPES.user, path);
  if (resolution.kind !== 'attribute') throw new Error(path);
  return resolution.target;
}

describe('valueAt', () => {
  it.each([
    ['userName', 'ada'],
    ['name', { givenName: 'Ada' }],
    ['name.givenName', 'Ada'],
    ['name.familyName', undefined],
    ['title', undefined],
    ['emails', [{ value: 'a@x' }]],
    ['emails.value', undefined],
    [`${ENTERPRISE}:department`, 'D'],
    [`${ENTERPRISE}:manager.value`, '7'],
    [`${ENTERPRISE}:costCenter`, undefined],
  ])('%s', (path, expected) => {
    expect(valueAt(ada, target(path))).toEqual(expected);
  });

  it('finds nothing where the holder is missing or is no object', () => {
    expect(valueAt({ userName: 'a' }, target(`${ENTERPRISE}:department`))).toBeUndefined();
    expect(valueAt({ [ENTERPRISE]: 'x' }, target(`${ENTERPRISE}:department`))).toBeUndefined();
    expect(valueAt({ name: 'x' }, target('name.givenName'))).toBeUndefined();
  });
});

describe('withValueAt', () => {
  it.each<[string, string | undefined, JsonObject]>([
    ['title', 'T', { ...ada, title: 'T' }],
    ['userName', 'b', { ...ada, userName: 'b' }],
    ['name.familyName', 'L', { ...ada, name: { givenName: 'Ada', familyName: 'L' } }],
    [
      'name.givenName',
      undefined,
      { userName: 'ada', emails: ada['emails'] ?? null, [ENTERPRISE]: ada[ENTERPRISE] ?? null },
    ],
    ['title', undefined, ada],
    [
      `${ENTERPRISE}:costCenter`,
      'C',
      { ...ada, [ENTERPRISE]: { department: 'D', manager: { value: '7' }, costCenter: 'C' } },
    ],
    [
      `${ENTERPRISE}:manager.value`,
      '8',
      { ...ada, [ENTERPRISE]: { department: 'D', manager: { value: '8' } } },
    ],
    [`${ENTERPRISE}:manager.value`, undefined, { ...ada, [ENTERPRISE]: { department: 'D' } }],
  ])('%s = %j', (path, value, expected) => {
    const before = JSON.stringify(ada);
    expect(withValueAt(ada, target(path), value)).toEqual(expected);
    expect(JSON.stringify(ada)).toBe(before);
  });

  it('makes the holders that are missing, and drops those that become empty', () => {
    const manager = target(`${ENTERPRISE}:manager.value`);
    const managed = { userName: 'a', [ENTERPRISE]: { manager: { value: '7' } } };
    expect(withValueAt({ userName: 'a' }, manager, '7')).toEqual(managed);
    const bare = withValueAt(managed, manager, undefined);
    expect(Object.keys(bare)).toEqual(['userName']);
  });
});

describe('withoutNulls and unlessEmpty', () => {
  it('leaves every value but null', () => {
    expect(withoutNulls({ a: null, b: '', c: 0, d: false, e: [], f: null })).toEqual({
      b: '',
      c: 0,
      d: false,
      e: [],
    });
  });

  it('takes an object without members for nothing', () => {
    expect(unlessEmpty({})).toBeUndefined();
    expect(unlessEmpty({ a: null })).toEqual({ a: null });
  });
});

describe('inSchemaOrder', () => {
  it('puts common attributes first, then core ones, then extensions, then what no schema knows', () => {
    const shuffled = {
      odd: 1,
      [ENTERPRISE]: {},
      emails: [],
      id: '1',
      userName: 'a',
      schemas: [],
      externalId: 'e',
    };
    // The places of a type are kept, so that a new one is asked about.
    expect(Object.keys(inSchemaOrder(shuffled, { ...BUILT_IN_RESOURCE_TYPES.user }))).toEqual([
      'schemas',
      'id',
      'externalId',
      'userName',
      'emails',
      ENTERPRISE,
      'odd',
    ]);
    expect(inSchemaOrder(shuffled, BUILT_IN_RESOURCE_TYPES.user)).toEqual(shuffled);
  });

  it('takes over own members alone', () => {
    expect(inSchemaOrder({ displayName: 'G' }, BUILT_IN_RESOURCE_TYPES.group)).toStrictEqual({
      displayName: 'G',
    });
  });
});
