import { isJsonObject, type Json, type JsonObject } from '../json.js';
import { printAttribute, resolveAttribute } from './attribute-path.js';
import { attribute } from './define-attribute.js';
import { printSchema } from './print-schema.js';
import { BUILT_IN_RESOURCE_TYPES } from './resource-types.js';
import { type AttributeDefinition } from './schema.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SCHEMA_LIST = [
  BUILT_IN_RESOURCE_TYPES.user.schema,
  ...BUILT_IN_RESOURCE_TYPES.user.schemaExtensions.map(({ schema }) => schema),
  BUILT_IN_RESOURCE_TYPES.group.schema,
];

function definition(type: 'user' | 'group', path: string): AttributeDefinition {
  const found = resolveAttribute(BUILT_IN_RESOURCE_TYPES[type], path);
  if (found.kind !== 'attribute') throw new Error(`${path} is ${found.kind}`);
  return found.target.subAttribute ?? found.target.attribute;
}

function everyDefinition(): AttributeDefinition[] {
  const top = SCHEMA_LIST.flatMap(({ attributes }) => attributes);
  return [...top, ...top.flatMap(({ subAttributes = [] }) => subAttributes)];
}

describe('the schemas', () => {
  it('has the characteristics that decide behaviour', () => {
    expect(definition('user', 'userName')).toMatchObject({
      required: true,
      caseExact: false,
      uniqueness: 'server',
    });
    expect(definition('user', 'active')).toMatchObject({ type: 'boolean' });
    expect(definition('user', 'groups')).toMatchObject({ mutability: 'readOnly', multiValued: true });
    expect(definition('user', 'manager.displayName').mutability).toBe('readOnly');
    expect(definition('group', 'members')).toMatchObject({ mutability: 'readWrite', multiValued: true });
    for (const name of ['value', '$ref', 'type']) {
      expect(definition('group', `members.${name}`).mutability).toBe('immutable');
    }
    expect(definition('group', 'members.display').mutability).toBe('readOnly');
  });

  it('DISC-12 follows the errata', () => {
    expect(definition('user', 'addresses.primary').type).toBe('boolean');
    expect(definition('group', 'displayName').required).toBe(true);
    expect(definition('user', 'x509Certificates.value')).toMatchObject({ type: 'binary', caseExact: true });
    const references = everyDefinition().filter(({ type }) => type === 'reference');
    expect(references.map(({ caseExact }) => caseExact)).toEqual(references.map(() => true));
    expect(references).toHaveLength(5);
  });

  it('does not list password', () => {
    expect(resolveAttribute(BUILT_IN_RESOURCE_TYPES.user, 'password').kind).toBe('unknown');
  });

  it('gives sub-attributes to complex attributes alone, one level deep', () => {
    for (const { type, subAttributes } of everyDefinition()) {
      expect(subAttributes !== undefined).toBe(type === 'complex');
      expect(subAttributes?.some((sub) => sub.type === 'complex') ?? false).toBe(false);
    }
  });

  it.each([
    ['USERNAME', 'userName'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:name.givenName', 'name.givenName'],
    ['employeenumber', `${ENTERPRISE}:employeeNumber`],
    [`${ENTERPRISE.toUpperCase()}:MANAGER.VALUE`, `${ENTERPRISE}:manager.value`],
    ['meta.lastmodified', 'meta.lastModified'],
  ])('CHAR-21 resolves %s', (text, name) => {
    const found = resolveAttribute(BUILT_IN_RESOURCE_TYPES.user, text);
    expect(found.kind === 'attribute' && printAttribute(found.target)).toBe(name);
  });
});

describe('the resource types', () => {
  it('have the endpoints and names of the RFC, and are found by name', () => {
    const shown = BUILT_IN_RESOURCE_TYPES.types.map(({ name, endpoint, description }) => ({
      name,
      endpoint,
      description,
    }));
    expect(shown).toEqual([
      { name: 'User', endpoint: '/Users', description: 'User account' },
      { name: 'Group', endpoint: '/Groups', description: 'Group' },
    ]);
    for (const type of BUILT_IN_RESOURCE_TYPES.types) {
      expect(BUILT_IN_RESOURCE_TYPES.ofType(type.name)).toBe(type);
    }
  });
});

describe('printSchema', () => {
  it('shows what an attribute has, and nothing of what it lacks', () => {
    const value = attribute('value', 'Text.', { canonicalValues: ['x', 'y'] });
    const link = attribute('link', 'URI.', { type: 'reference', referenceTypes: ['User'] });
    const both = attribute('both', 'Two.', { type: 'complex', subAttributes: [value, link] });
    const { attributes } = printSchema(
      { id: 'urn:x', name: 'X', description: 'An X.', attributes: [both] },
      { groupDisplayName: 'none' },
    );
    const { caseExact: _caseExact, ...shown } = both;
    expect(attributes).toStrictEqual([{ ...shown, subAttributes: [value, link] }]);
  });

  const print = (schema: (typeof SCHEMA_LIST)[number]): JsonObject =>
    printSchema(schema, { groupDisplayName: 'server' });

  it.each(SCHEMA_LIST.map((schema) => [schema.name, schema] as const))(
    'DISC-10 prints every characteristic of %s, and no null',
    (_name, schema) => {
      const printed = print(schema);
      expect(printed).toMatchObject({
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
        id: schema.id,
        name: schema.name,
      });
      const check = (value: Json | undefined): void => {
        if (!Array.isArray(value)) throw new Error('no list of attributes');
        for (const attribute of value as readonly Json[]) {
          if (!isJsonObject(attribute)) throw new Error('no attribute');
          for (const key of [
            'name',
            'type',
            'multiValued',
            'description',
            'required',
            'mutability',
            'returned',
          ]) {
            expect(attribute[key]).toBeDefined();
          }
          expect('caseExact' in attribute).toBe(
            ['string', 'reference', 'binary'].includes(attribute['type'] as string),
          );
          if ('subAttributes' in attribute) check(attribute['subAttributes']);
        }
      };
      check(printed['attributes']);
      expect(JSON.stringify(printed)).not.toMatch(/null|undefined|password|type_|multi_valued/);
    },
  );

  it("tells the company's uniqueness of group names, and of nothing else", () => {
    const texts = (['none', 'server'] as const).map((groupDisplayName) =>
      JSON.stringify(printSchema(BUILT_IN_RESOURCE_TYPES.group.schema, { groupDisplayName })),
    );
    expect(texts[0]).not.toContain('"uniqueness":"server"');
    expect(texts[1]?.match(/"uniqueness":"server"/g)).toHaveLength(1);
    const user = printSchema(BUILT_IN_RESOURCE_TYPES.user.schema, { groupDisplayName: 'none' });
    expect(user).toEqual(print(BUILT_IN_RESOURCE_TYPES.user.schema));
  });
});
