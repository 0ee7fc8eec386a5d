import { type JsonObject } from '../json.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { bindFilter } from './bind-filter.js';
import { evaluateFilter } from './evaluate-filter.js';
import { FilterParser } from './filter.parser.js';

const parser = new FilterParser();
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const USER_WITH_NUMBERS: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schema: {
    ...BUILT_IN_RESOURCE_TYPES.user.schema,
    attributes: [
      ...BUILT_IN_RESOURCE_TYPES.user.schema.attributes,
      attribute('age', 'An integer.', { type: 'integer' }),
      attribute('size', 'A decimal.', { type: 'decimal' }),
      attribute('weight', 'A decimal.', { type: 'decimal' }),
      attribute('votes', 'Booleans.', { type: 'boolean', multiValued: true }),
      attribute('badge', 'One value that has a primary.', {
        type: 'complex',
        subAttributes: [
          attribute('value', 'Text.'),
          attribute('note', 'Text.'),
          attribute('primary', 'A boolean.', { type: 'boolean' }),
        ],
      }),
      attribute('keys', 'Values with another boolean.', {
        type: 'complex',
        multiValued: true,
        subAttributes: [attribute('value', 'Text.'), attribute('old', 'A boolean.', { type: 'boolean' })],
      }),
    ],
  },
};

const ADA: JsonObject = {
  schemas: [BUILT_IN_RESOURCE_TYPES.user.schema.id, ENTERPRISE],
  id: '0000000000000001',
  externalId: 'AbC',
  userName: 'Ada@Example.com',
  name: { honorificPrefix: null, givenName: 'Ada', familyName: "O'Malley" },
  title: '',
  nickName: '50%_*',
  active: false,
  age: 10,
  size: 0,
  weight: '1',
  votes: [null],
  badge: { value: '', note: 'n' },
  keys: [{ value: 'k' }],
  addresses: null,
  emails: [
    { type: 'work', value: 'ada@example.org', primary: true },
    { type: 'home', value: 'ada@Example.com' },
  ],
  ims: [],
  roles: [{ display: '' }],
  groups: [{ value: '00000000000000aa', display: 'Eng', type: 'direct' }],
  x509Certificates: [{ value: 'MIIa' }],
  [ENTERPRISE]: { employeeNumber: '7', manager: { value: 'm1' } },
  meta: {
    resourceType: 'User',
    created: '2011-05-13T04:42:34.500Z',
    lastModified: '2011-05-13T04:42:34Z',
    version: 'W/"5.a1b2"',
  },
};

const GROUP: JsonObject = {
  schemas: [BUILT_IN_RESOURCE_TYPES.group.schema.id],
  id: '00000000000000aa',
  displayName: 'Eng',
  members: [{ value: '0000000000000001', type: 'User', display: 'Ada' }],
  meta: { resourceType: 'Group', version: 'W/"5"' },
};

function finds(text: string, resource: JsonObject, type: ResourceType): boolean {
  return evaluateFilter(
    bindFilter(parser.parse(text, { dialect: 'strict' }), type, { dialect: 'strict' }),
    resource,
  );
}

