import { EQUIPMENT, EQUIPPED_USER } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type ScimError } from '../error/scim-error.js';
import { type JsonObject } from '../json.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { readResource } from './read-resource.js';
import { completeNew, mergeReplacement } from './replacement.js';
import { type Attributes } from './resource.js';

const badge: AttributeDefinition = {
  name: 'badge',
  type: 'string',
  multiValued: false,
  description: 'Badge',
  required: false,
  caseExact: true,
  mutability: 'immutable',
  returned: 'default',
  uniqueness: 'none',
};
const BADGED: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schema: {
    ...BUILT_IN_RESOURCE_TYPES.user.schema,
    attributes: [...BUILT_IN_RESOURCE_TYPES.user.schema.attributes, badge],
  },
};

function replace(
  stored: Attributes,
  body: JsonObject,
  type: ResourceType = BUILT_IN_RESOURCE_TYPES.user,
): Attributes {
  return mergeReplacement(stored, readResource(body, type, { dialect: 'lenient' }), type);
}

describe('completeNew', () => {
  it('CRE-23: makes a user active unless the body says otherwise', () => {
    expect(completeNew({ userName: 'a', emails: [] }, BUILT_IN_RESOURCE_TYPES.user)).toEqual({
      userName: 'a',
      emails: [],
      active: true,
    });
    expect(completeNew({ userName: 'a', active: false }, BUILT_IN_RESOURCE_TYPES.user)).toEqual({
      userName: 'a',
      active: false,
    });
    expect(completeNew({ displayName: 'G' }, BUILT_IN_RESOURCE_TYPES.group)).toEqual({ displayName: 'G' });
  });
});

