import { type Json, type JsonObject } from '../json.js';
import { attribute, multiValuedAttribute } from '../schema/define-attribute.js';
import { addElements, keepFirstPrimary, removeEqualElements, updateElements } from './element-changes.js';

const emails = { attribute: multiValuedAttribute('emails', 'e-mail address') };
const addresses = {
  attribute: attribute('addresses', 'Without a value.', {
    type: 'complex',
    multiValued: true,
    subAttributes: [attribute('locality', ''), attribute('country', ''), attribute('type', '')],
  }),
};
const tags = { attribute: attribute('tags', 'Texts.', { multiValued: true }) };
const badges = {
  attribute: attribute('badges', 'With an immutable part.', {
    type: 'complex',
    multiValued: true,
    subAttributes: [attribute('value', '', { mutability: 'immutable' }), attribute('display', '')],
  }),
};

describe('addElements', () => {
  const work = { value: 'a@x', type: 'work' };

  it.each<[string, Json[], Json[], Json[]]>([
    ['appends what is new', [work], [{ value: 'b@x' }], [work, { value: 'b@x' }]],
    [
      'appends another type of the same value',
      [work],
      [{ value: 'a@x', type: 'home' }],
      [work, { value: 'a@x', type: 'home' }],
    ],
    ['leaves what is there as it is spelled', [work], [{ value: 'A@X', type: 'WORK' }], [work]],
    [
      'takes what the given one says beyond it',
      [work],
      [{ ...work, display: 'D' }],
      [{ ...work, display: 'D' }],
    ],
    [
      'overwrites what the given one says otherwise',
      [{ ...work, display: 'C' }],
      [{ ...work, display: 'D' }],
      [{ ...work, display: 'D' }],
    ],
    ['finds one without type by its value', [work], [{ value: 'A@x' }], [work]],
    [
      'finds one without type that repeats other parts',
      [{ ...work, display: 'D' }],
      [{ value: 'a@x', display: 'd' }],
      [{ ...work, display: 'D' }],
    ],
    [
      'not where it says something else',
      [work],
      [{ value: 'a@x', display: 'D' }],
      [work, { value: 'a@x', display: 'D' }],
    ],
    [
      'the first of that value',
      [work, { value: 'a@x', type: 'home' }],
      [{ value: 'a@x', primary: true }],
      [
        { ...work, primary: true },
        { value: 'a@x', type: 'home' },
      ],
    ],
    ['one given twice comes once', [], [{ value: 'b' }, { value: 'B' }], [{ value: 'b' }]],
    [
      'one given twice, the second without type',
      [],
      [{ value: 'b', type: 'w' }, { value: 'b' }],
      [{ value: 'b', type: 'w' }],
    ],
    [
      'the given ones say more together',
      [],
      [{ value: 'b' }, { value: 'b', display: 'D' }],
      [{ value: 'b', display: 'D' }],
    ],
  ])('%s', (_, elements, given, expected) => {
    const before = JSON.stringify(elements);
    expect(addElements(emails, elements, given)).toStrictEqual(expected);
    expect(JSON.stringify(elements)).toBe(before);
  });

  it('PAT-34: a new primary takes it from the others, and none from nobody', () => {
    const stored = [{ value: 'a', primary: true }, { value: 'b' }, { value: 'c', primary: false }];
    expect(addElements(emails, stored, [{ value: 'd', primary: true }])).toStrictEqual([
      { value: 'a', primary: false },
      { value: 'b' },
      { value: 'c', primary: false },
      { value: 'd', primary: true },
    ]);
    expect(addElements(emails, stored, [{ value: 'b', primary: true }])[0]).toEqual({
      value: 'a',
      primary: false,
    });
    expect(addElements(emails, stored, [{ value: 'd', primary: false }])[0]).toEqual({
      value: 'a',
      primary: true,
    });
  });

  it('knows elements without a value by all that they hold', () => {
    const here = { locality: 'L', country: 'C' };
    expect(addElements(addresses, [here], [{ locality: 'l', country: 'c' }])).toEqual([here]);
    expect(addElements(addresses, [here], [{ locality: 'L' }])).toEqual([here, { locality: 'L' }]);
    expect(addElements(addresses, [here], [{ country: 'C', type: 'w' }])).toHaveLength(2);
  });

  it('knows texts by their compared form', () => {
    expect(addElements(tags, ['A'], ['a', 'b', 'B'])).toEqual(['A', 'b']);
  });
});

describe('removeEqualElements', () => {
  const [work, home] = [
    { value: 'a', type: 'work', display: 'D' },
    { value: 'a', type: 'home' },
  ];

  it.each<[string, Json[], Json[]]>([
    ['all that agree with the given part', [{ value: 'A' }], []],
    ['in every part that is given', [{ value: 'a', type: 'work' }], [home]],
    ['in any order of the parts', [{ type: 'HOME', value: 'a' }], [work]],
    ['none that lacks a part', [{ value: 'a', type: 'home', display: 'D' }], [work, home]],
    [
      'with values of several forms',
      [
        { value: 'a', display: 'd' },
        { value: 'a', type: 'home' },
      ],
      [],
    ],
    [
      'with several values of one form',
      [
        { type: 'x', value: 'a' },
        { value: 'a', type: 'work' },
      ],
      [home],
    ],
    ['no element for a text', ['a'], [work, home]],
    ['nothing for nothing', [], [work, home]],
  ])('%s', (_, values, expected) => {
    expect(removeEqualElements(emails, [work, home], values)).toEqual(expected);
  });

  it('takes out texts by their compared form, and none for an object', () => {
    expect(removeEqualElements(tags, ['A', 'b', 'c'], ['a', 'C'])).toEqual(['b']);
    expect(removeEqualElements(tags, ['A', 'b'], [{ value: 'A' }, {}])).toEqual(['A', 'b']);
  });
});

