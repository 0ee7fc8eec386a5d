import { EQUIPMENT, EQUIPPED_USER, PARKING } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Dialect } from '../dialect/dialect.js';
import { type Json, type JsonObject } from '../json.js';
import { type Attributes } from '../resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { applyChangeSet } from './apply-change-set.js';
import { type ChangeSet } from './change-set.js';
import { PatchOperationEngine } from './patch-operation-engine.js';

type Sent = { op: string; path?: string; value?: Json };

const engine = new PatchOperationEngine();
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = BUILT_IN_RESOURCE_TYPES.group;

function planSent(type: ResourceType, dialect: Dialect, sent: Sent): ChangeSet {
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [sent] };
  return engine.plan(body, type, { dialect, maxOperations: 10 });
}

const equipped: Attributes = {
  userName: 'a',
  emails: [{ value: 'a', type: 'work' }],
  [EQUIPMENT]: {
    code: 'c',
    hireId: 'h',
    tags: ['x', 'Y'],
    locker: { number: '7', serial: 's', note: 'N' },
    keys: [
      { value: 'k', serial: '1', level: 1, note: 'N' },
      { value: 'l', level: 2 },
    ],
  },
};
const stored = equipped[EQUIPMENT] as JsonObject;
const [first, second] = stored['keys'] as [JsonObject, JsonObject];

