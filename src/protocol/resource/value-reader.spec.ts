import { EQUIPMENT, EQUIPPED_USER } from '../../../test/support/equipped-user.js';
import { refusal } from '../../../test/support/refusal.js';
import { type Json } from '../json.js';
import { resolveAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { IgnoredNames } from './ignored-names.js';
import { isDerived, namesOf, readElements, readParts, readValue, wrongType } from './value-reader.js';

function definition(path: string): AttributeDefinition {
  const resolution = resolveAttribute(EQUIPPED_USER, path);
  if (resolution.kind !== 'attribute') throw new Error(path);
  return resolution.target.subAttribute ?? resolution.target.attribute;
}

function read(path: string, value: Json, ignored = new IgnoredNames()): Json | undefined {
  return readValue(definition(path), value, path, ignored);
}

describe('readValue', () => {
  it.each<[string, Json, string]>([
    ['title', 5, 'expected a string, got a number'],
    ['profileUrl', 5, 'expected a string, got a number'],
    ['active', 'true', 'expected true or false, got a string'],
    ['active', [], 'expected true or false, got an array'],
    ['count', '3', 'expected an integer, got a string'],
    ['count', true, 'expected an integer, got a boolean'],
    ['count', 3.5, 'expected an integer without a fraction'],
    ['weight', '3', 'expected a number, got a string'],
    ['weight', {}, 'expected a number, got an object'],
    ['since', '2026-13-01T00:00:00Z', 'expected a date and time such as 2026-01-31T08:30:00Z'],
    ['code', '', 'is required and must not be empty'],
    ['code', ' \t', 'is required and must not be empty'],
    ['emails', { value: 'a' }, 'expected an array, got an object'],
    ['tags', 'a', 'expected an array, got a string'],
    ['name', true, 'expected an object, got a boolean'],
  ])('refuses %s = %j', (path, value, problem) => {
    expect(refusal(() => read(path, value))).toBe(`400 invalidValue ${path}: ${problem}`);
  });

  it.each<[string, Json]>([
    ['title', ''],
    ['profileUrl', 'any text'],
    ['active', false],
    ['count', -3],
    ['weight', 0.25],
    ['weight', 3],
    ['since', '2026-01-31T08:30:00+01:00'],
    ['tags', ['a', '']],
    ['locker', { number: '7', $ref: 'x' }],
  ])('reads %s = %j as it is', (path, value) => {
    expect(read(path, value)).toStrictEqual(value);
  });

  it.each([
    ['', true],
    ['QUJD', true],
    ['QUI=', true],
    ['QUI', true],
    ['QQ==', true],
    ['QQ', true],
    ['+/+/', true],
    ['Q', false],
    ['QUJDR', false],
    ['QQ=', false],
    ['QUJD=', false],
    ['QUJD==', false],
    ['Q===', false],
    ['=', false],
    ['==', false],
    ['QU=D', false],
    ['QU JD', false],
    ['QUJ-', false],
    ['é', false],
    ['QUJD\n', false],
  ])('CHAR-10: base64 %j: %s', (value, valid) => {
    const problem = '400 invalidValue x509Certificates.value: expected base64 (RFC 4648 §4)';
    expect(refusal(() => read('x509Certificates.value', value))).toBe(valid ? 'accepted' : problem);
  });

  it('CHAR-10: reads binaries as long as a body may be', () => {
    const long = 'QUJD'.repeat(4_000_000);
    expect(read('x509Certificates.value', `${long}QQ==`)).toHaveLength(16_000_004);
    expect(refusal(() => read('x509Certificates.value', `${long}Q`))).toMatch(/base64/);
  });

  it('demands the required parts of a complex value that has any', () => {
    expect(refusal(() => read('locker', { note: 'N' }))).toBe('400 invalidValue locker.number: is required');
    expect(refusal(() => read('locker', { note: 'N', number: null }))).toBe(
      '400 invalidValue locker.number: is required',
    );
    expect(refusal(() => read('keys', [{ value: 'a' }, { note: 'N' }]))).toBe(
      '400 invalidValue keys[1].value: is required',
    );
    expect(read('locker', { note: null })).toBeUndefined();
    expect(read('locker', { odd: 1 })).toBeUndefined();
    expect(read('locker', { NUMBER: '7' })).toEqual({ number: '7' });
  });

  it('leaves out, and names, what it does not know or what the server works out', () => {
    const ignored = new IgnoredNames();
    const manager = { value: '7', $ref: 'x', DISPLAYNAME: 'B', odd: 1 };
    expect(read('manager', manager, ignored)).toStrictEqual({ value: '7' });
    expect([...ignored]).toEqual(['manager.displayName', 'manager.odd']);
  });
});

describe('readElements', () => {
  it('drops null and what becomes empty, and counts places as they were sent', () => {
    expect(
      readElements(definition('emails'), [null, {}, { value: 'a' }], 'emails', new IgnoredNames()),
    ).toEqual([{ value: 'a' }]);
    expect(
      refusal(() => readElements(definition('emails'), [null, {}, 5], 'emails', new IgnoredNames())),
    ).toBe('400 invalidValue emails[2]: expected an object, got a number');
  });

  it('takes a thousand values that differ, and no more', () => {
    const values = Array.from({ length: 1001 }, (_, index) => ({ value: `a${index}` }));
    const readEmails = (elements: Json[]): Json[] =>
      readElements(definition('emails'), elements, 'emails', new IgnoredNames());
    expect(readEmails([...values.slice(1), { value: 'A1' }])).toHaveLength(1000);
    expect(refusal(() => readEmails(values))).toBe(
      '400 invalidValue emails: 1001 values; one attribute may have 1000 at most',
    );
  });

  it('CHAR-13: counts primaries once equal elements are one', () => {
    const one = { value: 'a', primary: true };
    expect(
      readElements(definition('emails'), [one, one, { value: 'b' }], 'emails', new IgnoredNames()),
    ).toHaveLength(2);
    expect(
      refusal(() =>
        readElements(
          definition('emails'),
          [one, { value: 'b', primary: true }],
          'emails',
          new IgnoredNames(),
        ),
      ),
    ).toBe('400 invalidValue emails: more than one value has primary true; at most one may');
  });
});

describe('readParts', () => {
  it('keeps null for what is cleared, in the order of the schema', () => {
    const parts = readParts(
      definition('name'),
      { givenName: null, FAMILYNAME: 'L', odd: 1 },
      'name',
      new IgnoredNames(),
    );
    expect(JSON.stringify(parts)).toBe('{"familyName":"L","givenName":null}');
  });

  it('HTTP-18: refuses a part in two spellings, null included', () => {
    const parts = { givenName: null, GivenName: 'A' };
    expect(refusal(() => readParts(definition('name'), parts, 'name', new IgnoredNames()))).toBe(
      '400 invalidSyntax name.givenName: stands twice in one object; names are compared without regard to case',
    );
  });
});

describe('namesOf', () => {
  const twice = 'stands twice in one object; names are compared without regard to case';

  it('gives the names in lower case, and refuses two spellings of one', () => {
    expect([...namesOf({ userName: 'a', TITLE: 'b' })]).toEqual(['username', 'title']);
    expect(refusal(() => namesOf({ title: 'a', TITLE: 'b' }))).toBe(`400 invalidSyntax TITLE: ${twice}`);
    expect(refusal(() => namesOf({ title: 'a', TITLE: 'b' }, 'Operations[0].value'))).toBe(
      `400 invalidSyntax Operations[0].value.TITLE: ${twice}`,
    );
  });
});

describe('isDerived', () => {
  it.each([
    ['manager', 'displayName', true],
    ['manager', '$ref', true],
    ['manager', 'value', false],
    ['groups', 'display', true],
    [`${EQUIPMENT}:locker`, '$ref', false],
  ])('%s.%s: %s', (path, part, expected) => {
    expect(isDerived(definition(path), definition(`${path}.${part}`))).toBe(expected);
  });
});

describe('wrongType', () => {
  it.each<[Json, string]>([
    [null, 'null'],
    [[], 'an array'],
    [{}, 'an object'],
    ['secret', 'a string'],
    [5, 'a number'],
    [false, 'a boolean'],
  ])('says of %j that it is %s, and not what it says', (value, name) => {
    expect(wrongType('title', 'a text', value).detail).toBe(`title: expected a text, got ${name}`);
  });

  it('says that there is none, and not that it is null', () => {
    expect(wrongType('title', 'a text', undefined).detail).toBe('title: expected a text, there is none');
  });
});
