import { type Json, type JsonObject } from '../../json.js';
import { BUILT_IN_RESOURCE_TYPES } from '../resource-types.js';
import { extendRegistry } from './extend-registry.js';

const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const BADGE = 'urn:example:badge:1.0:User';

const badge = (attributes: Json, rest: JsonObject = {}): JsonObject => ({ id: BADGE, attributes, ...rest });
const userType = (schemaExtensions: Json, rest: JsonObject = {}): JsonObject => ({
  schemas: [RESOURCE_TYPE],
  name: 'User',
  schemaExtensions,
  ...rest,
});

const extend = (...contents: Json[]): ReturnType<typeof extendRegistry> =>
  extendRegistry(
    BUILT_IN_RESOURCE_TYPES,
    contents.map((content, index) => ({ name: `${index}.json`, content })),
  );
const problems = (...contents: Json[]): readonly string[] => extend(...contents).problems;
/** What is wrong with one attribute, without the path in front. */
const faults = (attribute: Json): readonly string[] =>
  problems(badge([attribute])).map((line) => line.replace('0.json: attributes[0]', '').replace(/^\./, ''));

describe('a schema document', () => {
  it('CHAR-01 has the defaults of the RFC where it is silent', () => {
    const { schemas, problems: found } = extend(badge([{ name: 'room' }]));
    expect(found).toEqual([]);
    expect(schemas.user.schemaExtensions.at(-1)).toEqual({
      required: false,
      schema: {
        id: BADGE,
        name: 'User',
        description: 'User',
        attributes: [
          {
            name: 'room',
            type: 'string',
            multiValued: false,
            description: 'room',
            required: false,
            caseExact: false,
            mutability: 'readWrite',
            returned: 'default',
            uniqueness: 'none',
          },
        ],
      },
    });
  });

  it('keeps every characteristic that it names', () => {
    const attribute = {
      name: 'room',
      type: 'reference',
      multiValued: true,
      description: 'Rooms.',
      required: true,
      caseExact: false,
      mutability: 'immutable',
      returned: 'request',
      uniqueness: 'server',
      canonicalValues: ['https://x'],
      referenceTypes: ['external', 'User'],
    };
    const { schemas, problems: found } = extend(badge([attribute], { name: 'Badge', description: '' }));
    expect(found).toEqual([]);
    expect(schemas.user.schemaExtensions.at(-1)?.schema).toEqual({
      id: BADGE,
      name: 'Badge',
      description: 'Badge',
      attributes: [attribute],
    });
  });

  it.each([
    ['reference', true, ['uri']],
    ['binary', true, undefined],
    ['string', false, undefined],
  ])('CHAR-01 an attribute of type %s compares exactly: %s', (type, caseExact, referenceTypes) => {
    const { schemas } = extend(badge([{ name: 'a', type }]));
    const [definition] = schemas.user.schemaExtensions.at(-1)?.schema.attributes ?? [];
    expect(definition).toMatchObject({ caseExact });
    expect(definition?.referenceTypes).toEqual(referenceTypes);
  });

  it('a writeOnly attribute that is silent about returned is never returned', () => {
    const { schemas } = extend(badge([{ name: 'a', mutability: 'writeOnly' }]));
    expect(schemas.user.schemaExtensions.at(-1)?.schema.attributes[0]?.returned).toBe('never');
  });

  it('null and an empty array say nothing, as everywhere (RFC 7643 §2.5)', () => {
    const silent = {
      type: null,
      subAttributes: [],
      canonicalValues: [],
      referenceTypes: null,
      required: null,
    };
    expect(faults({ name: 'a', ...silent })).toEqual([]);
  });

  it('has sub-attributes with several values, and $ref', () => {
    const subAttributes = [
      { name: '$ref', type: 'reference' },
      { name: 'tags', multiValued: true },
    ];
    expect(faults({ name: 'a', type: 'complex', subAttributes })).toEqual([]);
  });

  it.each<[string, Json, string[]]>([
    ['no object', 'x', [': expected an object, found "x"']],
    ['no name', {}, ['name: is missing']],
    ['another name than text', { name: 7 }, ['name: expected a text, found 7']],
    ['CHAR-20 a digit first', { name: '1a' }, [expect.stringContaining('name: expected a letter')]],
    ['CHAR-20 a dot', { name: 'a.b' }, [expect.stringContaining('name: expected a letter')]],
    ['CHAR-20 $ref at the top', { name: '$ref' }, [expect.stringContaining('name: expected a letter')]],
    [
      'an unknown type',
      { name: 'a', type: 'text' },
      [
        'type: expected one of "string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", ' +
          '"complex", found "text"',
      ],
    ],
    ['a type in another case', { name: 'a', type: 'String' }, [expect.stringMatching(/^type: .*"String"$/)]],
    ['an unknown mutability', { name: 'a', mutability: 'never' }, [expect.stringMatching(/^mutability: /)]],
    [
      'an unknown returned',
      { name: 'a', returned: true },
      [expect.stringMatching(/^returned: .* found true$/)],
    ],
    ['an unknown uniqueness', { name: 'a', uniqueness: 'all' }, [expect.stringMatching(/^uniqueness: /)]],
    [
      'a flag as text',
      { name: 'a', multiValued: 'true' },
      ['multiValued: expected true or false, found "true"'],
    ],
    [
      'a misspelt member',
      { name: 'a', caseexact: true },
      [expect.stringMatching(/^caseexact: is not known here/)],
    ],
    [
      'values that are no texts',
      { name: 'a', canonicalValues: ['x', 1] },
      ['canonicalValues[1]: expected a text, found 1'],
    ],
    [
      'values that are no list',
      { name: 'a', canonicalValues: 'x' },
      ['canonicalValues: expected an array, found "x"'],
    ],
    [
      'CHAR-12 a complex one without parts',
      { name: 'a', type: 'complex' },
      ['subAttributes: a complex attribute needs at least one'],
    ],
    [
      'a simple one with parts',
      { name: 'a', subAttributes: [{ name: 'b' }] },
      ['subAttributes: an attribute of type string has none'],
    ],
    [
      'CHAR-12 a complex part',
      {
        name: 'a',
        type: 'complex',
        subAttributes: [{ name: 'b', type: 'complex', subAttributes: [{ name: 'c' }] }],
      },
      ['subAttributes[0].type: a sub-attribute cannot be complex itself (RFC 7643 §2.3.8)'],
    ],
    [
      'two parts of one name',
      { name: 'a', type: 'complex', subAttributes: [{ name: 'b' }, { name: 'B' }] },
      ['subAttributes[1].name: B stands at attributes[0].subAttributes[0] already'],
    ],
    [
      'required and readOnly',
      { name: 'a', required: true, mutability: 'readOnly' },
      [expect.stringMatching(/^required: /)],
    ],
    [
      'writeOnly and returned',
      { name: 'a', mutability: 'writeOnly', returned: 'default' },
      [expect.stringMatching(/^returned: /)],
    ],
    [
      'a unique boolean',
      { name: 'a', type: 'boolean', uniqueness: 'server' },
      [expect.stringMatching(/^uniqueness: .*boolean/)],
    ],
    [
      'types of what is no reference',
      { name: 'a', referenceTypes: ['User'] },
      ['referenceTypes: an attribute of type string has none'],
    ],
    [
      'usual values of a boolean',
      { name: 'a', type: 'boolean', canonicalValues: ['x'] },
      ['canonicalValues: an attribute of type boolean has none'],
    ],
  ])('an attribute with %s is refused', (_what, attribute, expected) => {
    expect(faults(attribute)).toEqual(expected);
  });

  it.each<[string, JsonObject, string]>([
    [
      'no id',
      { attributes: [{ name: 'a' }] },
      'id: is missing; expected a URN such as urn:example:badge:1.0:User',
    ],
    ['no URN', badge([{ name: 'a' }], { id: 'badge' }), 'id: expected a URN'],
    ['a blank in it', badge([{ name: 'a' }], { id: 'urn:example:my badge:User' }), 'id: expected a URN'],
    ['a slash in it', badge([{ name: 'a' }], { id: 'urn:example:a/b:User' }), 'id: expected a URN'],
    ['a colon last', badge([{ name: 'a' }], { id: 'urn:example:User:' }), 'id: expected a URN'],
    [
      'a core URN',
      badge([{ name: 'a' }], { id: 'urn:ietf:params:scim:schemas:core:2.0:User' }),
      'id: is reserved',
    ],
    [
      'DISC-13 a message',
      badge([{ name: 'a' }], { id: 'urn:ietf:params:scim:api:messages:2.0:User' }),
      'id: is reserved',
    ],
    [
      'the Enterprise extension',
      badge([{ name: 'a' }], { id: 'URN:ietf:params:scim:schemas:extension:enterprise:2.0:User' }),
      'id: URN:ietf:params:scim:schemas:extension:enterprise:2.0:User is a schema that every deployment has',
    ],
    [
      'what begins like it',
      badge([{ name: 'a' }], { id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:User' }),
      'id: begins like urn:ietf:params:scim:schemas:extension:enterprise:2.0:User or the other way round; ' +
        'a path could mean an attribute of either',
    ],
    [
      'what drafts called it',
      badge([{ name: 'a' }], { id: 'urn:scim:schemas:extension:enterprise:1.0:Staff:User' }),
      'id: is what drafts of SCIM called urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    ['an unknown member', badge([{ name: 'a' }], { attribute: [] }), 'attribute: is not known here'],
    ['no attributes', badge([]), 'attributes: a schema needs at least one'],
    ['attributes that are no list', badge({}), 'attributes: expected an array, found an object'],
    [
      'nothing that it extends',
      badge([{ name: 'a' }], { id: 'urn:example:badge' }),
      'id: does not say what it extends: let it end in ":User" or ":Group", or name it in the schemaExtensions of a ' +
        'ResourceType document in the same folder',
    ],
  ])('one with %s is refused', (_what, document, expected) => {
    const [first = '', ...others] = problems(document);
    expect(first).toContain(`0.json: ${expected}`);
    expect(others).toEqual([]);
  });

  it.each([
    [BADGE, `${BADGE}:big:User`],
    [`${BADGE}:big:User`, BADGE],
  ])('one that begins like another, or the other way round, is refused: %s, %s', (first, second) => {
    const documents = [first, second].map((id) => badge([{ name: 'a' }], { id }));
    expect(problems(...documents)).toEqual([expect.stringContaining(`1.json: id: begins like ${first} or`)]);
  });

  it('says which other document has its id', () => {
    expect(problems(badge([{ name: 'a' }]), badge([{ name: 'b' }], { id: BADGE.toUpperCase() }))).toEqual([
      `1.json: id: 0.json defines ${BADGE} already`,
    ]);
  });

  it('reports all faults of all documents', () => {
    expect(
      problems(
        badge([{ name: 'a', type: 'text' }, { name: '' }, { name: 'A', required: 1 }]),
        badge(null, { id: 'urn:example:b' }),
        ['x'],
      ).map((line) => line.split(': ', 2).join(' ')),
    ).toEqual([
      '0.json attributes[0].type',
      '0.json attributes[1].name',
      '0.json attributes[2].required',
      '0.json attributes[2].name',
      '1.json attributes',
      '2.json expected an object, found an array',
      '1.json id',
    ]);
  });
});

describe('what a schema extends', () => {
  const plain = { attributes: [{ name: 'a' }] };
  const urnsOf = (type: 'user' | 'group', ...documents: Json[]): readonly (readonly [string, boolean])[] => {
    const { schemas, problems: found } = extend(...documents);
    expect(found).toEqual([]);
    return schemas[type].schemaExtensions
      .slice(1)
      .map(({ schema, required }) => [schema.id, required] as const);
  };

  it('is what its URN ends in, in any case', () => {
    const documents = [
      { id: 'urn:example:a:user', ...plain },
      { id: 'urn:example:a:GROUP', ...plain },
    ];
    expect(urnsOf('user', ...documents)).toEqual([['urn:example:a:user', false]]);
    expect(urnsOf('group', ...documents)).toEqual([['urn:example:a:GROUP', false]]);
  });

  it('is what resource types say, who also say what is required', () => {
    const documents = [
      { id: 'urn:example:a', ...plain },
      { id: 'urn:example:b:User', ...plain },
      userType([{ schema: 'URN:example:A', required: true }]),
      userType([{ schema: 'urn:example:a' }, { schema: 'urn:example:b:User' }], { name: 'Group' }),
    ];
    expect(urnsOf('user', ...documents)).toEqual([['urn:example:a', true]]);
    expect(urnsOf('group', ...documents)).toEqual([
      ['urn:example:a', false],
      ['urn:example:b:User', false],
    ]);
    expect(extend(...documents).schemas.schemas.map(({ id }) => id)).toHaveLength(6);
  });

  it('may be asked of a built-in extension, which can become required', () => {
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const { schemas, problems: found } = extend(userType([{ schema: urn, required: true }]));
    expect(found).toEqual([]);
    expect(schemas.user.schemaExtensions).toMatchObject([{ schema: { id: urn }, required: true }]);
  });

  it.each<[string, JsonObject, string]>([
    [
      'an unknown type',
      userType([{ schema: 'x' }], { name: 'Device' }),
      'name: expected one of "User", "Group", found "Device"',
    ],
    ['no type', userType([{ schema: 'x' }], { name: null }), 'name: is missing'],
    [
      'another endpoint',
      userType([{ schema: BADGE }], { endpoint: '/People' }),
      'endpoint: expected one of "/Users", found "/People"',
    ],
    ['another schema', userType([{ schema: BADGE }], { schema: BADGE }), 'schema: expected one of'],
    ['no extensions', userType(null), 'schemaExtensions: is missing'],
    ['no schema in one', userType([{ required: true }]), 'schemaExtensions[0].schema: is missing'],
    [
      'a schema of no document',
      userType([{ schema: 'urn:example:x' }]),
      'schemaExtensions[0].schema: urn:example:x is defined by no document',
    ],
    [
      'one schema twice',
      userType([{ schema: BADGE }, { schema: BADGE }]),
      `schemaExtensions[1].schema: ${BADGE} is named twice`,
    ],
    [
      'a flag as text',
      userType([{ schema: BADGE, required: 'no' }]),
      'schemaExtensions[0].required: expected true or false',
    ],
    [
      'an unknown member',
      userType([{ schema: BADGE, needed: true }]),
      'schemaExtensions[0].needed: is not known here',
    ],
  ])('is refused from a resource type with %s', (_what, document, expected) => {
    const [first = '', ...others] = problems(badge([{ name: 'a' }]), document);
    expect(first).toContain(`1.json: ${expected}`);
    expect(others).toEqual([]);
  });

  it('is said by one document a resource type', () => {
    expect(
      problems(badge([{ name: 'a' }]), userType([{ schema: BADGE }]), userType([{ schema: BADGE }])),
    ).toEqual(['2.json: name: 1.json is about User already']);
  });
});