describe.each(['strict', 'lenient'] as const)('planAttribute (%s)', (dialect) => {
  const plan = (sent: Sent, type: ResourceType = EQUIPPED_USER) => planSent(type, dialect, sent).changes;
  const wholePlan = (sent: Sent): ChangeSet => planSent(EQUIPPED_USER, dialect, sent);
  const apply = (sent: Sent): Json | undefined =>
    applyChangeSet(equipped, wholePlan(sent), EQUIPPED_USER)[EQUIPMENT];

  it.each<[ResourceType, Sent]>([
    [GROUP, { op: 'add', path: 'members', value: [] }],
    [GROUP, { op: 'add', path: 'members', value: null }],
    [EQUIPPED_USER, { op: 'add', path: 'emails', value: [] }],
    [EQUIPPED_USER, { op: 'add', path: 'emails', value: null }],
    [EQUIPPED_USER, { op: 'add', path: 'emails', value: [null, {}] }],
    [EQUIPPED_USER, { op: 'add', path: 'name', value: {} }],
    [EQUIPPED_USER, { op: 'replace', path: 'name', value: { odd: 1 } }],
    [EQUIPPED_USER, { op: 'add', path: 'emails[value eq "a"]', value: null }],
    [EQUIPPED_USER, { op: 'add', path: 'emails[value eq "a"]', value: {} }],
    [EQUIPPED_USER, { op: 'replace', path: 'emails[value eq "a"]', value: { odd: 1 } }],
    [EQUIPPED_USER, { op: 'add', path: PARKING, value: null }],
    [EQUIPPED_USER, { op: 'add', path: PARKING, value: {} }],
  ])('plans nothing where nothing is said', (type, sent) => {
    expect(plan(sent, type)).toEqual([]);
  });

  it.each<[ResourceType, Sent, JsonObject]>([
    [GROUP, { op: 'remove', path: 'members' }, { kind: 'clear' }],
    [GROUP, { op: 'remove', path: 'members', value: null }, { kind: 'clear' }],
    [GROUP, { op: 'replace', path: 'members', value: null }, { kind: 'replaceMembers', ids: [] }],
    [GROUP, { op: 'replace', path: 'members', value: [] }, { kind: 'replaceMembers', ids: [] }],
    [
      GROUP,
      { op: 'remove', path: 'members', value: [{ value: 'a' }] },
      { kind: 'removeMembers', ids: ['a'] },
    ],
    [
      GROUP,
      { op: 'remove', path: 'members[value eq "a"]' },
      { kind: 'removeValues', selection: { kind: 'where' } },
    ],
    [EQUIPPED_USER, { op: 'remove', path: 'emails', value: null }, { kind: 'clear' }],
    [EQUIPPED_USER, { op: 'replace', path: 'emails', value: null }, { kind: 'clear' }],
    [EQUIPPED_USER, { op: 'replace', path: 'emails', value: [] }, { kind: 'clear' }],
    [EQUIPPED_USER, { op: 'replace', path: 'emails', value: [null] }, { kind: 'clear' }],
    [
      EQUIPPED_USER,
      { op: 'remove', path: 'emails', value: { value: 'a' } },
      { kind: 'removeValues', selection: { kind: 'equalTo', values: [{ value: 'a' }] } },
    ],
    [
      EQUIPPED_USER,
      { op: 'remove', path: 'emails', value: [] },
      { kind: 'removeValues', selection: { kind: 'equalTo', values: [] } },
    ],
    [
      EQUIPPED_USER,
      { op: 'remove', path: 'emails[value eq "a"]' },
      { kind: 'removeValues', selection: { kind: 'where' } },
    ],
    [
      EQUIPPED_USER,
      { op: 'replace', path: 'emails[value eq "a"]', value: null },
      { kind: 'removeValues', selection: { kind: 'where' } },
    ],
    [EQUIPPED_USER, { op: 'replace', path: 'name', value: null }, { kind: 'clear' }],
    [
      EQUIPPED_USER,
      { op: 'add', path: 'name', value: { givenName: null } },
      { kind: 'merge', value: { givenName: null } },
    ],
    [
      EQUIPPED_USER,
      { op: 'remove', path: 'emails.type' },
      { kind: 'updateValues', set: { type: null }, otherwise: 'nothing' },
    ],
    [
      EQUIPPED_USER,
      { op: 'replace', path: ENTERPRISE, value: null },
      { kind: 'clearExtension', extension: ENTERPRISE },
    ],
    [EQUIPPED_USER, { op: 'remove', path: PARKING }, { kind: 'clearExtension', extension: PARKING }],
  ])('PAT-21, PAT-33: %# plans one change', (type, sent, expected) => {
    const changes = plan(sent, type);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ operationIndex: 0, ...expected });
  });

  it.each<[Sent, string]>([
    [
      { op: 'replace', path: `${EQUIPMENT}:code`, value: null },
      `invalidValue ${EQUIPMENT}:code: is required and must not be empty`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys`, value: [] },
      `invalidValue ${EQUIPMENT}:keys: is required and must not be empty`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys`, value: [{}] },
      `invalidValue ${EQUIPMENT}:keys: is required and must not be empty`,
    ],
    [
      { op: 'add', path: `${EQUIPMENT}:locker`, value: { number: null } },
      `invalidValue ${EQUIPMENT}:locker.number: is required and must not be empty`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:locker.number`, value: null },
      `invalidValue ${EQUIPMENT}:locker.number: is required and must not be empty`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys[level eq 1]`, value: { value: null } },
      `invalidValue ${EQUIPMENT}:keys.value: is required and must not be empty`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys[level eq 1].value`, value: null },
      `invalidValue ${EQUIPMENT}:keys.value: is required and must not be empty`,
    ],
    [
      { op: 'remove', path: `${EQUIPMENT}:code` },
      `mutability ${EQUIPMENT}:code: is required and cannot be removed`,
    ],
    [
      { op: 'remove', path: `${EQUIPMENT}:keys` },
      `mutability ${EQUIPMENT}:keys: is required and cannot be removed`,
    ],
    [
      { op: 'remove', path: `${EQUIPMENT}:locker.number` },
      `mutability ${EQUIPMENT}:locker.number: is required and cannot be removed`,
    ],
    [
      { op: 'remove', path: `${EQUIPMENT}:keys[level eq 1].value` },
      `mutability ${EQUIPMENT}:keys.value: is required and cannot be removed`,
    ],
    [{ op: 'remove', path: `${EQUIPMENT}:inspected` }, `mutability ${EQUIPMENT}:inspected: is read-only`],
    [
      { op: 'replace', path: `${EQUIPMENT}:hireId`, value: 'i' },
      `mutability ${EQUIPMENT}:hireId: is immutable and already has another value`,
    ],
    [
      { op: 'remove', path: `${EQUIPMENT}:hireId` },
      `mutability ${EQUIPMENT}:hireId: is immutable and already has another value`,
    ],
    [
      { op: 'add', path: `${EQUIPMENT}:locker`, value: { serial: 't' } },
      `mutability ${EQUIPMENT}:locker.serial: is immutable and already has another value`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:locker.serial`, value: 't' },
      `mutability ${EQUIPMENT}:locker.serial: is immutable and already has another value`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys[level eq 1].serial`, value: '2' },
      `mutability ${EQUIPMENT}:keys.serial: is immutable and already has another value`,
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys[level eq 3]`, value: { note: 'O' } },
      `noTarget ${EQUIPMENT}:keys: no value matches the filter; add one first`,
    ],
  ])('CHAR-03, PAT-25, PAT-33, PAT-38: refuses %j', (sent, expected) => {
    const [scimType = '', ...detail] = expected.split(' ');
    expect(refusal(() => apply(sent))).toBe(`400 ${scimType} Operations[0]: ${detail.join(' ')}`);
  });

  it('PAT-25: the last value of a required attribute cannot be removed, in whatever way', () => {
    const detail = `400 mutability Operations[0]: ${EQUIPMENT}:keys: is required and cannot be removed`;
    for (const sent of [
      { op: 'remove', path: `${EQUIPMENT}:keys[value pr]` },
      { op: 'remove', path: `${EQUIPMENT}:keys`, value: [{ value: 'k' }, { value: 'l' }] },
      { op: 'replace', path: `${EQUIPMENT}:keys[level lt 9]`, value: null },
    ]) {
      expect(refusal(() => apply(sent))).toBe(detail);
    }
    const bare = { op: 'remove', path: `${EQUIPMENT}:keys[value pr]` };
    expect(applyChangeSet({ userName: 'a' }, wholePlan(bare), EQUIPPED_USER)).toEqual({ userName: 'a' });
  });

  it('PAT-25: an extension can be removed, required attributes and all, unless it is required itself', () => {
    const required = {
      ...EQUIPPED_USER,
      schemaExtensions: EQUIPPED_USER.schemaExtensions.map(({ schema }) => ({
        schema,
        required: schema.id === EQUIPMENT,
      })),
    };
    const detail = `400 mutability Operations[0]: ${EQUIPMENT}: is required and cannot be removed`;
    for (const sent of [
      { op: 'remove', path: EQUIPMENT },
      { op: 'replace', path: EQUIPMENT, value: null },
    ]) {
      expect(plan(sent)).toMatchObject([{ kind: 'clearExtension', extension: EQUIPMENT }]);
      expect(refusal(() => plan(sent, required))).toBe(detail);
    }
    const other = { op: 'remove', path: PARKING };
    expect(plan(other, required)).toMatchObject([{ kind: 'clearExtension', extension: PARKING }]);
  });

  it.each<[Sent, JsonObject]>([
    [
      { op: 'replace', path: `${EQUIPMENT}:keys[level eq 1].note`, value: 'O' },
      { keys: [{ ...first, note: 'O' }, second] },
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys[level eq 1]`, value: { serial: '1', note: 'O' } },
      { keys: [{ ...first, note: 'O' }, second] },
    ],
    [{ op: 'remove', path: `${EQUIPMENT}:keys[level gt 1]` }, { keys: [first] }],
    [{ op: 'remove', path: `${EQUIPMENT}:keys[level gt 9]` }, {}],
    [{ op: 'remove', path: `${EQUIPMENT}:keys`, value: [{ value: 'k' }] }, { keys: [second] }],
    [
      { op: 'add', path: `${EQUIPMENT}:keys`, value: { value: 'm' } },
      { keys: [first, second, { value: 'm' }] },
    ],
    [
      { op: 'replace', path: `${EQUIPMENT}:keys.note`, value: 'O' },
      {
        keys: [
          { ...first, note: 'O' },
          { ...second, note: 'O' },
        ],
      },
    ],
    [
      { op: 'add', path: `${EQUIPMENT}:locker`, value: { serial: 's', note: null } },
      { locker: { number: '7', serial: 's' } },
    ],
    [{ op: 'add', path: `${EQUIPMENT}:tags`, value: ['y', 'z'] }, { tags: ['x', 'Y', 'z'] }],
    [{ op: 'remove', path: `${EQUIPMENT}:tags`, value: ['X'] }, { tags: ['Y'] }],
    [{ op: 'add', path: `${EQUIPMENT}:schemas`, value: 'S' }, { schemas: 'S' }],
    [
      { op: 'add', value: { [EQUIPMENT]: { schemas: 'S', COUNT: 3 } } },
      { schemas: 'S', count: 3 },
    ],
  ])('PAT-39, PAT-40: changes an extension by %j', (sent, changed) => {
    expect(apply(sent)).toEqual({ ...stored, ...changed });
  });

  it.each<[string, Sent, string]>([
    [
      'a member',
      { op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } },
      'mutability members: a member cannot be changed; add or remove it',
    ],
    [
      'a part of a member',
      { op: 'remove', path: 'members.type' },
      'mutability members: a member cannot be changed; add or remove it',
    ],
    [
      'a member without id',
      { op: 'add', path: 'members', value: [{}] },
      'invalidValue members[0].value: expected the id of a user or group as a string',
    ],
  ])('GRP-03: refuses %s', (_, sent, expected) => {
    const [scimType = '', ...detail] = expected.split(' ');
    expect(refusal(() => plan(sent, GROUP))).toBe(`400 ${scimType} Operations[0]: ${detail.join(' ')}`);
  });
});

describe('planAttribute, strict', () => {
  it('replaces members by an array alone', () => {
    const sent = { op: 'replace', path: 'members', value: { value: 'a' } };
    expect(refusal(() => planSent(GROUP, 'strict', sent))).toBe(
      '400 invalidValue Operations[0]: members: expected an array of members, got an object',
    );
  });
});

describe('elements that a filter describes', () => {
  const create = (path: string, value: Json, dialect: Dialect = 'strict'): Json | undefined => {
    const [change] = planSent(EQUIPPED_USER, dialect, { op: 'add', path, value }).changes;
    return change?.kind === 'updateValues' ? change.otherwise : undefined;
  };

  it.each<[string, Json, JsonObject]>([
    ['emails[type eq "work"].value', 'a', { type: 'work', value: 'a' }],
    ['emails[type eq "work" and display eq "D"].value', 'a', { type: 'work', display: 'D', value: 'a' }],
    ['emails[type eq "work" and value pr].value', 'a', { type: 'work', value: 'a' }],
    ['emails[type eq "work" and display eq null].value', 'a', { type: 'work', value: 'a' }],
    ['emails[type eq "work" and primary eq true].value', 'a', { type: 'work', primary: true, value: 'a' }],
    ['emails[type eq "work" and not (display eq "D")].value', 'a', { type: 'work', value: 'a' }],
    ['roles[display eq "True"].value', 'a', { display: 'True', value: 'a' }],
    [`${EQUIPMENT}:keys[level eq 3 and weight eq 0.5].value`, 'k', { level: 3, weight: 0.5, value: 'k' }],
    ['emails[TYPE eq "work"]', { value: 'a' }, { type: 'work', value: 'a' }],
  ])('PAT-19: add %s creates one', (path, value, element) => {
    expect(create(path, value)).toStrictEqual({ create: element });
    expect(create(path, value, 'lenient')).toStrictEqual({ create: element });
  });

  it.each<[string, Json]>([
    ['emails[type eq null].value', 'a'],
    ['emails[type pr].value', 'a'],
    ['emails[type ne "work"].value', 'a'],
    ['emails[type eq "work" or type eq "home"].value', 'a'],
    ['emails[type eq "work" and display sw "D"].value', 'a'],
    ['emails[type eq "work" and type eq "home"].value', 'a'],
    ['emails[value eq "b"].value', 'a'],
  ])('PAT-19: add %s has nothing to create', (path, value) => {
    expect(create(path, value)).toBe('noTarget');
  });

  it('E12: a lenient filter may say numbers and booleans as texts', () => {
    expect(create('emails[primary eq "True"].value', 'a', 'lenient')).toEqual({
      create: { primary: true, value: 'a' },
    });
    expect(create('emails[type eq 7].value', 'a', 'lenient')).toEqual({ create: { type: '7', value: 'a' } });
    expect(create('emails[type eq 007].value', 'a', 'lenient')).toEqual({
      create: { type: '007', value: 'a' },
    });
  });

  it('creates what is set in every element where there is none', () => {
    expect(create('emails.value', 'a')).toEqual({ create: { value: 'a' } });
    expect(create('emails.value', null)).toBe('nothing');
  });
});
