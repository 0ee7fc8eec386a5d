import { thrownBy } from '../../../test/support/refusal.js';
import { invalidPath } from '../error/scim-error.js';
import { FILTER_LIMITS, FilterLexer } from './filter.lexer.js';

/** The detail of the error for the token behind the first `taken` tokens. */
function complaint(text: string, taken = 0): string {
  const lexer = new FilterLexer(text);
  for (let index = 0; index < taken; index++) lexer.take();
  return lexer.unexpected('something else').detail;
}

function readAll(text: string): string[] {
  const lexer = new FilterLexer(text);
  const read: string[] = [];
  while (!lexer.is('end')) read.push(`${lexer.token.kind}@${lexer.token.column}:${lexer.take().text}`);
  return read;
}

describe('FilterLexer', () => {
  it('cuts a filter into words, strings and brackets, with their columns', () => {
    expect(readAll(' a\t"b c" (x)[y]')).toEqual([
      'word@2:a',
      'string@4:"b c"',
      '(@10:(',
      'word@11:x',
      ')@12:)',
      '[@13:[',
      'word@14:y',
      ']@15:]',
    ]);
  });

  it.each([
    ['', 0, 'column 1: expected something else, found the end'],
    ['  ', 0, 'column 3: expected something else, found the end'],
    ['a "secret"', 1, 'column 3: expected something else, found a string'],
    ['a )', 1, 'column 3: expected something else, found ")"'],
    ['password (', 1, 'column 10: expected something else, found "("'],
    ['Password is', 1, 'column 10: expected something else, found another word'],
    ['x'.repeat(40), 0, `column 1: expected something else, found "${'x'.repeat(40)}"`],
    ['x'.repeat(41), 0, `column 1: expected something else, found "${'x'.repeat(40)}…"`],
  ])('says what stands where something else was expected: %j', (text, taken, detail) => {
    expect(complaint(text, taken)).toBe(detail);
  });

  it('takes a text of the greatest length, and none that is longer', () => {
    const longest = 'x'.repeat(FILTER_LIMITS.length);
    expect(readAll(longest)).toHaveLength(1);
    expect(thrownBy(() => readAll(`${longest}x`)).detail).toBe(
      'column 16385: expected at most 16384 characters, found more',
    );
  });

  it('takes as many tokens as it says, and no more', () => {
    expect(readAll('x '.repeat(FILTER_LIMITS.tokens))).toHaveLength(2000);
    expect(thrownBy(() => readAll('x '.repeat(FILTER_LIMITS.tokens + 1))).detail).toBe(
      'column 4001: expected at most 2000 words and brackets, found more',
    );
  });

  it('refuses what no attribute could hold, in the terms of whoever asks', () => {
    expect(thrownBy(() => new FilterLexer('a\0', invalidPath))).toMatchObject({
      scimType: 'invalidPath',
      detail: 'the text holds the character U+0000',
    });
  });
});
