import { type Json } from '../json.js';
import { attribute, multiValuedAttribute } from '../schema/define-attribute.js';
import {
  collapseDuplicates,
  countPrimaries,
  hasAllOf,
  elementKey,
  isPrimary,
  projectionKey,
} from './element-identity.js';

const emails = multiValuedAttribute('emails', 'e-mail address');
const photos = multiValuedAttribute('photos', 'photo', { value: { type: 'reference', caseExact: true } });
const addresses = attribute('addresses', 'Without a value.', {
  type: 'complex',
  multiValued: true,
  subAttributes: [attribute('locality', ''), attribute('country', ''), attribute('type', '')],
});
const tags = attribute('tags', 'Texts.', { multiValued: true });
const codes = attribute('codes', 'Texts.', { multiValued: true, caseExact: true });
const since = attribute('since', 'Instants.', { type: 'dateTime', multiValued: true });

describe('elementKey', () => {
  it.each<[string, typeof emails, Json, Json, boolean]>([
    [
      'type and value alone count',
      emails,
      { value: 'a', type: 'w' },
      { value: 'a', type: 'w', display: 'D' },
      true,
    ],
    ['another type', emails, { value: 'a', type: 'w' }, { value: 'a', type: 'h' }, false],
    ['no type', emails, { value: 'a', type: 'w' }, { value: 'a' }, false],
    ['another value', emails, { value: 'a', type: 'w' }, { value: 'b', type: 'w' }, false],
    ['primary moves', emails, { value: 'a', primary: true }, { value: 'a', primary: false }, true],
    ['case means nothing', emails, { value: 'A', type: 'W' }, { value: 'a', type: 'w' }, true],
    ['case means something', photos, { value: 'A' }, { value: 'a' }, false],
    ['without value, all else counts', addresses, { locality: 'L', country: 'C' }, { locality: 'L' }, false],
    ['in any order', addresses, { locality: 'L', country: 'C' }, { country: 'c', locality: 'l' }, true],
    ['but not primary', addresses, { locality: 'L', primary: true }, { locality: 'L' }, true],
    ['names are told from values', addresses, { locality: 'X' }, { country: 'X' }, false],
    ['simple texts by case', tags, 'A', 'a', true],
    ['exact texts', codes, 'A', 'a', false],
    ['instants', since, '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['other instants', since, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', false],
    ['numbers are no texts', tags, 1, '1', false],
  ])('%s', (_, definition, left, right, same) => {
    expect(elementKey(definition, left) === elementKey(definition, right)).toBe(same);
  });
});

describe('projectionKey', () => {
  it('takes an absent primary for false, and no other absence for anything', () => {
    const key = (element: Record<string, Json>, name: string): string =>
      projectionKey(emails, element, [name]);
    expect(key({}, 'primary')).toBe(key({ primary: false }, 'primary'));
    expect(key({ primary: null }, 'primary')).toBe(key({ primary: false }, 'primary'));
    expect(key({}, 'primary')).not.toBe(key({ primary: true }, 'primary'));
    expect(key({}, 'display')).toBe(key({ display: null }, 'display'));
    expect(key({}, 'display')).not.toBe(key({ display: '' }, 'display'));
    expect(key({}, 'display')).not.toBe(key({ display: false }, 'display'));
    expect(key({}, 'constructor')).toBe(key({ constructor: null }, 'constructor'));
  });
});

describe('projectionKey of several names', () => {
  it('is not that of one name whose letters are theirs', () => {
    const marks = attribute('marks', '', {
      type: 'complex',
      multiValued: true,
      subAttributes: ['a', 'b', 'ab'].map((name) => attribute(name, '')),
    });
    const element = { a: '1', b: '2', ab: '3' };
    const together = projectionKey(marks, element, ['ab']);
    expect(projectionKey(marks, element, ['a', 'b'])).toBe(projectionKey(marks, { ...element }, ['a', 'b']));
    expect(projectionKey(marks, element, ['a', 'b'])).not.toBe(together);
  });
});

describe('hasAllOf', () => {
  it.each<[Json, Json, boolean]>([
    [{ value: 'a', type: 'w', display: 'D' }, { value: 'A' }, true],
    [{ value: 'a', type: 'w', display: 'D' }, { value: 'A', display: 'd' }, true],
    [{ value: 'a', type: 'w' }, { value: 'a', display: 'D' }, false],
    [{ value: 'a' }, { value: 'a', primary: false }, true],
    [{ value: 'a' }, {}, true],
    [{ value: 'a' }, 'a', false],
    [{ value: 'a' }, 5, false],
    ['a', {}, false],
    ['a', { value: 'a' }, false],
    ['a', 'A', true],
    ['a', 'b', false],
  ])('%j has all of %j: %s', (element, given, expected) => {
    expect(hasAllOf(emails, element, given)).toBe(expected);
  });
});

describe('collapseDuplicates', () => {
  it('READ-10: equal ones become one, in the place of the first, with what any of them says', () => {
    const elements = [
      { value: 'a', type: 'w', display: 'first' },
      { value: 'b' },
      { value: 'A', type: 'W', display: 'second', primary: true },
    ];
    expect(collapseDuplicates(emails, elements)).toStrictEqual([
      { value: 'a', type: 'w', display: 'first', primary: true },
      { value: 'b' },
    ]);
  });

  it('keeps primary wherever it stands, and adds none', () => {
    const [yes, no] = [
      { value: 'a', primary: true },
      { value: 'a', primary: false },
    ];
    expect(collapseDuplicates(emails, [yes, no])).toStrictEqual([yes]);
    expect(collapseDuplicates(emails, [no, yes])).toStrictEqual([yes]);
    expect(collapseDuplicates(emails, [no, { value: 'a' }])).toStrictEqual([no]);
    expect(collapseDuplicates(emails, [{ value: 'a' }, { value: 'A' }])).toStrictEqual([{ value: 'a' }]);
  });

  it('keeps the first of equal texts', () => {
    expect(collapseDuplicates(tags, ['A', 'b', 'a', 'B', 'c'])).toEqual(['A', 'b', 'c']);
  });
});

it('countPrimaries and isPrimary know true alone', () => {
  const elements: Json[] = [{ primary: true }, { primary: false }, { primary: 'true' }, {}, 'primary', null];
  expect(elements.map(isPrimary)).toEqual([true, false, false, false, false, false]);
  expect(countPrimaries([...elements, { primary: true }])).toBe(2);
});