describe('evaluateFilter', () => {
  it.each([
    ['FIL-02', 'userName eq "ada@example.com"', true],
    ['FIL-02', 'userName ne "ada@example.com"', false],
    ['FIL-02', 'name.familyName co "MALL"', true],
    ['FIL-02', 'userName sw "ADA"', true],
    ['FIL-02', 'userName ew ".COM"', true],
    ['FIL-02', 'userName ew ".co"', false],
    ['FIL-02', 'userName gt "ada"', true],
    ['FIL-02', 'userName ge "ada@example.com"', true],
    ['FIL-02', 'userName ge "b"', false],
    ['FIL-02', 'userName lt "ada@example.com"', false],
    ['FIL-02', 'userName lt "b"', true],
    ['FIL-02', 'userName le "ada@example.com"', true],
    ['FIL-02', 'userName le "ada"', false],
    ['FIL-02', 'userName le "B"', true],
    ['FIL-05', 'externalId eq "abc"', false],
    ['FIL-05', 'externalId co "bC"', true],
    ['FIL-06', 'meta.lastModified eq "2011-05-13T06:42:34.000+02:00"', true],
    ['FIL-06', 'meta.created gt "2011-05-13T04:42:34.49Z"', true],
    ['FIL-06', 'meta.created ew "500Z"', true],
    ['FIL-06', 'meta.created sw "2011-05"', true],
    ['FIL-06', 'meta.created sw "2011-05-13T04:42:34.500"', true],
    ['FIL-06', 'meta.created co "34.500Z"', true],
    ['FIL-07', 'age gt 9', true],
    ['FIL-07', 'age lt 9', false],
    ['number', 'age eq 10', true],
    ['number', 'age gt 10', false],
    ['number', 'age ge 10', true],
    ['number', 'age lt 10.5', true],
    ['number', 'age le 9.5', false],
    ['FIL-07', 'size eq 0.0', true],
    ['FIL-09', 'emails.type eq "home"', true],
    ['FIL-09', 'emails.value co "example.org" and emails.type eq "home"', true],
    ['FIL-10', 'emails[value co "example.org" and type eq "home"]', false],
    ['FIL-10', 'emails[value co "example.org" and type eq "work"]', true],
    ['FIL-10', 'name[givenName eq "ada" and familyName pr]', true],
    ['FIL-10', `${ENTERPRISE}:manager[value eq "m1"]`, true],
    ['FIL-11', 'emails[type eq "x" or not (primary eq true)]', true],
    ['FIL-13', 'emails co "EXAMPLE.ORG"', true],
    ['FIL-14', 'active pr', true],
    ['FIL-14', 'size pr', true],
    ['FIL-14', 'title pr', false],
    ['FIL-14', 'ims pr', false],
    ['FIL-14', 'roles pr', false],
    ['FIL-14', 'emails pr', true],
    ['FIL-14', 'name pr', true],
    ['FIL-14', 'name.middleName pr', false],
    ['FIL-14', 'badge pr', true],
    ['FIL-14', 'name.honorificPrefix pr', false],
    ['FIL-14', 'addresses pr', false],
    ['FIL-10', 'addresses[not (type pr)]', false],
    ['FIL-14', 'displayName pr', false],
    ['FIL-15', 'displayName eq null', true],
    ['FIL-15', 'userName eq null', false],
    ['FIL-15', 'userName ne null', true],
    ['FIL-15', 'ims eq null', true],
    ['FIL-20', 'employeeNumber eq "7"', true],
    ['FIL-23', `schemas eq "${ENTERPRISE}"`, true],
    ['FIL-23', 'schemas eq "urn:x"', false],
    ['FIL-24', 'id eq "0000000000000001" and manager eq "m1"', true],
    ['FIL-24', 'groups.value eq "00000000000000AA"', true],
    ['FIL-24', 'groups[display eq "eng" and type eq "direct"]', true],
    ['FIL-24', 'meta.resourceType eq "User"', true],
    ['FIL-25', 'nickName co "%"', true],
    ['FIL-25', 'nickName co "%*"', false],
    ['FIL-25', 'nickName eq "5%"', false],
    ['FIL-25', 'userName co "_"', false],
    ['FIL-25', 'userName co ".*"', false],
    ['FIL-26', `userName eq "x' or '1'='1"`, false],
    // Without a value, every comparison but `ne` is false.
    ['unassigned', 'displayName eq "x"', false],
    ['unassigned', 'displayName eq ""', false],
    ['unassigned', 'displayName lt "x"', false],
    ['unassigned', 'displayName ne "x"', true],
    ['unassigned', 'name.middleName ne "x"', true],
    ['unassigned', 'ims.value ne "x"', true],
    ['unassigned', 'phoneNumbers ne "x"', true],
    ['unassigned', 'not (displayName eq "x")', true],
    ['empty text', 'title eq ""', true],
    ['any value differs', 'emails.type ne "work"', true],
    ['no value differs', 'groups.display ne "eng"', false],
    ['element without it', 'roles.value ne "x"', true],
    ['primary', 'emails[type eq "home" and primary eq false]', true],
    ['primary', 'emails[type eq "work" and primary eq false]', false],
    ['primary', 'emails[type eq "home" and primary ne false]', false],
    ['primary', 'emails[type eq "home" and primary pr]', false],
    ['primary', 'phoneNumbers.primary eq false', false],
    ['primary of a single value', 'badge.primary eq false', false],
    ['another boolean', 'keys.old eq false', false],
    ['nothing in a list', 'votes eq false', false],
    ['a value of another type', 'weight gt 0', false],
    ['version', String.raw`meta.version eq "W/\"5\""`, true],
    ['version', String.raw`meta.version eq "W/\"5.other\""`, true],
    ['version', String.raw`meta.version ne "W/\"6.a1b2\""`, true],
    // Precedence and parentheses.
    ['FIL-04', 'userName pr or title pr and ims pr', true],
    ['FIL-04', '(userName pr or title pr) and ims pr', false],
    ['FIL-04', 'not (title pr) and ims pr', false],
    ['De Morgan', 'not (userName pr and title pr)', true],
    ['De Morgan', 'not (userName pr or title pr)', false],
    ['not over many', 'not (emails.type eq "work")', false],
    ['not over many', 'not (emails[type eq "other"])', true],
  ])('%s: %s is %s', (_row, text, expected) => {
    expect(finds(text, ADA, USER_WITH_NUMBERS)).toBe(expected);
  });

  it.each([
    ['members eq "0000000000000001"', true],
    ['members.value ne "0000000000000001"', false],
    ['members[type eq "user" and value eq "0000000000000001"]', true],
    ['members[type eq "Group"]', false],
    ['members pr', true],
    [String.raw`meta.version eq "W/\"5\""`, true],
  ])('GRP-13 %s is %s for a group', (text, expected) => {
    expect(finds(text, GROUP, BUILT_IN_RESOURCE_TYPES.group)).toBe(expected);
  });

  it.each([
    ['userName eq "x"', false],
    ['userName ne "x"', true],
    ['userName pr', false],
    ['userName eq null or displayName eq "x"', true],
    ['not (emails[type eq "work"])', true],
  ])('at an endpoint of several types, %s is %s of a group', (text, expected) => {
    const parsed = parser.parse(text, { dialect: 'strict' });
    const options = { dialect: 'strict', unknownAttributes: 'noMatch' } as const;
    expect(evaluateFilter(bindFilter(parsed, BUILT_IN_RESOURCE_TYPES.group, options), GROUP)).toBe(expected);
  });

  it.each(['co', 'sw', 'ew'] as const)('finds no part of a number (%s)', (operator) => {
    const target = { attribute: attribute('age', 'An integer.', { type: 'integer' }) };
    const filter = { kind: 'compare', target, operator, value: { type: 'number', value: 1 } } as const;
    expect(evaluateFilter(filter, { age: 1 })).toBe(false);
  });

  it('reads nothing that the resource inherits', () => {
    const bare = JSON.parse(
      '{"__proto__":{"title":"x"},"name":{"__proto__":{"givenName":"x"}}}',
    ) as JsonObject;
    expect(finds('title pr or name.givenName pr', bare, BUILT_IN_RESOURCE_TYPES.user)).toBe(false);
    const child = Object.create({ title: 'x' }) as JsonObject;
    expect(finds('title pr', child, BUILT_IN_RESOURCE_TYPES.user)).toBe(false);
  });
});
