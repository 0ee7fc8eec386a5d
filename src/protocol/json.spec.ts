import { equalJson, isJsonArray, isJsonObject, ownValue, type Json, type JsonObject } from './json.js';

describe('the kinds of JSON values', () => {
  it.each<[unknown, boolean, boolean]>([
    [{}, true, false],
    [[], false, true],
    [null, false, false],
    ['', false, false],
    [0, false, false],
    [true, false, false],
    [undefined, false, false],
  ])('%j: object %s, array %s', (value, isObject, isArray) => {
    expect(isJsonObject(value)).toBe(isObject);
    expect(isJsonArray(value)).toBe(isArray);
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
    [JSON.parse('{"__proto__":1}') as Json, JSON.parse('{"constructor":1}') as Json, false],
    [JSON.parse('{"__proto__":{}}') as Json, { a: {} }, false],
  ])('%j and %j: %s', (left, right, equal) => {
    expect(equalJson(left, right)).toBe(equal);
    expect(equalJson(right, left)).toBe(equal);
  });
});
