import { piecesOf } from '../../../test/support/pieces.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Dialect } from '../dialect/dialect.js';
import { type Json, type JsonObject } from '../json.js';
import { type Attributes } from '../resource/resource.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { SLICE } from '../work.js';
import { applyChangeSet } from './apply-change-set.js';
import { type ChangeSet } from './change-set.js';
import { PatchOperationEngine } from './patch-operation-engine.js';
import { refuseFalseClaims } from './read-only-claims.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const DIALECTS = ['strict', 'lenient'] as const;

type Operation = { op: string; path?: Json; value?: Json };

const engine = new PatchOperationEngine();
const badge: AttributeDefinition = {
  name: 'hireId',
  type: 'string',
  multiValued: false,
  description: 'Hire',
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

function plan(
  operations: Operation[],
  dialect: Dialect = 'strict',
  type = BUILT_IN_RESOURCE_TYPES.user,
): ChangeSet {
  const body = { schemas: [PATCH_OP], Operations: operations as unknown as Json };
  return engine.plan(body, type, { dialect, maxOperations: 100 });
}

function patch(
  stored: Attributes,
  operations: Operation[],
  dialect: Dialect = 'strict',
  type = BUILT_IN_RESOURCE_TYPES.user,
) {
  return applyChangeSet(stored, plan(operations, dialect, type), type);
}

function patchGroup(stored: Attributes, operations: Operation[], dialect: Dialect = 'strict') {
  return patch(stored, operations, dialect, BUILT_IN_RESOURCE_TYPES.group);
}

const work = { value: 'w@x', type: 'work', primary: true };
const home = { value: 'h@x', type: 'home' };
const ada: Attributes = {
  externalId: 'e',
  userName: 'ada',
  name: { familyName: 'Lovelace', givenName: 'Ada' },
  title: 'T',
  active: true,
  emails: [work, home],
  [ENTERPRISE]: { department: 'D', manager: { value: '7' } },
};
const without = (name: string) => Object.fromEntries(Object.entries(ada).filter(([key]) => key !== name));

describe.each(DIALECTS)('PATCH in both dialects (%s)', (dialect) => {
  it.each<[string, Operation[], JsonObject]>([
    [
      'PAT-14: add sets a simple attribute',
      [{ op: 'add', path: 'nickName', value: 'N' }],
      { ...ada, nickName: 'N' },
    ],
    [
      'PAT-14: add replaces a simple attribute',
      [{ op: 'add', path: 'title', value: 'U' }],
      { ...ada, title: 'U' },
    ],
    ['PAT-03: op in any case', [{ op: 'Replace', path: 'title', value: 'U' }], { ...ada, title: 'U' }],
    ['path null is no path', [{ op: 'add', path: null, value: { title: 'U' } }], { ...ada, title: 'U' }],
    [
      'PAT-13: add without path',
      [{ op: 'add', value: { TITLE: 'U', name: { middleName: 'M' }, emails: [{ value: 'n@x' }] } }],
      {
        ...ada,
        title: 'U',
        name: { familyName: 'Lovelace', givenName: 'Ada', middleName: 'M' },
        emails: [work, home, { value: 'n@x' }],
      },
    ],
    [
      'PAT-15: add to a complex attribute keeps the rest',
      [{ op: 'add', path: 'name', value: { formatted: 'A L' } }],
      { ...ada, name: { formatted: 'A L', familyName: 'Lovelace', givenName: 'Ada' } },
    ],
    [
      'PAT-08: attr.sub',
      [{ op: 'add', path: 'NAME.GIVENNAME', value: 'Augusta' }],
      { ...ada, name: { familyName: 'Lovelace', givenName: 'Augusta' } },
    ],
    [
      'PAT-16: add appends an array',
      [{ op: 'add', path: 'emails', value: [{ value: 'n@x' }] }],
      { ...ada, emails: [work, home, { value: 'n@x' }] },
    ],
    [
      'PAT-16: add appends one object',
      [{ op: 'add', path: 'emails', value: { value: 'n@x' } }],
      { ...ada, emails: [work, home, { value: 'n@x' }] },
    ],
    [
      'PAT-17: add of what is there',
      [{ op: 'add', path: 'emails', value: [{ value: 'W@x', type: 'work' }] }],
      ada,
    ],
    [
      'PAT-17: add of what is there, by value alone',
      [{ op: 'add', path: 'emails', value: [{ value: 'h@x' }] }],
      ada,
    ],
    [
      'PAT-17: add says more of what is there',
      [{ op: 'add', path: 'emails', value: [{ value: 'h@x', type: 'home', display: 'H' }] }],
      { ...ada, emails: [work, { ...home, display: 'H' }] },
    ],
    ['PAT-21: remove a simple attribute', [{ op: 'remove', path: 'title' }], without('title')],
    ['PAT-21: remove a complex attribute', [{ op: 'remove', path: 'name' }], without('name')],
    ['PAT-21: remove a multi-valued attribute', [{ op: 'remove', path: 'emails' }], without('emails')],
    ['PAT-21: remove of nothing', [{ op: 'remove', path: 'nickName' }], ada],
    [
      'PAT-22: remove by filter',
      [{ op: 'remove', path: 'emails[type eq "work"]' }],
      { ...ada, emails: [home] },
    ],
    ['PAT-22: the last one gone', [{ op: 'remove', path: 'emails[value pr]' }], without('emails')],
    ['remove by filter without a match', [{ op: 'remove', path: 'emails[type eq "other"]' }], ada],
    [
      'CONNID-010: remove by a filter with or',
      [{ op: 'remove', path: 'emails[value eq "w@x" or value eq "H@X"]' }],
      without('emails'),
    ],
    [
      'PAT-23: remove attr[filter].sub',
      [{ op: 'remove', path: 'emails[type eq "work"].primary' }],
      { ...ada, emails: [{ value: 'w@x', type: 'work' }, home] },
    ],
    [
      'PAT-23: remove name.givenName',
      [{ op: 'remove', path: 'name.givenName' }],
      { ...ada, name: { familyName: 'Lovelace' } },
    ],
    [
      'remove with a value array removes those',
      [{ op: 'remove', path: 'emails', value: [{ value: 'H@x' }] }],
      { ...ada, emails: [work] },
    ],
    [
      'remove with a value that differs in a part',
      [{ op: 'remove', path: 'emails', value: [{ value: 'h@x', type: 'work' }] }],
      ada,
    ],
    ['remove with [] removes nothing', [{ op: 'remove', path: 'emails', value: [] }], ada],
    [
      'E20: remove with a value never sets it',
      [{ op: 'remove', path: 'title', value: 'other' }],
      without('title'),
    ],
    [
      'E20: remove attr[filter].sub with a value never sets it',
      [{ op: 'remove', path: 'emails[type eq "home"].value', value: 'other@x' }],
      { ...ada, emails: [work, { type: 'home' }] },
    ],
    [
      'PAT-27: replace without path',
      [{ op: 'replace', value: { title: 'U', emails: [home] } }],
      { ...ada, title: 'U', emails: [home] },
    ],
    [
      'PAT-28: replace of nothing adds',
      [{ op: 'replace', path: 'nickName', value: 'N' }],
      { ...ada, nickName: 'N' },
    ],
    [
      'PAT-29, SAILPOINT-007: replace of a complex attribute keeps the rest',
      [{ op: 'replace', path: 'name', value: { givenName: 'G' } }],
      { ...ada, name: { familyName: 'Lovelace', givenName: 'G' } },
    ],
    [
      'PAT-29: null in it clears one part',
      [{ op: 'replace', path: 'name', value: { givenName: null } }],
      { ...ada, name: { familyName: 'Lovelace' } },
    ],
    [
      'PAT-30: replace of all values',
      [{ op: 'replace', path: 'emails', value: [{ value: 'n@x' }] }],
      { ...ada, emails: [{ value: 'n@x' }] },
    ],
    [
      'PAT-31: replace with a filter changes all matches',
      [{ op: 'replace', path: 'emails[value ew "@x"].display', value: 'D' }],
      {
        ...ada,
        emails: [
          { ...work, display: 'D' },
          { ...home, display: 'D' },
        ],
      },
    ],
    [
      'replace attr[filter] with an object merges',
      [{ op: 'replace', path: 'emails[type eq "home"]', value: { value: 'i@x' } }],
      { ...ada, emails: [work, { value: 'i@x', type: 'home' }] },
    ],
    ['PAT-33: replace with null', [{ op: 'replace', path: 'title', value: null }], without('title')],
    ['PAT-33: replace with []', [{ op: 'replace', path: 'emails', value: [] }], without('emails')],
    ['PAT-33: null without path', [{ op: 'replace', value: { title: null } }], without('title')],
    [
      'PAT-33: attr[filter] with null',
      [{ op: 'replace', path: 'emails[type eq "work"]', value: null }],
      { ...ada, emails: [home] },
    ],
    [
      'PAT-34: add of a primary',
      [{ op: 'add', path: 'emails', value: [{ value: 'n@x', primary: true }] }],
      { ...ada, emails: [{ ...work, primary: false }, home, { value: 'n@x', primary: true }] },
    ],
    [
      'PAT-34: primary by filter',
      [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
      {
        ...ada,
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      },
    ],
    [
      'PAT-07: an operation sees the one before',
      [
        { op: 'add', path: 'emails', value: [{ value: 'n@x', type: 'other' }] },
        { op: 'replace', path: 'emails[type eq "other"].value', value: 'o@x' },
      ],
      { ...ada, emails: [work, home, { value: 'o@x', type: 'other' }] },
    ],
    [
      'PAT-19, E10: add attr[filter].sub creates',
      [{ op: 'add', path: 'addresses[type eq "Work"].formatted', value: 'F' }],
      { ...ada, addresses: [{ type: 'Work', formatted: 'F' }] },
    ],
    [
      'E11: three adds with one filter make one element',
      ['locality', 'region', 'country'].map((sub) => ({
        op: 'add',
        path: `addresses[type eq "work"].${sub}`,
        value: sub,
      })),
      { ...ada, addresses: [{ type: 'work', locality: 'locality', region: 'region', country: 'country' }] },
    ],
    [
      'ONYX-001: primary eq true',
      [{ op: 'Replace', path: 'emails[primary eq true].value', value: 'n@x' }],
      { ...ada, emails: [{ ...work, value: 'n@x' }, home] },
    ],
    [
      'PAT-40: URN path',
      [{ op: 'add', path: `${ENTERPRISE}:manager.value`, value: '8' }],
      { ...ada, [ENTERPRISE]: { department: 'D', manager: { value: '8' } } },
    ],
    [
      'E14: core URN path',
      [{ op: 'replace', path: `${CORE.toUpperCase()}:name.givenName`, value: 'G' }],
      { ...ada, name: { familyName: 'Lovelace', givenName: 'G' } },
    ],
    [
      'E14: core URN with a filter',
      [{ op: 'remove', path: `${CORE}:emails[type eq "work"]` }],
      { ...ada, emails: [home] },
    ],
    [
      'a whole extension is a path: add',
      [{ op: 'add', path: ENTERPRISE, value: { costCenter: 'C' } }],
      { ...ada, [ENTERPRISE]: { costCenter: 'C', department: 'D', manager: { value: '7' } } },
    ],
    [
      'a whole extension is a path: remove',
      [{ op: 'remove', path: ENTERPRISE.toLowerCase() }],
      without(ENTERPRISE),
    ],
    [
      'PAT-39: extension object without path',
      [{ op: 'replace', value: { [ENTERPRISE]: { department: 'E' } } }],
      { ...ada, [ENTERPRISE]: { department: 'E', manager: { value: '7' } } },
    ],
    [
      'an extension that loses all',
      ['department', 'manager'].map((sub) => ({ op: 'remove', path: `${ENTERPRISE}:${sub}` })),
      without(ENTERPRISE),
    ],
    [
      'the manager keeps only its value',
      [
        {
          op: 'add',
          path: `${ENTERPRISE}:manager`,
          value: { value: '8', $ref: '../Users/8', displayName: 'B' },
        },
      ],
      { ...ada, [ENTERPRISE]: { department: 'D', manager: { value: '8' } } },
    ],
    [
      'PAT-43: a password leaves no trace',
      [
        { op: 'replace', path: 'password', value: 's3cret' },
        { op: 'add', value: { Password: 's3cret' } },
        { op: 'replace', path: `${CORE}:password`, value: 's3cret' },
      ],
      ada,
    ],
    [
      'E14: the core URN is no path',
      [{ op: 'add', path: CORE, value: { title: 'U' } }],
      { ...ada, title: 'U' },
    ],
    [
      'PAT-33: a whole extension with null',
      [{ op: 'replace', path: ENTERPRISE, value: null }],
      without(ENTERPRISE),
    ],
    ['schemas repeated', [{ op: 'replace', value: { schemas: [CORE], title: 'U' } }], { ...ada, title: 'U' }],
    [
      'PAT-46: strings in a path are JSON strings',
      [
        { op: 'add', path: 'emails', value: [{ value: 'q"]. or', type: 'a] b' }] },
        { op: 'replace', path: 'emails[value eq "q\\"]. or" and type eq "a] b"].display', value: 'Q' },
      ],
      { ...ada, emails: [work, home, { value: 'q"]. or', type: 'a] b', display: 'Q' }] },
    ],
    [
      'PAT-08: a sub-attribute of all elements',
      [{ op: 'remove', path: 'emails.type' }],
      { ...ada, emails: [{ value: 'w@x', primary: true }, { value: 'h@x' }] },
    ],
    [
      'extra keys next to op',
      [{ op: 'add', path: 'title', value: 'U', name: 'x' } as Operation],
      { ...ada, title: 'U' },
    ],
    [
      'elements that become equal are one',
      [{ op: 'replace', path: 'emails[value pr]', value: { value: 'z@x', type: 'z' } }],
      { ...ada, emails: [{ value: 'z@x', type: 'z', primary: true }] },
    ],
  ])('%s', (_, operations, expected) => {
    expect(patch(ada, operations, dialect)).toEqual(expected);
  });

  it.each<[string, Operation, string]>([
    [
      'PAT-02',
      { op: 'move', path: 'title', value: 'U' },
      '400 invalidSyntax Operations[1].op: expected add, replace or remove',
    ],
    ['PAT-09', { op: 'replace', path: 'emails[type eq "work"', value: 'U' }, '400 invalid'],
    ['PAT-09', { op: 'replace', path: 'emails[type eq]', value: 'U' }, '400 invalidFilter Operations[1]: '],
    [
      'PAT-09',
      { op: 'replace', path: 'emails[odd eq "x"].value', value: 'U' },
      '400 invalidFilter Operations[1]: ',
    ],
    [
      'PAT-09',
      { op: 'replace', path: 5, value: 'U' },
      '400 invalidPath Operations[1].path: expected a string',
    ],
    ['PAT-09', { op: 'replace', path: 'title title', value: 'U' }, '400 invalidPath Operations[1]: '],
    [
      'PAT-11',
      { op: 'replace', path: 'emails[0]', value: 'U' },
      '400 invalidPath Operations[1]: emails[0] has an array index',
    ],
    [
      'PAT-11',
      { op: 'replace', path: '/nickName', value: 'U' },
      '400 invalidPath Operations[1]: /nickName is a JSON Pointer',
    ],
    [
      'PAT-08',
      { op: 'replace', path: 'name[givenName eq "x"].familyName', value: 'U' },
      '400 invalidPath Operations[1]: name cannot be filtered',
    ],
    ['PAT-12', { op: 'add', path: 'title' }, '400 invalidValue Operations[1]: add needs a value'],
    [
      'PAT-12',
      { op: 'replace', path: 'name.givenName' },
      '400 invalidValue Operations[1]: replace needs a value',
    ],
    ['PAT-12', { op: 'add' }, '400 invalidValue Operations[1]: add needs a value'],
    [
      'PAT-13',
      { op: 'add', value: 'x' },
      '400 invalidValue Operations[1]: value: expected an object, since there is no path, got a string',
    ],
    [
      'PAT-13',
      { op: 'add', value: null },
      '400 invalidValue Operations[1]: value: expected an object, since there is no path, got null',
    ],
    ['PAT-20', { op: 'remove' }, '400 noTarget Operations[1]: remove needs a path'],
    ['PAT-25', { op: 'remove', path: 'userName' }, '400 mutability Operations[1]: userName'],
    ['PAT-25', { op: 'remove', path: 'id' }, '400 mutability Operations[1]: id'],
    ['PAT-25', { op: 'remove', path: 'meta' }, '400 mutability Operations[1]: meta'],
    ['PAT-25', { op: 'remove', path: 'groups' }, '400 mutability Operations[1]: groups'],
    ['PAT-25', { op: 'remove', path: 'schemas' }, '400 mutability Operations[1]: schemas'],
    ['PAT-33', { op: 'replace', path: 'userName', value: null }, '400 invalidValue Operations[1]: userName'],
    ['PAT-33', { op: 'replace', value: { userName: '' } }, '400 invalidValue Operations[1]: userName'],
    ['PAT-36', { op: 'replace', path: 'id', value: 'x' }, '400 mutability Operations[1]: id'],
    [
      'PAT-36, N6',
      { op: 'add', path: 'groups', value: [{ value: 'g' }] },
      '400 mutability Operations[1]: groups',
    ],
    [
      'PAT-36',
      { op: 'replace', path: 'meta.created', value: 'x' },
      '400 mutability Operations[1]: meta.created',
    ],
    [
      'PAT-36',
      { op: 'replace', path: `${ENTERPRISE}:manager.displayName`, value: 'x' },
      '400 mutability Operations[1]: ',
    ],
    [
      'PAT-36',
      { op: 'replace', path: `${ENTERPRISE}:manager.$ref`, value: 'x' },
      '400 mutability Operations[1]: ',
    ],
    [
      'PAT-32',
      { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'x' } },
      '400 noTarget Operations[1]: emails',
    ],
    [
      'PAT-32',
      { op: 'replace', path: 'emails[type ne "work" and type ne "home"].value', value: 'x' },
      '400 noTarget Operations[1]: emails',
    ],
    [
      'PAT-19',
      { op: 'add', path: 'emails[value sw "zz"].type', value: 'x' },
      '400 noTarget Operations[1]: emails',
    ],
    [
      'PAT-41',
      { op: 'replace', path: 'active', value: 'x' },
      '400 invalidValue Operations[1]: active: expected true or false',
    ],
    [
      'PAT-41',
      { op: 'add', path: 'emails', value: [{ value: [5, 6] }] },
      '400 invalidValue Operations[1]: emails[0].value: ',
    ],
    [
      'PAT-41',
      { op: 'replace', path: 'emails', value: 5 },
      '400 invalidValue Operations[1]: emails: expected an array',
    ],
    [
      'PAT-41',
      { op: 'replace', path: ENTERPRISE, value: 5 },
      `400 invalidValue Operations[1]: ${ENTERPRISE}: expected an object, got a number`,
    ],
    ['HTTP-18', { op: 'add', value: { title: 'a', Title: 'b' } }, '400 invalidSyntax Operations[1]'],
    [
      'HTTP-18',
      { op: 'add', path: ENTERPRISE, value: { department: 'a', Department: 'b' } },
      '400 invalidSyntax Operations[1]: Department: stands twice',
    ],
    [
      'HTTP-18',
      { op: 'add', path: 'name', value: { givenName: 'a', GivenName: 'b' } },
      '400 invalidSyntax Operations[1]: name.givenName',
    ],
  ])('%s: refuses %j', (_, operation, expected) => {
    const before = JSON.stringify(ada);
    const first = { op: 'replace', path: 'title', value: 'changed' };
    expect(refusal(() => patch(ada, [first, operation], dialect))).toContain(expected);
    expect(JSON.stringify(ada)).toBe(before);
  });

  it('PAT-38: an immutable attribute takes its first value and no other', () => {
    const set = (value: Json): Operation[] => [{ op: 'add', path: 'hireId', value }];
    expect(patch({ userName: 'a' }, set('1'), dialect, BADGED)).toEqual({ userName: 'a', hireId: '1' });
    const hired = { userName: 'a', hireId: '1' };
    expect(patch(hired, set('1'), dialect, BADGED)).toEqual(hired);
    expect(refusal(() => patch(hired, set('2'), dialect, BADGED))).toContain(
      '400 mutability Operations[0]: hireId',
    );
    expect(refusal(() => patch(hired, [{ op: 'remove', path: 'hireId' }], dialect, BADGED))).toContain(
      'mutability',
    );
  });

  it('keeps secrets out of errors and of what is ignored', () => {
    const secret = 'c4nary';
    const sent = plan([{ op: 'add', value: { password: secret } }], dialect);
    expect(JSON.stringify(sent)).not.toContain(secret);
    expect(sent.ignored).toEqual([]);
    expect(refusal(() => plan([{ op: 'add', path: 'password' }], dialect))).not.toContain(secret);
  });

  it.each([
    ['add', 'members'],
    ['replace', undefined],
    ['remove', 'members'],
  ])('goes in pieces through the members of one operation: %s', (op, path) => {
    const ids = Array.from({ length: 20 * SLICE }, (_, index) => ({ value: `id-${index}` }));
    const value = path === undefined ? { members: ids } : ids;
    const body = { schemas: [PATCH_OP], Operations: [{ op, ...(path && { path }), value }] };
    const options = { dialect, maxOperations: 1 };
    const work = engine.planWork(body, BUILT_IN_RESOURCE_TYPES.group, options);
    expect(piecesOf(work)).toBeGreaterThanOrEqual(dialect === 'lenient' ? 40 : 20);
  });

  describe('members', () => {
    const [a, b] = [{ value: 'a' }, { value: 'b' }];
    const group: Attributes = { displayName: 'G', members: [a, b] };
    it.each<[string, Operation[], Json[]]>([
      [
        'add',
        [{ op: 'add', path: 'members', value: [{ value: 'c', display: 'C', type: 'User', $ref: null }] }],
        [a, b, { value: 'c' }],
      ],
      [
        'add of a known member',
        [{ op: 'add', path: 'members', value: [{ value: 'a', display: 'x' }] }],
        [a, b],
      ],
      [
        'add without path',
        [{ op: 'Add', value: { members: [{ $ref: null, value: 'c' }] } }],
        [a, b, { value: 'c' }],
      ],
      [
        '★ PAT-26, E4: remove with a value array',
        [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }],
        [b],
      ],
      ['remove with one object', [{ op: 'remove', path: 'members', value: { value: 'a' } }], [b]],
      ['remove with []', [{ op: 'remove', path: 'members', value: [] }], [a, b]],
      ['remove without value', [{ op: 'remove', path: 'members' }], []],
      ['remove by filter', [{ op: 'remove', path: 'members[value eq "a"]' }], [b]],
      [
        'N2: remove by filter with a value',
        [{ op: 'remove', path: 'members[value eq "a"]', value: [{ value: 'b' }] }],
        [b],
      ],
      ['PAT-24: remove of a stranger', [{ op: 'remove', path: 'members[value eq "z"]' }], [a, b]],
      ['replace', [{ op: 'replace', path: 'members', value: [{ value: 'c' }] }], [{ value: 'c' }]],
      ['O7: replace with []', [{ op: 'replace', path: 'members', value: [] }], []],
      ['O8: replace without path', [{ op: 'replace', value: { members: [b] } }], [b]],
      ['PAT-33: replace with null', [{ op: 'replace', path: 'members', value: null }], []],
      ['an operation on something else', [{ op: 'replace', value: { displayName: 'H' } }], [a, b]],
      [
        'O6: remove, then add',
        [
          { op: 'remove', path: 'members[value eq "a"]' },
          { op: 'add', path: 'members', value: [a] },
        ],
        [b, a],
      ],
    ])('%s', (_, operations, expected) => {
      expect(patchGroup(group, operations, dialect)['members']).toEqual(expected);
    });

    it.each<[string, Operation, string]>([
      ['GRP-03, PAT-38', { op: 'replace', path: 'members[value eq "a"].value', value: 'z' }, 'mutability'],
      ['GRP-03', { op: 'add', path: 'members[value eq "a"].type', value: 'User' }, 'mutability'],
      ['GRP-03', { op: 'replace', path: 'members[value eq "a"].$ref', value: 'x' }, 'mutability'],
      ['GRP-03', { op: 'replace', path: 'members[value eq "a"]', value: { value: 'z' } }, 'mutability'],
      ['GRP-03', { op: 'remove', path: 'members[value eq "a"].type' }, 'mutability'],
      ['GRP-03', { op: 'replace', path: 'members.value', value: 'z' }, 'mutability'],
      ['SCIM-SDK-001', { op: 'add', path: 'members', value: [{}] }, 'invalidValue'],
      ['PAT-41', { op: 'add', path: 'members', value: [{ value: 7 }] }, 'invalidValue'],
      ['PAT-41', { op: 'replace', path: 'members', value: [7] }, 'invalidValue'],
      ['PAT-41', { op: 'remove', path: 'members', value: [{ display: 'x' }] }, 'invalidValue'],
      ['PAT-25', { op: 'remove', path: 'displayName' }, 'mutability'],
      [
        'a filter behind a sub-attribute',
        { op: 'add', path: 'members.type[value eq "a"]', value: 'User' },
        'invalidPath',
      ],
    ])('%s: refuses %j', (_, operation, scimType) => {
      expect(refusal(() => patchGroup(group, [operation], dialect))).toContain(
        `400 ${scimType} Operations[0]`,
      );
    });

    it('leaves members alone where they are not given', () => {
      const operations = [{ op: 'add', value: { members: [a], displayName: 'H' } }];
      expect(patchGroup({ displayName: 'G' }, operations, dialect)).toEqual({ displayName: 'H' });
    });
  });
});

