import { findByName, printAttribute, resolveAttribute } from './attribute-path.js';
import { attribute } from './define-attribute.js';
import { type AttributeDefinition, type ResourceType, type SchemaDefinition } from './schema.js';

const schema = (id: string, ...attributes: AttributeDefinition[]): SchemaDefinition => ({
  id,
  name: 'Test',
  description: '',
  attributes,
});
const NAME = attribute('name', '', { type: 'complex', subAttributes: [attribute('givenName', '')] });
const LEVEL = attribute('level', '');
const BADGE = attribute('badge', '', { type: 'complex', subAttributes: [attribute('value', '')] });

const USER: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: '',
  schema: schema('urn:test:User', NAME, attribute('title', '')),
  schemaExtensions: [
    {
      schema: schema('urn:test:A:User', LEVEL, attribute('title', ''), attribute('both', '')),
      required: false,
    },
    { schema: schema('urn:test:B:User', BADGE, NAME, attribute('both', '')), required: false },
  ],
};

describe('resolveAttribute', () => {
  it.each([
    ['title', 'title'],
    ['NAME.GIVENNAME', 'name.givenName'],
    ['urn:TEST:user:title', 'title'],
    ['urn:test:User:meta.version', 'meta.version'],
    ['id', 'id'],
    ['Level', 'urn:test:A:User:level'],
    ['badge.value', 'urn:test:B:User:badge.value'],
    ['urn:test:A:User:title', 'urn:test:A:User:title'],
    ['urn:test:b:user:both', 'urn:test:B:User:both'],
  ])('%s is %s', (text, name) => {
    const found = resolveAttribute(USER, text);
    expect(found.kind === 'attribute' && printAttribute(found.target)).toBe(name);
  });

  it('says of an attribute what it is, and no more', () => {
    expect(resolveAttribute(USER, 'name')).toStrictEqual({ kind: 'attribute', target: { attribute: NAME } });
    expect(resolveAttribute(USER, 'level')).toStrictEqual({
      kind: 'attribute',
      target: { extension: 'urn:test:A:User', attribute: LEVEL },
    });
  });

  it.each([
    ['urn:test:User', { kind: 'core' }],
    ['URN:TEST:B:USER', { kind: 'extension', target: { extension: 'urn:test:B:User' } }],
  ])('knows the URN %s by itself', (text, expected) => {
    expect(resolveAttribute(USER, text)).toMatchObject(expected);
  });

  it.each([
    ['', 'is not an attribute of this resource type'],
    ['nick', 'is not an attribute of this resource type'],
    ['urn:test:User:level', 'is not an attribute of this resource type'],
    ['urn:test:A:User:name', 'is not an attribute of this resource type'],
    ['urn:test:Userx', 'does not begin with a schema of User'],
    ['urn:test:User2:title', 'does not begin with a schema of User'],
    ['urn:other:User:title', 'does not begin with a schema of User'],
    ['title.value', 'names no sub-attribute of title'],
    ['badge.code', 'names no sub-attribute of badge'],
    ['name.familyName', 'names no sub-attribute of name'],
    ['name.givenName.first', 'has more than one level of sub-attributes'],
    ['both', 'is defined by urn:test:A:User and urn:test:B:User; put the URN in front'],
  ])('does not know %j, since it %s', (text, problem) => {
    expect(resolveAttribute(USER, text)).toEqual({ kind: 'unknown', problem });
  });
});

describe('findByName', () => {
  it('finds without regard to case, and nothing where there is nothing', () => {
    expect(findByName([LEVEL, BADGE], 'bADGE')).toBe(BADGE);
    expect(findByName([LEVEL, BADGE], 'badg')).toBeUndefined();
    expect(findByName(undefined, 'badge')).toBeUndefined();
  });
});
