import { EQUIPPED_USER } from '../../../test/support/equipped-user.js';
import { BUILT_IN_RESOURCE_TYPES } from './resource-types.js';
import { attribute } from './define-attribute.js';
import { pathOfPart, resemblingName } from './resembling-names.js';
import { type ResourceType } from './schema.js';

const { user, group } = BUILT_IN_RESOURCE_TYPES;
const LONG = 'x'.repeat(61);
/** A type whose attributes are few and odd. */
const ODD: ResourceType = {
  ...group,
  schema: {
    ...group.schema,
    attributes: [
      attribute('homePhone', ''),
      attribute('workPhone', ''),
      attribute(LONG, ''),
      attribute('badges', '', {
        type: 'complex',
        multiValued: true,
        subAttributes: ['value', 'display', 'type', 'primary', '$ref', 'code', 'mode'].map((name) =>
          attribute(name, ''),
        ),
      }),
      attribute('made', '', {
        type: 'complex',
        mutability: 'readOnly',
        subAttributes: [attribute('maker', '')],
      }),
      attribute('kept', '', {
        type: 'complex',
        subAttributes: [attribute('keeper', '', { mutability: 'readOnly' }), attribute('shelf', '')],
      }),
    ],
  },
};
const CORE = user.schema.id;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

describe('resemblingName', () => {
  it.each([
    ['memebers', 'members'],
    ['Member', 'members'],
    ['dispalyName', 'displayName'],
    ['external_id', 'externalId'],
    ['name', 'displayName'],
    ['NAME', 'displayName'],
    [`${group.schema.id}:memebers`, 'members'],
    ['memebers.value', 'members.value'],
    ['members.vlaue', 'members.value'],
    [`memebers.${'x'.repeat(100)}`, `members.${'x'.repeat(60)}`],
  ])('of a group, %s resembles %s', (name, meant) => {
    expect(resemblingName(name, group)).toBe(meant);
  });

  it.each([
    ['usrName', 'userName'],
    ['email', 'emails'],
    ['email.value', 'emails.value'],
    ['emails.valu', 'emails.value'],
    ['name.givenNam', 'name.givenName'],
    ['departmnt', `${ENTERPRISE}:department`],
    [`${ENTERPRISE}:departmnt`, `${ENTERPRISE}:department`],
    [`${ENTERPRISE}:manager.vallue`, `${ENTERPRISE}:manager.value`],
    [`${CORE.toUpperCase()}:titel`, 'title'],
    ['country', 'addresses.country'],
    [`${ENTERPRISE.replace('User', 'Usr')}:department`, `${ENTERPRISE}:department`],
    [`${CORE}s:name.givenName`, `${CORE}:name.givenName`],
    [ENTERPRISE.replace('enterprise', 'enterprize'), ENTERPRISE],
    [`${ENTERPRISE}:Usr:department`, `${ENTERPRISE}:department`],
    ['language', 'preferredLanguage'],
  ])('of a user, %s resembles %s', (name, meant) => {
    expect(resemblingName(name, user)).toBe(meant);
  });

  it.each([
    'userName',
    'USERNAME',
    'name.givenName',
    'name',
    'emails',
    `${ENTERPRISE}:department`,
    'companyName',
    'address.streetAddress',
    'favoriteColor',
    'shoeSize',
    'type',
    'value',
    'group',
    'location',
    'ims2',
    'im',
    'url',
    'country.foo',
    'name.foo',
    'emails.foo',
    'userName.first',
    'urn:example:X:title',
    '',
    '.',
    '__proto__',
    'constructor',
    'urn:example:X:titel',
    `${'urn:x:'.repeat(5_000)}titel`,
    `${ENTERPRISE}:foo`,
    `${ENTERPRISE}:Usr:foo`,
    `${ENTERPRISE}:titel`,
    'x'.repeat(10_000),
  ])('of a user, %s is known or resembles nothing', (name) => {
    expect(resemblingName(name, user)).toBe(name === 'ims2' ? 'ims' : undefined);
  });
});

describe('resemblingName of a type with few attributes', () => {
  it.each([
    ['shelf', 'kept.shelf'],
    ['SHELF', 'kept.shelf'],
    ['badges.kode', 'badges.code'],
    [LONG.slice(1), LONG],
  ])('%s resembles %s', (name, meant) => {
    expect(resemblingName(name, ODD)).toBe(meant);
  });

  it.each([
    ['value', 'display', 'type', 'primary', '$ref', 'PRIMARY'],
    ['phone', 'maker', 'keeper', 'badges.code', 'badges.mode', `y${LONG.slice(1)}`],
  ])(
    'usual parts, what several have, what only the server sets and long names: %s resembles nothing',
    (...names) => {
      for (const name of names) expect(resemblingName(name, ODD)).toBeUndefined();
    },
  );
});

describe('pathOfPart', () => {
  it.each([
    ['familyName', 'name.familyName'],
    ['GIVENNAME', 'name.givenName'],
    [`${CORE}:honorificPrefix`, 'name.honorificPrefix'],
  ])('%s is %s', (name, path) => {
    // The paths of a type are kept, so that a new one is asked about.
    expect(pathOfPart(name, { ...user })).toBe(path);
  });

  it.each([
    'formatted',
    'country',
    'value',
    'created',
    'displayName',
    'userName',
    'odd',
    'name.familyName',
    '',
  ])('%s is no part, or not of one attribute alone', (name) => {
    expect(pathOfPart(name, { ...user })).toBeUndefined();
  });

  it('a group has none', () => {
    for (const name of ['value', 'display', 'familyName']) expect(pathOfPart(name, group)).toBeUndefined();
  });

  it('knows no part that is itself the name of an attribute, and none of several values', () => {
    const type = {
      ...ODD,
      schema: { ...ODD.schema, attributes: [...ODD.schema.attributes, attribute('Shelf', '')] },
    };
    expect(pathOfPart('keeper', ODD)).toBeUndefined();
    expect(pathOfPart('code', ODD)).toBeUndefined();
    expect(pathOfPart('shelf', ODD)).toBe('kept.shelf');
    expect(pathOfPart('shelf', type)).toBeUndefined();
  });

  it('knows those of extensions', () => {
    for (const { schema } of EQUIPPED_USER.schemaExtensions) {
      for (const { name, subAttributes = [], multiValued } of schema.attributes) {
        for (const part of subAttributes) {
          const path = pathOfPart(`${schema.id}:${part.name}`, EQUIPPED_USER);
          if (path !== undefined)
            expect([multiValued, path]).toEqual([false, `${schema.id}:${name}.${part.name}`]);
        }
      }
    }
  });
});
