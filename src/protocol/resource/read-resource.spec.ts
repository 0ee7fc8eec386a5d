import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { EQUIPMENT, EQUIPPED_USER, PARKING } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Dialect } from '../dialect/dialect.js';
import { ScimError } from '../error/scim-error.js';
import { WrittenNumber, type Json, type JsonObject } from '../json.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType, type SchemaDefinition } from '../schema/schema.js';
import { readResource, type ReadResource } from './read-resource.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

/** A user type with an attribute of each simple type that no standard schema uses. */
const DEVICE_SCHEMA: SchemaDefinition = {
  id: 'urn:example:schemas:extension:device:2.0:User',
  name: 'Device',
  description: 'Device',
  attributes: (
    [
      ['count', 'integer'],
      ['ratio', 'decimal'],
      ['issued', 'dateTime'],
    ] as const
  ).map(([name, type]) => ({
    name,
    type,
    multiValued: false,
    description: name,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
  })),
};
const DEVICE_USER: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schemaExtensions: [
    ...BUILT_IN_RESOURCE_TYPES.user.schemaExtensions,
    { schema: DEVICE_SCHEMA, required: false },
  ],
};

function read(
  body: JsonObject,
  dialect: Dialect = 'strict',
  type: ResourceType = BUILT_IN_RESOURCE_TYPES.user,
): ReadResource {
  const schemas = { schemas: [type.schema.id] };
  return readResource(dialect === 'strict' ? { ...schemas, ...body } : body, type, { dialect });
}

