import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { thrownBy } from '../../../test/support/refusal.js';
import { type Dialect } from '../dialect/dialect.js';
import { ScimError } from '../error/scim-error.js';
import { printAttribute } from '../schema/attribute-path.js';
import { attribute } from '../schema/define-attribute.js';
import { BUILT_IN_RESOURCE_TYPES } from '../schema/resource-types.js';
import { type ResourceType } from '../schema/schema.js';
import { bindFilter, type BindOptions } from './bind-filter.js';
import { type BoundFilter } from './filter.js';
import { FilterParser } from './filter.parser.js';

const parser = new FilterParser();
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const WITH_EVERY_TYPE: ResourceType = {
  ...BUILT_IN_RESOURCE_TYPES.user,
  schema: {
    ...BUILT_IN_RESOURCE_TYPES.user.schema,
    attributes: [
      ...BUILT_IN_RESOURCE_TYPES.user.schema.attributes,
      attribute('age', 'An integer.', { type: 'integer' }),
      attribute('size', 'A decimal.', { type: 'decimal' }),
      attribute('hiredAt', 'A dateTime.', { type: 'dateTime' }),
      attribute('pin', 'Never returned.', { returned: 'never' }),
      attribute('vault', 'With a secret value.', {
        type: 'complex',
        subAttributes: [
          attribute('value', 'Never returned.', { returned: 'never' }),
          attribute('label', 'Shown.'),
        ],
      }),
      attribute('safe', 'With nothing but a secret.', {
        type: 'complex',
        subAttributes: [attribute('value', 'Never returned.', { returned: 'never' })],
      }),
      attribute('badge', 'With a secret part.', {
        type: 'complex',
        subAttributes: [
          attribute('value', 'Shown.'),
          attribute('code', 'Never returned.', { returned: 'never' }),
        ],
      }),
    ],
  },
};

function bind(
  text: string,
  dialect: Dialect = 'strict',
  type: ResourceType = WITH_EVERY_TYPE,
  options: Partial<BindOptions> = {},
): BoundFilter {
  return bindFilter(parser.parse(text, { dialect }), type, { dialect, ...options });
}

