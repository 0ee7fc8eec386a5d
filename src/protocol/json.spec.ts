import {
  equalJson,
  isJsonArray,
  isJsonObject,
  isNumberText,
  numberFrom,
  numberIn,
  ownValue,
  WrittenNumber,
  type Json,
  type JsonObject,
} from './json.js';

describe('the kinds of JSON values', () => {
  it.each<[unknown, boolean, boolean]>([
    [{}, true, false],
    [[], false, true],
    [null, false, false],
    ['', false, false],
    [0, false, false],
    [true, false, false],
    [undefined, false, false],
    [new WrittenNumber('1.0'), false, false],
  ])('%j: object %s, array %s', (value, isObject, isArray) => {
    expect(isJsonObject(value)).toBe(isObject);
    expect(isJsonArray(value)).toBe(isArray);
  });
});

describe('numbers', () => {
  it.each(['0', '-1', '1.5', '1e+21', '133500000000000000'])('%s is one like any other', (source) => {
    expect(numberFrom(source)).toBe(Number(source));
  });

  it.each<[string, string]>([
    ['1.0', '1'],
    ['1e3', '1000'],
    ['-0', '0'],
    ['9007199254740993', '9007199254740992'],
    ['1e400', '"1e400"'],
  ])('%s keeps its text', (source, printed) => {
    const number = numberFrom(source);
    expect(number).toEqual(new WrittenNumber(source));
    expect(numberIn(number)).toBe(Number(source));
    expect(JSON.stringify(number)).toBe(printed);
  });

  it('anything else is none', () => {
    expect([null, '1', true, [], {}, undefined].map(numberIn)).toEqual(Array(6).fill(undefined));
    expect(['1', '-0.5e+3', '01', '+1', '.5', '1.', ' 1', '', '0x1', 'NaN'].map(isNumberText)).toEqual([
      true,
      true,
      ...Array<boolean>(8).fill(false),
    ]);
  });
});

describe('ownValue', () => {
  it('finds what the object itself has, null too', () => {
    expect(ownValue({ a: null, b: 0 }, 'a')).toBeNull();
    expect(ownValue({ a: null, b: 0 }, 'b')).toBe(0);
  });

  it('finds nothing that the object inherits', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'a']) {
      expect(ownValue({}, name)).toBeUndefined();
    }
    expect(ownValue(JSON.parse('{"constructor":1}') as JsonObject, 'constructor')).toBe(1);
  });
});

describe('equalJson', () => {
  it.each<[Json | undefined, Json | undefined, boolean]>([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{}, {}, true],
    [[], [], true],
    [undefined, undefined, true],
    [undefined, null, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[1, 2], [1, 3], false],
    [{ a: 1 }, { a: 1, b: 1 }, false],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, false],
    [{ a: null }, { b: null }, false],
    [{}, [], false],
    [['a'], { 0: 'a' }, false],
    [null, {}, false],
    [{}, 'a', false],
    ['1', 1, false],
    [numberFrom('1.0'), 1, true],
    [numberFrom('1e3'), numberFrom('1000.0'), true],
    [numberFrom('1e20'), numberFrom('100000000000000000000'), true],
    [numberFrom('9007199254740993'), numberFrom('9007199254740992'), false],
    [numberFrom('9007199254740993'), numberFrom('9007199254740993'), true],
    [numberFrom('1.5e0'), 1.25, false],
    [numberFrom('1.0'), '1.0', false],
    [numberFrom('1.0'), {}, false],
    [JSON.parse('{"__proto__":1}') as Json, JSON.parse('{"constructor":1}') as Json, false],
    [JSON.parse('{"__proto__":{}}') as Json, { a: {} }, false],
  ])('%j and %j: %s', (left, right, equal) => {
    expect(equalJson(left, right)).toBe(equal);
    expect(equalJson(right, left)).toBe(equal);
  });
});