describe.each(['strict', 'lenient'] as const)('readResource in both dialects (%s)', (dialect) => {
  it('HTTP-17: finds names without regard to case and writes them as the schema does', () => {
    const body = { USERNAME: 'ada', NAME: { GIVENNAME: 'Ada' }, Emails: [{ VALUE: 'a@x', Primary: true }] };
    expect(read(body, dialect).attributes).toEqual({
      userName: 'ada',
      name: { givenName: 'Ada' },
      emails: [{ value: 'a@x', primary: true }],
    });
  });

  it('HTTP-18: refuses an attribute in two spellings, at every level', () => {
    expect(refusal(() => read({ userName: 'a', username: 'b' }, dialect))).toMatch(/^400 invalidSyntax/);
    expect(refusal(() => read({ userName: 'a', name: { givenName: 'A', GivenName: 'B' } }, dialect))).toMatch(
      /^400 invalidSyntax name\.givenName/,
    );
    const extension = { [ENTERPRISE]: { department: 'a', Department: 'b' } };
    expect(refusal(() => read({ userName: 'a', ...extension }, dialect))).toMatch(/^400 invalidSyntax/);
  });

  it('CRE-15, CHAR-15: null, [] and {} mean unassigned, and still count as given', () => {
    const body = {
      userName: 'a',
      nickName: null,
      emails: [],
      name: {},
      addresses: [null, { locality: null }],
      [ENTERPRISE]: null,
    };
    const { attributes, given } = read(body, dialect);
    expect(attributes).toEqual({ userName: 'a' });
    expect([...given]).toEqual(expect.arrayContaining(['nickname', 'emails', 'name', 'addresses']));
  });

  it('CRE-06, CRE-07: ignores and names what clients cannot write', () => {
    const body: JsonObject = {
      userName: 'a',
      id: 'x',
      meta: { created: 1 },
      groups: 'nonsense',
      [ENTERPRISE]: { manager: { value: '7', $ref: 'x', displayName: 'B' } },
    };
    const { attributes, ignored } = read(body, dialect);
    expect(attributes).toEqual({ userName: 'a', [ENTERPRISE]: { manager: { value: '7' } } });
    expect(ignored).toEqual(['id', 'meta', 'groups', `${ENTERPRISE}:manager.displayName`]);
  });

  it.each([undefined, null, ''])('CRE-08, PUT-07: refuses userName %j', (userName) => {
    const body = userName === undefined ? {} : { userName };
    expect(refusal(() => read(body, dialect))).toMatch(/^400 invalidValue userName: is required/);
    const group = userName === undefined ? {} : { displayName: userName };
    expect(refusal(() => read(group, dialect, BUILT_IN_RESOURCE_TYPES.group))).toMatch(
      /^400 invalidValue displayName: /,
    );
  });

  it.each<[string, Json, string]>([
    ['active', 'x', 'active: expected true or false, got a string'],
    ['active', 1, 'active: expected true or false, got a number'],
    ['emails', 'a', 'emails: expected an array, got a string'],
    ['emails', [5], 'emails[0]: expected an object, got a number'],
    ['emails', [{ value: 'a' }, { value: { deep: 1 } }], 'emails[1].value: expected a string, got an object'],
    ['name', 'b', 'name: expected an object, got a string'],
    ['name', { givenName: ['a', 'b'] }, 'name.givenName: expected a string, got an array'],
    ['userName', { a: 5 }, 'userName: expected a string, got an object'],
    ['x509Certificates', [{ value: '!!' }], 'x509Certificates[0].value: expected base64 (RFC 4648 §4)'],
    ['x509Certificates', [{ value: 'QUJDR' }], 'x509Certificates[0].value: expected base64 (RFC 4648 §4)'],
    [ENTERPRISE, 'x', `${ENTERPRISE}: expected an object, got a string`],
    [ENTERPRISE, { department: {} }, `${ENTERPRISE}:department: expected a string, got an object`],
  ])('CRE-17, CHAR-08, CHAR-10: refuses %s = %j', (name, value, detail) => {
    expect(refusal(() => read({ userName: 'a', [name]: value }, dialect))).toBe(`400 invalidValue ${detail}`);
  });

  it.each<[string, Json, Json, string]>([
    ['userName', 5, '5', 'userName: expected a string, got a number'],
    ['userName', new WrittenNumber('1.0'), '1.0', 'userName: expected a string, got a number'],
    ['title', true, 'true', 'title: expected a string, got a boolean'],
  ])('CRE-17: %s = %j is the text of the body, or refused', (name, value, text, detail) => {
    const body = { userName: 'a', [name]: value };
    if (dialect === 'lenient') expect(read(body, dialect).attributes).toMatchObject({ [name]: text });
    else expect(refusal(() => read(body, dialect))).toBe(`400 invalidValue ${detail}`);
  });

  it.each<[string, Json, boolean]>([
    ['count', 3, true],
    ['count', 3.5, false],
    ['count', '3.5', false],
    ['count', 'three', false],
    ['count', new WrittenNumber('9007199254740993'), false],
    ['ratio', 0.25, true],
    ['ratio', 'a quarter', false],
    ['ratio', new WrittenNumber('1e400'), false],
    ['issued', '2024-02-29T10:00:00Z', true],
    ['issued', '2024-02-29', false],
    ['issued', 20240229, false],
  ])('CHAR-08, CHAR-09: %s = %j', (name, value, accepted) => {
    const body = { userName: 'a', [DEVICE_SCHEMA.id]: { [name]: value } };
    if (accepted)
      expect(read(body, dialect, DEVICE_USER).attributes[DEVICE_SCHEMA.id]).toEqual({ [name]: value });
    else expect(refusal(() => read(body, dialect, DEVICE_USER))).toMatch(/^400 invalidValue urn:example.*:/);
  });

  it.each<[string, Json, number]>([
    ['count', '3', 3],
    ['count', '3.0', 3],
    ['ratio', '0.25', 0.25],
  ])('CHAR-08: the text %s = %j is a number, or refused', (name, value, number) => {
    const body = { userName: 'a', [DEVICE_SCHEMA.id]: { [name]: value } };
    const readBody = (): unknown => read(body, dialect, DEVICE_USER).attributes[DEVICE_SCHEMA.id];
    if (dialect === 'lenient') expect(readBody()).toEqual({ [name]: number });
    else expect(refusal(readBody)).toMatch(/^400 invalidValue urn:example.*: expected/);
  });

  it('CHAR-10: accepts base64 with and without padding', () => {
    const x509Certificates = [{ value: 'QUI=' }, { value: 'QUJD' }, { value: 'QUM' }];
    expect(read({ userName: 'a', x509Certificates }, dialect).attributes['x509Certificates']).toEqual(
      x509Certificates,
    );
  });

  it('CRE-16: refuses a body whose base schema is another type', () => {
    const body = { schemas: [GROUP], userName: 'a', displayName: 'G' };
    expect(refusal(() => readResource(body, BUILT_IN_RESOURCE_TYPES.user, { dialect }))).toMatch(
      /^400 invalidValue schemas: /,
    );
  });

  it('CRE-20: ignores and names unknown attributes, harmful names included', () => {
    const hostile = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"toString":"x"}') as JsonObject;
    const body = { userName: 'a', ...{ department: 'top' }, name: { ...hostile, givenName: 'G' } };
    const whole = Object.fromEntries([...Object.entries(body), ...Object.entries(hostile)]);
    const { attributes, ignored } = read(whole, dialect);
    expect(attributes).toEqual({ userName: 'a', name: { givenName: 'G' } });
    expect(Object.keys(attributes)).toEqual(['userName', 'name']);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect(ignored).toEqual(expect.arrayContaining(['__proto__', 'constructor', 'toString', 'department']));
  });

  it('IDP-01: drops the password without trace', () => {
    const secret = 'c4nary-Secret';
    const result = read({ userName: 'a', PassWord: secret, password2: 'x' }, dialect);
    expect(result.ignored).toEqual(['password2']);
    expect(JSON.stringify([result.attributes, result.ignored])).not.toContain(secret);
    expect(() => read({ userName: 'a', password: { not: 'a string' } }, dialect)).not.toThrow();
  });

  it('READ-10: collapses equal (type, value) pairs and keeps what any of them says', () => {
    const emails = [
      { type: 'work', value: 'A@x' },
      { type: 'home', value: 'a@x' },
      { type: 'WORK', value: 'a@X', primary: true, display: 'D' },
    ];
    expect(read({ userName: 'a', emails }, dialect).attributes['emails']).toEqual([
      { type: 'work', value: 'A@x', display: 'D', primary: true },
      { type: 'home', value: 'a@x' },
    ]);
  });

  it('CRE-19: finds an extension in any case, and drops an empty one', () => {
    const extension = { [ENTERPRISE.toUpperCase()]: { DEPARTMENT: 'D' } };
    expect(read({ userName: 'a', ...extension }, dialect).attributes[ENTERPRISE]).toEqual({
      department: 'D',
    });
    expect(read({ userName: 'a', [ENTERPRISE]: { department: null } }, dialect).attributes).toEqual({
      userName: 'a',
    });
  });

  it('CRE-06, CRE-20: ignores and names what an extension does not have, and what clients cannot write', () => {
    const extension = {
      CODE: 'c',
      Keys: [{ value: 'k' }],
      ODD: 1,
      INSPECTED: '2026-01-01T00:00:00Z',
      Schemas: 'S',
    };
    const result = read({ userName: 'a', [EQUIPMENT]: extension }, dialect, EQUIPPED_USER);
    expect(result.attributes[EQUIPMENT]).toEqual({ code: 'c', schemas: 'S', keys: [{ value: 'k' }] });
    expect(result.ignored).toEqual([`${EQUIPMENT}:ODD`, `${EQUIPMENT}:inspected`]);
  });

  it('CRE-08: demands the required attributes of an extension that has any, and not of one that has none', () => {
    const extended = (extension: Json) => () =>
      read({ userName: 'a', [EQUIPMENT]: extension }, dialect, EQUIPPED_USER).attributes;
    const keys = [{ value: 'k' }];
    expect(refusal(extended({ keys, note: 'N' }))).toBe(`400 invalidValue ${EQUIPMENT}:code: is required`);
    expect(refusal(extended({ keys, code: null }))).toBe(`400 invalidValue ${EQUIPMENT}:code: is required`);
    expect(refusal(extended({ code: 'c', keys: [] }))).toBe(
      `400 invalidValue ${EQUIPMENT}:keys: is required`,
    );
    for (const nothing of [{}, { note: null }, { odd: 1 }, { inspected: 'x' }, null]) {
      expect(extended(nothing)()).toEqual({ userName: 'a' });
    }
  });

  it('DISC-17: demands a required extension', () => {
    const type: ResourceType = {
      ...EQUIPPED_USER,
      schemaExtensions: EQUIPPED_USER.schemaExtensions.map(({ schema }) => ({
        schema,
        required: schema.id === ENTERPRISE,
      })),
    };
    for (const extension of [
      {},
      { [ENTERPRISE]: null },
      { [ENTERPRISE]: { department: null } },
      { [PARKING]: { lot: 'L' } },
    ]) {
      expect(refusal(() => read({ userName: 'a', ...extension }, dialect, type))).toBe(
        `400 invalidValue ${ENTERPRISE}: is required`,
      );
    }
    expect(
      read({ userName: 'a', [ENTERPRISE]: { department: 'D' } }, dialect, type).attributes,
    ).toHaveProperty([ENTERPRISE]);
  });

  it('orders names as the schemas do, whatever the body does', () => {
    const body: JsonObject = {
      [ENTERPRISE]: { department: 'D', employeeNumber: '1' },
      emails: [{ primary: true, value: 'a' }],
      userName: 'a',
      externalId: 'e',
    };
    expect(JSON.stringify(read(body, dialect).attributes)).toBe(
      `{"externalId":"e","userName":"a","emails":[{"value":"a","primary":true}],"${ENTERPRISE}":{"employeeNumber":"1","department":"D"}}`,
    );
  });

  it('reads the ids of members, in order, each once', () => {
    const members = [
      { value: 'b', display: null, $ref: 'x' },
      null,
      { Value: 'a', type: 'User' },
      { value: 'b' },
    ];
    expect(read({ displayName: 'G', members }, dialect, BUILT_IN_RESOURCE_TYPES.group).members).toEqual([
      'b',
      'a',
    ]);
    expect(read({ displayName: 'G', members: null }, dialect, BUILT_IN_RESOURCE_TYPES.group).members).toEqual(
      [],
    );
    expect(read({ displayName: 'G' }, dialect, BUILT_IN_RESOURCE_TYPES.group).members).toBeUndefined();
    expect(read({ displayName: 'G', members }, dialect, BUILT_IN_RESOURCE_TYPES.group).attributes).toEqual({
      displayName: 'G',
    });
  });

  it.each<[Json, string]>([
    [[{}], 'members[0].value: expected the id of a user or group as a string'],
    [[{ value: 'a' }, { value: 5 }], 'members[1].value: expected the id of a user or group as a string'],
    [[7], 'members[0]: expected an object with the member\'s id as "value", got a number'],
  ])('refuses members %j', (members, detail) => {
    expect(refusal(() => read({ displayName: 'G', members }, dialect, BUILT_IN_RESOURCE_TYPES.group))).toBe(
      `400 invalidValue ${detail}`,
    );
  });

  it('keeps the list of ignored names short', () => {
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}`, 1]));
    const { ignored } = read({ userName: 'a', ...unknown }, dialect);
    expect(ignored).toHaveLength(101);
    expect(ignored.at(-1)).toBe('…');
    const emails = Array.from({ length: 50 }, (_, index) => ({ value: `${index}`, odd: 1 }));
    expect(read({ userName: 'a', emails }, dialect).ignored).toEqual(['emails.odd']);
  });

  it('HTTP-17: names differ where their small letters do', () => {
    expect(read({ userName: 'a', ß: 1, SS: 1 }, dialect).ignored).toEqual(['ß', 'SS']);
  });

  it('answers arbitrary JSON with attributes or a ScimError', () => {
    let accepted = 0;
    const often = runs(500);
    const names = fc.constantFrom(
      'userName',
      'emails',
      'name',
      'active',
      'members',
      'schemas',
      ENTERPRISE,
      '__proto__',
      'groups',
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.dictionary(names, fc.jsonValue({ maxDepth: 2 })),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(names, fc.string()), value), fc.boolean(), (body, named) => {
        const whole = (named ? { ...body, userName: 'a', schemas: [USER] } : body) as JsonObject;
        try {
          readResource(whole, BUILT_IN_RESOURCE_TYPES.user, { dialect });
          accepted++;
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
        }
      }),
      often,
    );
    expect(accepted / often.numRuns).toBeGreaterThan(0.1);
  });
});

describe('readResource, strict', () => {
  it.each<[Json | undefined, string]>([
    [undefined, 'schemas: expected an array'],
    [[], 'schemas: must not be empty'],
    ['x', 'schemas: expected an array'],
    [[5], 'schemas: expected strings'],
    [[USER, 'urn:other'], 'schemas: "urn:other" is not a schema of User'],
    [[ENTERPRISE], `schemas: lacks ${USER}`],
    [['urn:scim:schemas:core:1.0'], 'schemas: "urn:scim:schemas:core:1.0" is not a schema of User'],
  ])('CRE-09: refuses schemas %j', (schemas, detail) => {
    const body: JsonObject = schemas === undefined ? { userName: 'a' } : { userName: 'a', schemas };
    expect(refusal(() => readResource(body, BUILT_IN_RESOURCE_TYPES.user, { dialect: 'strict' }))).toContain(
      `400 invalidValue ${detail}`,
    );
  });

  it('CRE-10: accepts schemas in any order and case', () => {
    const schemas = [ENTERPRISE.toUpperCase(), USER];
    expect(read({ schemas, userName: 'a' }).attributes).toEqual({ userName: 'a' });
  });

  it('CRE-18, CHAR-13: refuses two primaries', () => {
    const emails = [
      { value: 'a', primary: true },
      { value: 'b', primary: true },
    ];
    expect(refusal(() => read({ userName: 'a', emails }))).toMatch(/^400 invalidValue emails: more than one/);
  });

  it('stores an empty text on an optional attribute', () => {
    expect(read({ userName: 'a', title: '' }).attributes).toEqual({ userName: 'a', title: '' });
  });

  it.each<[string, Json]>([
    ['active', 'True'],
    ['emails', { value: 'a' }],
    ['emails', ['a']],
    ['name', [{ givenName: 'G' }]],
    [ENTERPRISE, { manager: '7' }],
    [ENTERPRISE, { manager: [{ value: '7' }] }],
  ])('refuses the form %s = %j', (name, value) => {
    expect(refusal(() => read({ userName: 'a', [name]: value }))).toMatch(/^400 invalidValue/);
  });
});

describe('readResource, lenient', () => {
  it.each<[string, Json]>([
    ['no schemas', null],
    ['empty schemas', []],
    ['a URI of no type', ['http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group']],
    ['the typo', [USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User']],
    ['drafts', ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:extension:enterprise:2.0']],
    ['both core schemas', [GROUP, USER]],
    ['a URN that goes on behind that of another type', [`${GROUP}s`]],
    ['a URN that ends in that of another type', [`x-${GROUP}`]],
    ['another type outside an array', GROUP],
  ])('asks nothing of schemas: %s', (_, schemas) => {
    expect(read({ schemas, userName: 'a' }, 'lenient').attributes).toEqual({ userName: 'a' });
  });

  it('PUT/POST of two primaries: the first true one wins', () => {
    const emails = [{ value: 'a' }, { value: 'b', Primary: 'True' }, { value: 'c', primary: true }];
    expect(read({ userName: 'a', emails }, 'lenient').attributes['emails']).toEqual([
      { value: 'a' },
      { value: 'b', primary: true },
      { value: 'c', primary: false },
    ]);
  });
});