describe('PATCH, strict', () => {
  it.each<[string, Operation, string]>([
    [
      'PAT-10',
      { op: 'replace', path: 'favoriteColor', value: 'x' },
      '400 invalidPath Operations[0]: favoriteColor is not an attribute of this resource type',
    ],
    ['PAT-10', { op: 'add', path: 'name.odd', value: 'x' }, '400 invalidPath Operations[0]: name.odd'],
    ['PAT-10', { op: 'add', path: '__proto__', value: 'x' }, '400 invalidPath Operations[0]: '],
    ['PAT-10', { op: 'add', path: 'constructor', value: 'x' }, '400 invalidPath Operations[0]: constructor'],
    [
      'PAT-10',
      { op: 'add', value: { toString: 'x' } },
      '400 invalidPath Operations[0]: toString is not an attribute of this resource type',
    ],
    [
      'PAT-10',
      { op: 'add', path: ENTERPRISE, value: { odd: 'x' } },
      `400 invalidPath Operations[0]: ${ENTERPRISE}:odd is not an attribute of this extension`,
    ],
    [
      'PAT-10',
      { op: 'add', path: 'emails[value eq "x"].odd', value: 'x' },
      '400 invalidPath Operations[0]: emails[value eq "x"].odd names no sub-attribute of emails',
    ],
    [
      'an unknown extension',
      { op: 'add', value: { 'urn:x:y': {} } },
      '400 invalidPath Operations[0]: urn:x:y',
    ],
    [
      'a dotted key',
      { op: 'replace', value: { 'name.givenName': 'x' } },
      '400 invalidPath Operations[0]: name.givenName',
    ],
    ['an empty path', { op: 'replace', path: '', value: { title: 'x' } }, '400 invalidPath Operations[0]'],
    [
      '★ PAT-32',
      { op: 'replace', path: 'addresses[type eq "work"].region', value: 'x' },
      '400 noTarget Operations[0]: addresses',
    ],
    [
      'a textual boolean',
      { op: 'replace', path: 'active', value: 'False' },
      '400 invalidValue Operations[0]: active',
    ],
    [
      'a text as manager',
      { op: 'add', path: `${ENTERPRISE}:manager`, value: '7' },
      '400 invalidValue Operations[0]',
    ],
    [
      'PAT-35',
      {
        op: 'add',
        path: 'emails',
        value: [
          { value: '1', primary: true },
          { value: '2', primary: true },
        ],
      },
      '400 invalidValue Operations[0]: emails',
    ],
    [
      'PAT-35',
      { op: 'replace', path: 'emails[value pr].primary', value: true },
      '400 invalidValue Operations[0]: emails: more than one',
    ],
    [
      'a dot behind the URN',
      { op: 'replace', path: `${ENTERPRISE}.department`, value: 'x' },
      '400 invalidPath Operations[0]',
    ],
    [
      'schemas of nobody',
      { op: 'replace', path: 'schemas', value: ['urn:x'] },
      '400 invalidValue Operations[0]: schemas',
    ],
  ])('%s', (_, operation, expected) => {
    expect(refusal(() => patch(ada, [operation]))).toContain(expected);
  });

  it('stores an empty text', () => {
    expect(patch(ada, [{ op: 'replace', path: 'title', value: '' }])['title']).toBe('');
  });

  it('PAT-35: judges primaries when all operations are done', () => {
    const operations = [
      { op: 'replace', path: 'emails[value pr].primary', value: true },
      { op: 'replace', path: 'emails[type eq "work"].primary', value: false },
    ];
    expect(patch(ada, operations)['emails']).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
  });

  it('PAT-37: a read-only value without path passes where it is the stored one', () => {
    const representation = {
      id: '1',
      userName: 'ada',
      groups: [{ value: 'g', display: 'G' }],
      meta: { resourceType: 'User', version: 'W/"1"' },
    };
    const claim = (value: Json) => () => {
      const { claims, changes } = plan([
        { op: 'replace', path: 'title', value: 'U' },
        { op: 'replace', value },
      ]);
      expect(changes).toHaveLength(1);
      refuseFalseClaims(claims, representation);
    };
    expect(refusal(claim({ id: '1', meta: { ResourceType: 'User' }, groups: [{ value: 'g' }] }))).toBe(
      'accepted',
    );
    expect(refusal(claim({ id: '2' }))).toContain('400 mutability Operations[1]: id');
    expect(refusal(claim({ meta: { version: 'W/"2"' } }))).toContain('mutability');
    expect(refusal(claim({ groups: [] }))).toContain('mutability');
    expect(refusal(claim({ groups: [{ value: 'h' }] }))).toContain('mutability');
  });
});

