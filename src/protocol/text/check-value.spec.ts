import fc from 'fast-check';
import { runs } from '../../../test/support/property-runs.js';
import { ScimError } from '../error/scim-error.js';
import { numberFrom, WrittenNumber } from '../json.js';
import { checkValue, MAX_DEPTH, problemOfNumber } from './check-value.js';

function refusal(value: unknown, place = ''): ScimError {
  try {
    checkValue(value, place);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

const nested = (depth: number, inner = ''): unknown =>
  JSON.parse(`${'['.repeat(depth)}${inner}${']'.repeat(depth)}`);

describe('checkValue', () => {
  it.each([
    [{ emails: [{}, { value: 'a\0' }] }, 'emails[1].value: the text holds the character U+0000'],
    [{ title: '\ud800' }, 'title: the text holds half of a surrogate pair (U+D800 to U+DFFF)'],
    [{ title: 'a\udc00b' }, 'title: the text holds half of a surrogate pair (U+D800 to U+DFFF)'],
    [{ name: { 'a\0': 1 } }, 'name: the name of an attribute holds the character U+0000'],
    [{ 'urn:x:User': { n: '\0' } }, 'urn:x:User:n: the text holds the character U+0000'],
    ['\0', 'the text holds the character U+0000'],
  ])('refuses %j', (value, detail) => {
    expect(refusal(value)).toMatchObject({ status: 400, scimType: 'invalidValue', detail });
  });

  it('puts the place in front', () => {
    expect(refusal({ value: ['\0'] }, 'Operations[3]').detail).toMatch(/^Operations\[3\]\.value\[0\]: /);
  });

  it('refuses nesting over the limit at any depth without exhausting the stack', () => {
    expect(() => checkValue(nested(MAX_DEPTH), '')).not.toThrow();
    expect(() => checkValue(nested(MAX_DEPTH, '"a",1,true,null'), '')).not.toThrow();
    for (const depth of [MAX_DEPTH + 1, 5000]) {
      expect(refusal(nested(depth))).toMatchObject({
        status: 400,
        scimType: 'invalidSyntax',
        detail: `${'[0]'.repeat(MAX_DEPTH)}: more than 32 objects and arrays inside one another`,
      });
    }
  });

  it('takes every other value, whatever its attributes are called', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":["😀"],"toString":null}');
    expect(() => checkValue(value, '')).not.toThrow();
    expect(refusal(JSON.parse('{"__proto__":{"a":"\\u0000"}}')).detail).toMatch(/^__proto__\.a: /);
    expect(() =>
      checkValue([2 ** 64, Infinity, 0.1, new WrittenNumber('1e999'), true, ''], ''),
    ).not.toThrow();
  });

  it('takes exactly the strings that survive UTF-8 and hold no NUL', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\0', '\ud83d', '\ude00', '😀', '\uffff') });
    fc.assert(
      fc.property(text, (string) => {
        const storable = Buffer.from(string, 'utf8').toString('utf8') === string && !string.includes('\0');
        const accept = (): void => checkValue({ string }, '');
        if (storable) expect(accept).not.toThrow();
        else expect(accept).toThrow(ScimError);
      }),
      runs(100),
    );
  });
});

describe('problemOfNumber', () => {
  it.each([
    ['9223372036854775808', 'is an integer of more than 64 bits'],
    ['-18446744073709551616', 'is an integer of more than 64 bits'],
    ['1e19', 'is an integer of more than 64 bits'],
    ['1e999', 'is larger than any number this server keeps'],
    ['9007199254740993', 'has more digits than this server keeps; it would come back as 9007199254740992'],
    ['-9007199254740993', 'has more digits than this server keeps; it would come back as -9007199254740992'],
    [
      '-9223372036854775808',
      'has more digits than this server keeps; it would come back as -9223372036854776000',
    ],
    [
      '1152921504606846976',
      'has more digits than this server keeps; it would come back as 1152921504606847000',
    ],
  ])('%s can not be kept', (source, problem) => {
    expect(problemOfNumber(numberFrom(source))).toBe(problem);
  });

  it.each([
    '0',
    '-0',
    '1.0',
    '10.250',
    '1e3',
    '9007199254740992',
    '133500000000000000',
    '-9223372036854775000',
    '0.1',
    '5e-324',
  ])('%s can', (source) => {
    expect(problemOfNumber(numberFrom(source))).toBeUndefined();
  });
});