describe('mergeReplacement', () => {
  const stored = { externalId: 'e', userName: 'a', title: 'T', active: false };

  it('PUT-05: keeps an omitted active and externalId, clears everything else', () => {
    expect(replace(stored, { userName: 'b' })).toEqual({ externalId: 'e', userName: 'b', active: false });
  });

  it('keeps active where it is null, so that no replacement re-enables a user', () => {
    expect(replace(stored, { userName: 'b', active: null })).toEqual({
      externalId: 'e',
      userName: 'b',
      active: false,
    });
    expect(replace(stored, { userName: 'b', active: true })['active']).toBe(true);
  });

  it('PUT-06: null and "" clear externalId', () => {
    expect(replace(stored, { userName: 'b', externalId: null })).toEqual({ userName: 'b', active: false });
    expect(replace(stored, { userName: 'b', EXTERNALID: '' })).toEqual({ userName: 'b', active: false });
    expect(replace(stored, { userName: 'b', externalId: 'f' })['externalId']).toBe('f');
  });

  it('PUT-12: a replacement by the stored state changes nothing', () => {
    expect(replace(stored, stored)).toEqual(stored);
  });

  it('★ PUT-08, CHAR-03: an immutable attribute takes its first value and no other', () => {
    expect(replace({ userName: 'a' }, { userName: 'a', badge: '1' }, BADGED)['badge']).toBe('1');
    expect(replace({ userName: 'a', badge: '1' }, { userName: 'a', badge: '1' }, BADGED)['badge']).toBe('1');
    expect(replace({ userName: 'a', badge: '1' }, { userName: 'a' }, BADGED)['badge']).toBe('1');
    expect(() => replace({ userName: 'a', badge: '1' }, { userName: 'a', badge: '2' }, BADGED)).toThrow(
      expect.objectContaining({ scimType: 'mutability' }) as ScimError,
    );
  });

  it('keeps nothing of what was not stored', () => {
    expect(replace({ userName: 'a' }, { userName: 'b' })).toStrictEqual({ userName: 'b' });
  });

  it('keeps what no schema defines at present, and read-only values, which no client could send', () => {
    const unseen = { 'urn:example:gone': { room: 1 } };
    const inspected = { [EQUIPMENT]: { inspected: '2026-01-01T00:00:00Z' } };
    expect(
      replace({ userName: 'a', title: 'T', ...unseen, ...inspected }, { userName: 'b' }, EQUIPPED_USER),
    ).toStrictEqual({ userName: 'b', ...inspected, ...unseen });
  });

  it('PUT-08: immutable attributes of an extension, and immutable parts, stay where the body leaves them out', () => {
    const keys = [{ value: 'k', serial: '1', note: 'N' }];
    const kept = { code: 'c', hireId: 'h', locker: { serial: 's' }, keys };
    const held = {
      userName: 'a',
      [EQUIPMENT]: {
        hireId: 'h',
        locker: { serial: 's', note: 'N' },
        code: 'c',
        note: 'N',
        keys,
      },
    };
    expect(replace(held, { userName: 'a' }, EQUIPPED_USER)).toStrictEqual({
      userName: 'a',
      [EQUIPMENT]: kept,
    });
    const extension = { code: 'd', keys: [{ value: 'l' }], locker: { number: '7' } };
    expect(replace(held, { userName: 'a', [EQUIPMENT]: extension }, EQUIPPED_USER)).toStrictEqual({
      userName: 'a',
      [EQUIPMENT]: {
        code: 'd',
        hireId: 'h',
        locker: { number: '7', serial: 's' },
        keys: [{ value: 'l' }],
      },
    });
    expect(
      replace({ userName: 'a' }, { userName: 'a', [EQUIPMENT]: extension }, EQUIPPED_USER),
    ).toStrictEqual({
      userName: 'a',
      [EQUIPMENT]: extension,
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'without the extension',
      {},
      { [EQUIPMENT]: { code: 'c', locker: { number: '7', serial: 's' }, keys: [{ value: 'k' }] } },
    ],
    [
      'with an extension without the complex value',
      { [EQUIPMENT]: { code: 'd', keys: [{ value: 'l' }] } },
      { [EQUIPMENT]: { code: 'd', locker: { number: '7', serial: 's' }, keys: [{ value: 'l' }] } },
    ],
    [
      'with null for the complex value',
      { [EQUIPMENT]: { code: 'd', locker: null, keys: [{ value: 'l' }] } },
      { [EQUIPMENT]: { code: 'd', locker: { number: '7', serial: 's' }, keys: [{ value: 'l' }] } },
    ],
  ])('PUT-08, PUT-12: what is required stays beside what is immutable: %s', (_name, body, expected) => {
    const extension = {
      code: 'c',
      note: 'N',
      locker: { number: '7', serial: 's', note: 'N' },
      keys: [{ value: 'k' }],
    };
    const after = replace(
      { userName: 'a', [EQUIPMENT]: extension },
      { userName: 'a', ...body },
      EQUIPPED_USER,
    );
    expect(after).toEqual({ userName: 'a', ...expected });
    expect(replace(after, after, EQUIPPED_USER)).toEqual(after);
  });

  it.each([
    [{ hireId: 'i' }, `${EQUIPMENT}:hireId`],
    [{ hireId: 'H' }, `${EQUIPMENT}:hireId`],
    [{ locker: { number: '7', serial: 't' } }, `${EQUIPMENT}:locker.serial`],
  ])('PUT-08: refuses %j', (changed, place) => {
    const whole = { code: 'c', hireId: 'h', locker: { number: '7', serial: 's' }, keys: [{ value: 'k' }] };
    const body = { userName: 'a', [EQUIPMENT]: { ...whole, ...changed } };
    expect(refusal(() => replace({ userName: 'a', [EQUIPMENT]: whole }, body, EQUIPPED_USER))).toBe(
      `400 mutability ${place}: is immutable and already has another value`,
    );
  });

  it('a PUT of several complex values sets new ones, whatever was immutable in those before', () => {
    const keys = [{ value: 'k', serial: '1' }];
    const after = [{ value: 'k', serial: '2' }];
    expect(
      replace(
        { userName: 'a', [EQUIPMENT]: { code: 'c', keys } },
        { userName: 'a', [EQUIPMENT]: { code: 'c', keys: after } },
        EQUIPPED_USER,
      ),
    ).toEqual({ userName: 'a', [EQUIPMENT]: { code: 'c', keys: after } });
  });

  it('PUT-08: read-only values, and those whose schema was taken away, are not for a client to clear', () => {
    const gone = { 'urn:example:gone': { note: 'N' } };
    const held = {
      userName: 'a',
      title: 'T',
      ...gone,
      [EQUIPMENT]: { code: 'c', inspected: '2026-01-01T00:00:00Z' },
    };
    expect(replace(held, { userName: 'b' }, EQUIPPED_USER)).toStrictEqual({
      userName: 'b',
      [EQUIPMENT]: { inspected: '2026-01-01T00:00:00Z' },
      ...gone,
    });
  });
});