function outline(filter: BoundFilter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.operands.map(outline).join(` ${filter.kind} `)})`;
    case 'not':
      return `!${outline(filter.operand)}`;
    case 'valuePath':
      return `${printAttribute(filter.target)}[${outline(filter.filter)}]`;
    case 'present':
      return `${printAttribute(filter.target)} pr`;
    case 'compare':
      return `${printAttribute(filter.target)} ${filter.operator} ${filter.value.type}:${filter.value.value}`;
    case 'constant':
      return String(filter.value);
  }
}

describe('bindFilter', () => {
  it.each([
    ['FIL-03', 'USERNAME eq "BJensen"', 'userName eq text:bjensen'],
    ['FIL-33', 'userName eq "Ｂjensen"', 'userName eq text:bjensen'],
    ['FIL-05', 'externalId eq "AbC"', 'externalId eq text:AbC'],
    ['FIL-19', `${CORE}:name.FAMILYNAME co "O'M"`, "name.familyName co text:o'm"],
    ['FIL-19', `${ENTERPRISE}:department eq "X"`, `${ENTERPRISE}:department eq text:x`],
    ['FIL-20', 'employeeNumber eq "7"', `${ENTERPRISE}:employeeNumber eq text:7`],
    ['FIL-13', 'emails co "x"', 'emails.value co text:x'],
    ['FIL-24', 'manager eq "m"', `${ENTERPRISE}:manager.value eq text:m`],
    ['FIL-24', 'groups eq "0AB"', 'groups.value eq text:0ab'],
    ['FIL-24', 'id eq "0AB"', 'id eq text:0AB'],
    ['FIL-23', `schemas eq "${ENTERPRISE}"`, `schemas eq text:${ENTERPRISE}`],
    [
      'simple values',
      'schemas[Value eq "urn:X" or value pr]',
      'schemas[(schemas eq text:urn:X or schemas pr)]',
    ],
    [
      'FIL-06',
      'meta.lastModified gt "2011-05-13T06:42:34.50+02:00"',
      'meta.lastModified gt text:2011-05-13T04:42:34.5',
    ],
    ['FIL-06', 'meta.created sw "2011-05-13T"', 'meta.created sw text:2011-05-13T'],
    ['FIL-12', 'name pr', 'name pr'],
    ['FIL-12', 'emails pr', 'emails pr'],
    ['FIL-15', 'title eq null', '!title pr'],
    ['FIL-15', 'title ne null', 'title pr'],
    ['FIL-15', 'emails eq null', '!emails pr'],
    [
      'FIL-10',
      'emails[type eq "Work" and not (value pr)]',
      'emails[(emails.type eq text:work and !emails.value pr)]',
    ],
    ['FIL-10', 'name[givenName eq "x"]', 'name[name.givenName eq text:x]'],
    [
      'FIL-10',
      `${ENTERPRISE}:manager[value eq "x"]`,
      `${ENTERPRISE}:manager[${ENTERPRISE}:manager.value eq text:x]`,
    ],
    ['FIL-07', 'age ge 10 or size lt 1.5', '(age ge number:10 or size lt number:1.5)'],
    ['FIL-08', 'active ne false', 'active ne boolean:false'],
    ['FIL-08', 'x509Certificates sw "MII"', 'x509Certificates.value sw text:MII'],
    ['FIL-02', 'groups.$ref ew "/1"', 'groups.$ref ew text:/1'],
    ['ETAG', String.raw`meta.version eq "W/\"5.a1b2\""`, 'meta.version eq text:W/"5"'],
    ['ETAG', String.raw`meta.version ne "W/\"5\""`, 'meta.version ne text:W/"5"'],
    ['ETAG', String.raw`externalId eq "W/\"5.a1b2\""`, 'externalId eq text:W/"5.a1b2"'],
  ])('%s binds %s', (_row, text, meaning) => {
    expect(outline(bind(text))).toBe(meaning);
    expect(outline(bind(text, 'lenient'))).toBe(meaning);
  });

  it.each([
    ['FIL-22', 'title pr and favoriteColor eq "x"', 14, 'favoriteColor is not an attribute'],
    ['FIL-22', 'name.nick eq "x"', 1, 'name.nick names no sub-attribute'],
    ['FIL-22', 'constructor eq "x"', 1, 'constructor is not an attribute'],
    ['FIL-22', 'toString pr', 1, 'toString is not an attribute'],
    ['FIL-22', 'emails.constructor pr', 1, 'emails.constructor names no sub-attribute'],
    ['FIL-22', 'a.b.c pr', 1, 'a.b.c is not'],
    ['FIL-22', 'urn:x:User:userName pr', 1, 'urn:x:User:userName does not begin with a schema'],
    ['FIL-23', `${ENTERPRISE} pr`, 1, 'is a schema, not an attribute'],
    ['FIL-23', `${CORE} pr`, 1, 'is a schema, not an attribute'],
    ['FIL-11', 'emails[userName eq "x"]', 8, 'userName is no sub-attribute of emails'],
    ['FIL-11', 'emails[emails.type eq "x"]', 8, 'emails.type is no sub-attribute'],
    ['simple values', 'schemas[type eq "x"]', 9, 'type is no sub-attribute of schemas'],
    ['FIL-11', 'userName[value eq "x"]', 1, 'userName has no sub-attributes'],
    ['FIL-11', 'emails.type[value eq "x"]', 1, 'emails.type has no sub-attributes'],
    ['FIL-12', 'name eq "x"', 1, 'name is complex; compare a sub-attribute, such as name.formatted'],
    ['FIL-12', 'addresses co "x"', 1, 'addresses is complex'],
    ['FIL-08', 'active gt true', 1, 'active is of type boolean, which gt does not compare'],
    ['FIL-08', 'active ge true', 1, 'active is of type boolean, which ge does not compare'],
    ['FIL-08', 'active lt true', 1, 'active is of type boolean, which lt does not compare'],
    ['FIL-08', 'active co true', 1, 'active is of type boolean, which co does not compare'],
    ['FIL-08', 'x509Certificates le "x"', 1, 'x509Certificates is of type binary, which le does not compare'],
    ['FIL-07', 'age sw 1', 1, 'age is of type integer, which sw does not compare'],
    ['FIL-17', 'userName eq 7', 13, 'expected a quoted string'],
    ['FIL-17', 'userName eq true', 13, 'expected a quoted string, since userName is of type string'],
    ['FIL-17', 'profileUrl eq 1', 15, 'expected a quoted URI, since'],
    ['FIL-17', 'x509Certificates eq 1', 21, 'expected a quoted base64 string, since'],
    ['FIL-17', 'active eq "true"', 11, 'expected true or false'],
    ['FIL-17', 'active eq 1', 11, 'expected true or false'],
    ['FIL-17', 'age eq "7"', 8, 'expected an integer'],
    ['FIL-17', 'size eq true', 9, 'expected a number'],
    ['FIL-06', 'hiredAt gt "yesterday"', 12, 'expected a quoted date and time'],
    ['FIL-06', 'hiredAt eq "2011-05-13"', 12, 'expected a quoted date and time'],
    ['FIL-15', 'title gt null', 10, 'expected a value, since only eq and ne'],
    ['FIL-28', 'password co "hunter2"', 1, 'password cannot be used in a filter'],
    ['FIL-28', `${CORE}:PassWord pr`, 1, 'cannot be used in a filter'],
    ['FIL-28', 'pin sw "1"', 1, 'pin cannot be used in a filter'],
    ['FIL-28', 'badge.code pr', 1, 'badge.code cannot be used in a filter'],
    ['FIL-28', 'vault eq "x"', 1, 'vault is complex; compare a sub-attribute, such as vault.label'],
    ['FIL-28', 'safe sw "x"', 1, 'safe is complex; none of its sub-attributes can be compared'],
    ['FIL-28', 'badge[code sw "1"]', 7, 'code is no sub-attribute'],
  ])('%s refuses %s at column %i', (_row, text, column, problem) => {
    const error = thrownBy(() => bind(text));
    expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(error.detail).toContain(`column ${column}: `);
    expect(error.detail).toContain(problem);
    expect(error.detail).not.toContain('hunter2');
  });

  it.each([
    ['externalId eq 007', 'externalId eq text:007'],
    ['externalId eq 7.0', 'externalId eq text:7.0'],
    ['externalId eq 12345678901234567890', 'externalId eq text:12345678901234567890'],
    ['userName eq True', 'userName eq text:true'],
    ['displayName eq true', 'displayName eq text:true'],
    ['roles[primary eq "True"]', 'roles[roles.primary eq boolean:true]'],
    ['active eq False', 'active eq boolean:false'],
    ['age eq 7', 'age eq number:7'],
    ['age eq "7"', 'age eq number:7'],
    ['size ge "-1.50e2"', 'size ge number:-150'],
    ['meta.Created gt 2015-10-10T14:38:21.8617979-07:00', 'meta.created gt text:2015-10-10T21:38:21.861797'],
    ['emails[type eq "work"].value eq "x"', 'emails[(emails.type eq text:work and emails.value eq text:x)]'],
    ['title eq null', '!title pr'],
  ])('in lenient binds %s', (text, meaning) => {
    expect(outline(bind(text, 'lenient'))).toBe(meaning);
  });

  it.each([
    'active eq yes',
    'age eq 007',
    'age eq x',
    'age eq "9223372036854775808"',
    'age eq "9007199254740993"',
    'age eq 9007199254740993',
    'size lt 1e999',
    'meta.created gt 2015',
    'active eq 1',
  ])('in lenient still refuses %s', (text) => {
    expect(thrownBy(() => bind(text, 'lenient')).scimType).toBe('invalidFilter');
  });

  it.each([
    ['userName eq "x"', 'false'],
    ['userName pr', 'false'],
    ['userName ne "x"', 'true'],
    ['userName ne null', 'false'],
    ['userName eq null', 'true'],
    ['emails[type eq "x"] or displayName eq "X"', '(false or displayName eq text:x)'],
    ['not (userName pr)', '!false'],
    ['members[primary eq true]', 'members[false]'],
  ])(
    'FIL-21 at an endpoint of several types takes an unknown attribute as one without value: %s',
    (text, meaning) => {
      expect(
        outline(bind(text, 'strict', BUILT_IN_RESOURCE_TYPES.group, { unknownAttributes: 'noMatch' })),
      ).toBe(meaning);
    },
  );

  it('takes a URI of a resource for the absolute one, where the base URI is known', () => {
    const text = 'groups.$ref eq "../Groups/1"';
    expect(outline(bind(text))).toBe('groups.$ref eq text:/Groups/1');
    const options = { baseUri: 'https://h/scim/v2' };
    expect(outline(bind(text, 'strict', WITH_EVERY_TYPE, options))).toBe(
      'groups.$ref eq text:https://h/scim/Groups/1',
    );
  });

  it('FIL-28 refuses password there too', () => {
    const options = { unknownAttributes: 'noMatch' } as const;
    expect(
      thrownBy(() => bind('password pr', 'strict', BUILT_IN_RESOURCE_TYPES.group, options)).scimType,
    ).toBe('invalidFilter');
  });

  it('keeps the detail short, however long the name', () => {
    const rest = ' is not an attribute of this resource type';
    const fitting = 'x'.repeat(400 - rest.length);
    expect(thrownBy(() => bind(`${fitting} pr`)).detail).toBe(`column 1: ${fitting}${rest}`);
    expect(thrownBy(() => bind(`${'x'.repeat(16_000)} pr`)).detail).toBe(`column 1: ${'x'.repeat(400)}…`);
  });

  it('throws nothing but ScimError 400, whatever parses', () => {
    const name = fc.constantFrom(
      'userName',
      'emails',
      'emails.type',
      'name',
      'active',
      'age',
      'constructor',
      'meta',
      'schemas',
      'urn:a:b',
      'groups.$ref',
      'a.b.c',
    );
    const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
    const value = fc.constantFrom('"x"', '1', 'true', 'null', '"2011-05-13T04:42:34Z"', 'bare');
    const text = fc.oneof(
      fc.tuple(name, operator, value).map((parts) => parts.join(' ')),
      fc.tuple(name, name, operator, value).map(([outer, ...parts]) => `${outer}[${parts.join(' ')}]`),
    );
    fc.assert(
      fc.property(text, fc.constantFrom<Dialect>('lenient', 'strict'), (filter, dialect) => {
        try {
          bind(filter, dialect);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
        }
      }),
      runs(2_000),
    );
  });
});
