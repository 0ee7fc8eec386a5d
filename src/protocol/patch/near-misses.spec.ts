import { refusal } from '../../../test/support/refusal.js';
import { type Json } from '../json.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ChangeSet } from './change-set.js';
import { PatchOperationEngine, type PatchOptions } from './patch-operation-engine.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const engine = new PatchOperationEngine();

function planAll(operations: readonly Json[], options: Partial<PatchOptions> = {}): ChangeSet {
  const all = { dialect: 'lenient', maxOperations: 100, ...options } as const;
  return engine.plan(
    { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations },
    BUILT_IN_RESOURCE_TYPES.user,
    all,
  );
}
const plan = (...given: Parameters<typeof planAll>): readonly string[] => planAll(...given).ignored;
const refused = (...given: Parameters<typeof plan>): string => refusal(() => plan(...given));

const unknown = { op: 'replace', path: 'favouriteColour', value: 'x' };
const slip = { op: 'replace', path: 'dispalyName', value: 'x' };
const slipOfKey = { op: 'replace', value: { dispalyName: 'x' } };

describe('a lenient PATCH', () => {
  it('leaves a name out that resembles none', () => {
    expect(plan([unknown])).toEqual(['favouriteColour']);
  });

  it.each<[string, Json]>([
    ['a path', slip],
    ['a key of a value without a path', slipOfKey],
  ])('refuses a slip in %s, and says where and what is meant', (_, operation) => {
    expect(refused([unknown, operation])).toBe(
      '400 invalidPath Operations[1]: dispalyName is unknown; did you mean displayName?',
    );
  });

  it('refuses a slip in front of a filter', () => {
    expect(refused([{ op: 'replace', path: 'emials[type eq "work"].value', value: 'x' }])).toMatch(
      /^400 invalidPath Operations\[0\]: emials.* is unknown; did you mean emails\[…\]\.value\?$/,
    );
  });

  it('leaves a slip out where the wire format wants it', () => {
    expect(plan([slip], { leavesOutNearMisses: true })).toEqual(['dispalyName']);
  });

  it('leaves a slip out where the same value has the name that is meant, in any case', () => {
    const value = { dispalyName: 'x', DisplayName: 'y' };
    expect(plan([{ op: 'replace', value }])).toEqual(['dispalyName']);
  });

  it('judges each name by its own operation alone', () => {
    const value = { dispalyName: 'x', displayName: 'y' };
    expect(plan([{ op: 'replace', value }, unknown])).toEqual(['dispalyName', 'favouriteColour']);
  });

  it('refuses a slip where another operation has the name that is meant, or the same one has it as its path', () => {
    const expected = '400 invalidPath Operations[0]: dispalyName is unknown; did you mean displayName?';
    expect(refused([slipOfKey, { op: 'replace', value: { displayName: 'y' } }])).toBe(expected);
    expect(refused([slip, { op: 'replace', path: 'displayName', value: 'y' }])).toBe(expected);
  });
});

it('what only the server may write is left out, with the value for whoever compares it', () => {
  expect(planAll([{ op: 'replace', value: { id: 'x' } }])).toMatchObject({
    ignored: ['id'],
    repeated: [{ place: 'id', value: 'x' }],
  });
});

describe('a strict PATCH', () => {
  it.each([
    ['dispalyName', '; did you mean displayName?'],
    ['favouriteColour', ''],
  ])('refuses the unknown key %s', (name, hint) => {
    expect(refused([{ op: 'replace', value: { [name]: 'x' } }], { dialect: 'strict' })).toBe(
      `400 invalidPath Operations[0]: ${name} is not an attribute of this resource type${hint}`,
    );
  });

  it('refuses a slip in front of a filter, and says what is meant', () => {
    const path = 'emials[type eq "work"].value';
    expect(refused([{ op: 'replace', path, value: 'x' }], { dialect: 'strict' })).toMatch(
      /^400 invalidPath Operations\[0\]: .*; did you mean emails\[type eq "work"\]\.value\?$/,
    );
  });

  it('takes the names for what they are: nothing is left out', () => {
    expect(plan([{ op: 'replace', path: 'displayName', value: 'x' }], { dialect: 'strict' })).toEqual([]);
  });
});

describe('schemas in a PATCH', () => {
  it.each<[string, Json, readonly string[]]>([
    ['those of the type, in any case', [CORE.toUpperCase(), ENTERPRISE], []],
    ['one of them as a text', CORE, []],
    ['one of them and another', [CORE, 'urn:x:y'], ['schemas']],
    ['what is no text', [CORE, 5], ['schemas']],
  ])('lenient: %s', (_, value, ignored) => {
    expect(plan([{ op: 'add', path: 'schemas', value }])).toEqual(ignored);
  });

  it('strict: an addition may leave the core schema out, a replacement may not', () => {
    const value = [ENTERPRISE];
    expect(refused([{ op: 'add', path: 'schemas', value }], { dialect: 'strict' })).toBe('accepted');
    expect(refused([{ op: 'replace', path: 'schemas', value }], { dialect: 'strict' })).toMatch(/^400 /);
  });
});
