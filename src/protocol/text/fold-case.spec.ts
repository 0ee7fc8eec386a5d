import fc from 'fast-check';
import { anyCharacters } from '../../../test/support/arbitraries/characters.arbitrary.js';
import { runs } from '../../../test/support/property-runs.js';
import { compareCodePoints, foldCase } from './fold-case.js';

const anyText = anyCharacters();
const trickyText = fc.string({
  unit: fc.constantFrom(
    'a',
    'A',
    'İ',
    'ı',
    'Σ',
    'ς',
    'Å',
    'A\u030a',
    '\u0307',
    '\u0345',
    'Ａ',
    'ﾞ',
    'ｶ',
    'ﾊﾟ',
    'ß',
    'ẞ',
    '𐐀',
    'ﬀ',
  ),
});

describe('foldCase', () => {
  it('folds ASCII alone as it does beside other characters', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('');
    expect(foldCase(`${ascii}ß`)).toBe(`${foldCase(ascii)}ß`);
    expect(foldCase(`${ascii}A`)).toBe(`${foldCase(ascii)}a`);
  });

  it.each([
    ['case', 'BJensen', 'bjensen'],
    ['capital I with a dot (U+0130), one code point at a time', 'İ', 'i\u0307'],
    ['final sigma', 'ΟΔΟΣ', 'οδος'],
    ['FIL-33 full-width letters', 'Ｂｊｅｎｓｅｎ', 'bjensen'],
    ['FIL-33 half-width katakana with its sound mark', 'ｶﾞ', 'ガ'],
    ['FIL-33 decomposed letters', 'A\u030angstro\u0308m', 'ångström'],
    ['letters outside the basic plane', '𐐀', '𐐨'],
  ])('does not regard %s', (_what, one, other) => {
    expect(foldCase(one)).toBe(foldCase(other));
  });

  it.each([
    ['ı', 'i'],
    ['ß', 'ss'],
    ['ﬀ', 'ff'],
    ['a', 'á'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(foldCase(one)).not.toBe(foldCase(other));
  });

  it('changes nothing in what it made', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, trickyText), (text) => {
        expect(foldCase(foldCase(text))).toBe(foldCase(text));
      }),
      runs(2000),
    );
  });

  it('changes nothing in what it made of any single code point', () => {
    const changed: string[] = [];
    const step = Math.ceil(0x110000 / runs(0x110000).numRuns);
    for (let point = 0; point <= 0x10ffff; point += step) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const once = foldCase(String.fromCodePoint(point));
      if (foldCase(once) !== once) changed.push(point.toString(16));
    }
    expect(changed).toEqual([]);
  });

  it('does not see whether text was composed', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, trickyText), (text) => {
        expect(foldCase(text.normalize('NFD'))).toBe(foldCase(text.normalize('NFC')));
      }),
      runs(2000),
    );
  });
});

describe('compareCodePoints', () => {
  it('puts every plane above the last one, and a text behind what it begins with', () => {
    const ordered = ['', 'a', 'aa', 'b', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'];
    for (const [index, text] of ordered.entries()) {
      expect(ordered.map((other) => Math.sign(compareCodePoints(text, other)))).toEqual(
        ordered.map((_other, place) => Math.sign(index - place)),
      );
    }
  });

  it('orders as UTF-8 bytes do', () => {
    const text = fc.oneof(
      anyText,
      fc.string({ unit: fc.constantFrom('a', '\ue000', '\uffff', '😀', '𐐀', '\ud7ff') }),
    );
    fc.assert(
      fc.property(text, text, (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareCodePoints(left, right))).toBe(bytes);
      }),
      runs(5000),
    );
  });
});
