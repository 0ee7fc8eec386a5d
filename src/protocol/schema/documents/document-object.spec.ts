import { type Json, type JsonObject } from '../../json.js';
import { DocumentObject, printValue } from './document-object.js';

/** What `read` returns for an object whose path is `at`, and the faults that it reports. */
function reading<T>(
  members: JsonObject,
  read: (object: DocumentObject) => T,
): { value: T; faults: string[] } {
  const faults: string[] = [];
  const report = (path: string, problem: string): void => void faults.push(`${path}: ${problem}`);
  const object = DocumentObject.read(members, 'at', ['a', 'b'], report);
  if (!object) throw new Error('no object');
  return { value: read(object), faults };
}

describe('DocumentObject', () => {
  it('names what it knows where it finds something else', () => {
    expect(reading({ a: 1, c: 2 }, (object) => object.has('a'))).toEqual({
      value: true,
      faults: ['at.c: is not known here; known are a, b'],
    });
  });

  it.each<[Json, string | undefined, string[]]>([
    ['x', 'x', []],
    [null, undefined, []],
    [[], undefined, []],
    ['', undefined, ['at.a: expected a text, found ""']],
    [5, undefined, ['at.a: expected a text, found 5']],
  ])('reads %j as a text', (a, value, faults) => {
    expect(reading({ a }, (object) => object.text('a'))).toEqual({ value, faults });
  });

  it.each<[Json, string | undefined, string[]]>([
    ['x', 'x', []],
    ['', undefined, []],
    [true, undefined, ['at.a: expected a text, found true']],
  ])('reads %j as prose', (a, value, faults) => {
    expect(reading({ a }, (object) => object.prose('a'))).toEqual({ value, faults });
  });

  it.each<[Json, boolean, string[]]>([
    [true, true, []],
    [false, false, []],
    [null, false, []],
    ['true', false, ['at.a: expected true or false, found "true"']],
  ])('reads %j as a flag', (a, value, faults) => {
    expect(reading({ a }, (object) => object.flag('a'))).toEqual({ value, faults });
  });

  it.each<[Json, string[] | undefined, string[]]>([
    [['x', 'y'], ['x', 'y'], []],
    [null, undefined, []],
    [['', 'y', 7], ['y'], ['at.a[0]: expected a text, found ""', 'at.a[2]: expected a text, found 7']],
  ])('reads %j as texts', (a, value, faults) => {
    expect(reading({ a }, (object) => object.texts('a'))).toEqual({ value, faults });
  });
});

describe('printValue', () => {
  it.each<[Json, string]>([
    [[1], 'an array'],
    [{ a: 1 }, 'an object'],
    [null, 'null'],
    ['x'.repeat(58), `"${'x'.repeat(58)}"`],
    ['x'.repeat(59), `"${'x'.repeat(59)}…`],
  ])('%j', (value, name) => {
    expect(printValue(value)).toBe(name);
  });
});