describe('updateElements', () => {
  const isWork = (element: Json): boolean => (element as JsonObject)['type'] === 'work';
  const work = { value: 'a', type: 'work' };
  const home = { value: 'b', type: 'home', primary: true };

  it('sets parts of those that match, and clears those that are null', () => {
    expect(updateElements(emails, [work, home], isWork, { display: 'D', value: null })).toStrictEqual([
      { type: 'work', display: 'D' },
      home,
    ]);
  });

  it('tells that none matches', () => {
    expect(updateElements(emails, [home], isWork, { display: 'D' })).toBeUndefined();
    expect(updateElements(emails, [], isWork, { display: 'D' })).toBeUndefined();
    expect(updateElements(tags, ['work'], () => false, { value: 'w' })).toBeUndefined();
  });

  it('puts another value in the place of a simple one', () => {
    const isWork = (element: Json): boolean => element === 'work';
    expect(updateElements(tags, ['a', 'work'], isWork, { value: 'b' })).toEqual(['a', 'b']);
    expect(updateElements(tags, ['a', 'work'], isWork, { value: 'A' })).toEqual(['a']);
    expect(updateElements(tags, ['a', 'work'], isWork, { value: null })).toEqual(['a']);
  });

  it('drops an element that loses its last part', () => {
    expect(updateElements(emails, [{ value: 'a' }, home], () => true, { value: null })).toEqual([
      { type: 'home', primary: true },
    ]);
    expect(updateElements(emails, [{ type: 'work' }], isWork, { type: null })).toEqual([]);
  });

  it('PAT-34: moves primary to the one that takes it', () => {
    expect(updateElements(emails, [work, home], isWork, { primary: true })).toEqual([
      { ...work, primary: true },
      { ...home, primary: false },
    ]);
    expect(updateElements(emails, [work, home], isWork, { primary: false })).toEqual([
      { ...work, primary: false },
      home,
    ]);
  });

  it('moves primary by place, also behind an element that goes', () => {
    const isOld = (element: Json): boolean => (element as JsonObject)['value'] !== 'b';
    expect(updateElements(emails, [home, { value: 'c' }, work], isOld, { primary: true })).toEqual([
      { ...home, primary: false },
      { value: 'c', primary: true },
      { ...work, primary: true },
    ]);
  });

  it('READ-10: elements that become equal are one', () => {
    expect(updateElements(emails, [work, { value: 'a', type: 'home' }], () => true, { type: 'x' })).toEqual([
      { value: 'a', type: 'x' },
    ]);
  });

  it('PAT-38: refuses another value of an immutable part, and only that', () => {
    const set = (value: Json) => () =>
      updateElements(badges, [{ value: '1', display: 'D' }], () => true, { value });
    expect(set('1')()).toEqual([{ value: '1', display: 'D' }]);
    expect(set('2')).toThrow(
      expect.objectContaining({
        scimType: 'mutability',
        detail: expect.stringMatching(/^badges\.value: is immutable/),
      }),
    );
    expect(set(null)).toThrow(expect.objectContaining({ scimType: 'mutability' }));
    expect(updateElements(badges, [{ display: 'D' }], () => true, { value: '1' })).toEqual([
      { value: '1', display: 'D' },
    ]);
  });
});

it('keepFirstPrimary', () => {
  expect(
    keepFirstPrimary([{ value: 'a' }, { value: 'b', primary: true }, 'c', { value: 'd', primary: true }]),
  ).toEqual([{ value: 'a' }, { value: 'b', primary: true }, 'c', { value: 'd', primary: false }]);
});

describe('long lists', () => {
  const COUNT = 500;

  /** E-mail addresses that count how often their value is looked at. */
  function countedElements(prefix: string): { elements: JsonObject[]; reads: () => number } {
    let reads = 0;
    const elements = Array.from({ length: COUNT }, (_, index) => ({
      type: 'work',
      get value() {
        reads++;
        return `${prefix}${index}`;
      },
    }));
    return { elements, reads: () => reads };
  }

  it.each<[string, (stored: JsonObject[], given: JsonObject[]) => unknown]>([
    ['addElements', (stored, given) => addElements(emails, stored, given)],
    ['removeEqualElements', (stored, given) => removeEqualElements(emails, stored, given)],
    ['updateElements', (stored) => updateElements(emails, stored, () => true, { display: 'D' })],
  ])('%s looks at each element a few times, whatever their number', (_, change) => {
    for (const prefix of ['same', 'other']) {
      const stored = countedElements('same');
      const given = countedElements(prefix);
      change(stored.elements, given.elements);
      expect(stored.reads() / COUNT).toBeLessThan(20);
      expect(given.reads() / COUNT).toBeLessThan(20);
    }
  });
});