describe('PATCH, lenient', () => {
  it.each<[string, Operation[], JsonObject]>([
    ['E1: active "False"', [{ op: 'Replace', path: 'active', value: 'False' }], { ...ada, active: false }],
    ['E1 without path', [{ op: 'Replace', value: { active: 'False' } }], { ...ada, active: false }],
    ['an empty path', [{ op: 'replace', path: '', value: { title: 'U' } }], { ...ada, title: 'U' }],
    [
      'E3: dotted keys and URN keys',
      [
        {
          op: 'replace',
          value: {
            'name.givenName': 'G',
            [`${ENTERPRISE}:department`]: 'E',
            [`${ENTERPRISE}:manager`]: { value: '8', $ref: 'x' },
          },
        },
      ],
      {
        ...ada,
        name: { familyName: 'Lovelace', givenName: 'G' },
        [ENTERPRISE]: { department: 'E', manager: { value: '8' } },
      },
    ],
    [
      'a key with a filter',
      [{ op: 'replace', value: { 'emails[type eq "home"].value': 'i@x' } }],
      { ...ada, emails: [work, { ...home, value: 'i@x' }] },
    ],
    [
      'E8: manager as array',
      [{ op: 'Add', path: `${ENTERPRISE}:manager`, value: [{ $ref: 'x', value: '8' }] }],
      { ...ada, [ENTERPRISE]: { department: 'D', manager: { value: '8' } } },
    ],
    [
      'E8: manager as text, name without URN',
      [{ op: 'Add', path: 'manager', value: '8' }],
      { ...ada, [ENTERPRISE]: { department: 'D', manager: { value: '8' } } },
    ],
    [
      'manager ""',
      [{ op: 'replace', path: `${ENTERPRISE}:manager`, value: '' }],
      { ...ada, [ENTERPRISE]: { department: 'D' } },
    ],
    [
      'manager {value:""}',
      [{ op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: '' } }],
      { ...ada, [ENTERPRISE]: { department: 'D' } },
    ],
    [
      'manager [] ',
      [{ op: 'replace', path: `${ENTERPRISE}:manager`, value: [] }],
      { ...ada, [ENTERPRISE]: { department: 'D' } },
    ],
    [
      'E10: replace attr[filter].sub creates',
      [{ op: 'Replace', path: 'addresses[type eq "work"].Formatted', value: 'F' }],
      { ...ada, addresses: [{ formatted: 'F', type: 'work' }] },
    ],
    [
      'E12: a role by textual primary is one element',
      ['value', 'display', 'type'].map((sub) => ({
        op: 'Add',
        path: `roles[primary eq "True"].${sub}`,
        value: sub,
      })),
      { ...ada, roles: [{ primary: true, value: 'value', display: 'display', type: 'type' }] },
    ],
    [
      'an unknown path',
      [
        { op: 'replace', path: 'companyName', value: 'B' },
        { op: 'add', path: 'address.streetAddress', value: 'S' },
        { op: 'add', path: 'title', value: 'U' },
      ],
      { ...ada, title: 'U' },
    ],
    [
      'O4: Okta echoes id, schemas and meta',
      [
        {
          op: 'replace',
          value: { id: 'x', schemas: ['urn:x'], meta: { version: 'x' }, groups: [], active: false },
        },
      ],
      { ...ada, active: false },
    ],
    [
      '"" clears',
      [
        { op: 'replace', path: 'title', value: '' },
        { op: 'add', value: { 'name.givenName': '' } },
      ],
      { ...without('title'), name: { familyName: 'Lovelace' } },
    ],
    [
      '"" where nothing matches',
      [{ op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '' }],
      ada,
    ],
    [
      'N7: a dot behind the URN',
      [{ op: 'replace', path: `${ENTERPRISE}.department`, value: 'HR' }],
      { ...ada, [ENTERPRISE]: { department: 'HR', manager: { value: '7' } } },
    ],
    [
      'a URN of a draft',
      [{ op: 'add', value: { 'urn:scim:schemas:extension:enterprise:1.0': { department: 'HR' } } }],
      { ...ada, [ENTERPRISE]: { department: 'HR', manager: { value: '7' } } },
    ],
    [
      'two primaries in a value',
      [
        {
          op: 'replace',
          path: 'emails',
          value: [
            { value: '1', primary: 'True' },
            { value: '2', primary: true },
          ],
        },
      ],
      {
        ...ada,
        emails: [
          { value: '1', primary: true },
          { value: '2', primary: false },
        ],
      },
    ],
    [
      'two primaries by filter',
      [{ op: 'replace', path: 'emails[value pr].primary', value: 'true' }],
      { ...ada, emails: [work, { ...home, primary: false }] },
    ],
    [
      'values as texts',
      [{ op: 'add', path: 'entitlements', value: ['a', 'b'] }],
      { ...ada, entitlements: [{ value: 'a' }, { value: 'b' }] },
    ],
    [
      'a value that is JSON in a string stays',
      [{ op: 'Add', path: 'roles', value: [{ value: '{"id":"1"}' }] }],
      { ...ada, roles: [{ value: '{"id":"1"}' }] },
    ],
  ])('%s', (_, operations, expected) => {
    expect(patch(ada, operations, 'lenient')).toEqual(expected);
  });

  it('O4: schemas of another type are named among what is ignored', () => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    expect(plan([{ op: 'replace', path: 'schemas', value: schemas }], 'lenient')).toStrictEqual({
      changes: [],
      ignored: ['schemas'],
      repeated: [],
      claims: [],
      severalPrimaries: 'firstWins',
    });
  });

  it('names what it ignores', () => {
    const { ignored } = plan(
      [
        { op: 'replace', path: 'companyName', value: 'B' },
        { op: 'add', path: 'name.odd', value: 'x' },
        {
          op: 'replace',
          value: { id: 'x', 'meta.version': 'y', '__proto__ ': 1, 'urn:x:y': {}, password: 'p' },
        },
        { op: 'add', path: 'emails', value: [{ value: 'x', odd: 1 }] },
        { op: 'add', path: ENTERPRISE, value: { odd: 1 } },
      ],
      'lenient',
    );
    expect(ignored).toEqual([
      'companyName',
      'name.odd',
      'id',
      'meta.version',
      '__proto__ ',
      'urn:x:y',
      'emails.odd',
      `${ENTERPRISE}:odd`,
    ]);
  });

  it.each<[string, Json]>([
    ['a text', 'c'],
    ['an object', { value: 'c' }],
    ['a wrapper', { members: [{ value: 'c' }] }],
  ])('members as %s', (_, value) => {
    const group = { displayName: 'G', members: [{ value: 'a' }] };
    const operations = [{ op: 'add', path: 'members', value }];
    expect(patchGroup(group, operations, 'lenient')['members']).toEqual([{ value: 'a' }, { value: 'c' }]);
    const removal = [{ op: 'remove', path: 'members', value }];
    expect(
      patchGroup({ displayName: 'G', members: [{ value: 'c' }] }, removal, 'lenient')['members'],
    ).toEqual([]);
  });

  it.each<[string, Json]>([
    ['{}', {}],
    ['"[]"', '[]'],
  ])('add members[value eq "c"] with %s adds c', (_, value) => {
    const operations = [{ op: 'add', path: 'members[value eq "c"]', value }];
    expect(patchGroup({ displayName: 'G', members: [] }, operations, 'lenient')['members']).toEqual([
      { value: 'c' },
    ]);
  });

  it.each<Json>(['', {}, { members: null }, { members: [] }])(
    'PAT-26: remove members with %j removes nobody',
    (value) => {
      const group = { displayName: 'G', members: [{ value: 'a' }] };
      expect(patchGroup(group, [{ op: 'remove', path: 'members', value }], 'lenient')).toEqual(group);
    },
  );
});
