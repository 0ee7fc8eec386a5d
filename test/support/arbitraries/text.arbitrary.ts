import fc from 'fast-check';
import { anyCharacters } from './characters.arbitrary.js';

/** Texts that are difficult for case folding, ordering, LIKE, JSON paths or quoting. */
export const TRAPS: readonly string[] = [
  '',
  ' ',
  'a',
  'A',
  'Ada',
  'ada lovelace',
  'ADA',
  'work',
  'Work',
  'Straße',
  'STRASSE',
  'ẞ',
  'ΟΔΥΣΣΕΥΣ',
  'Οδυσσεύς',
  'ς',
  'σ',
  'Σ',
  'İstanbul',
  'i\u0307',
  'ı',
  'I',
  '\u212A',
  '\u212B',
  'Å',
  'A\u030A',
  'é',
  'e\u0301',
  '\u0301',
  'ｆｕｌｌ',
  'full',
  '％５０',
  'ﾊﾟ',
  'パ',
  '\u1112\u1161\u11AB',
  '한',
  'ǅ',
  'ﬀ',
  '\u0345',
  'ᾳ',
  'Ꭰ',
  'ꭰ',
  '50%',
  '50%_',
  'a_b',
  'a\\b',
  '\\',
  '\\%',
  '%',
  '_',
  '*',
  '.*',
  '"',
  'say "hi"',
  "it's",
  "' OR 1=1 --",
  '$1',
  '?',
  '@>',
  '[0]',
  ']',
  ')',
  'tab\tx',
  'line\nbreak',
  '\u0001',
  '\u007F',
  '\u2028',
  '\uFEFF',
  '😀',
  '\u{1F600}\uFFFD',
  '\uD7FF',
  '\uE000',
  '\uFFFF',
  '\u{10000}',
  '\u{10400}',
  '\u{10428}',
  '\u{10FFFF}',
  'a\uFFFF',
  'a\u{10000}',
  'null',
  'true',
  '0',
  '007',
  'constructor',
  '__proto__',
  'x'.repeat(300),
];

const storableCharacters = anyCharacters(8).filter((text) => !text.includes('\0'));

/** Any text that can be stored; most are difficult ones. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TRAPS) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom(...TRAPS), fc.constantFrom(...TRAPS)).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: storableCharacters },
);

/**
 * Limits of ranges of texts with a common prefix: the last code point, and the ones before and after the surrogates.
 */
const BOUNDARIES = ['\u{10FFFF}', '\uD7FF', '\uE000'] as const;

/** A text to look for where `text` is stored: the same, a part of it, or another spelling. */
export function variantOf(text: string): fc.Arbitrary<string> {
  const characters = Array.from(text);
  const part = fc
    .tuple(fc.nat(characters.length), fc.nat(Math.min(characters.length, 6)))
    .map(([start, length]) => characters.slice(start, start + length).join(''));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(text) },
    {
      weight: 1,
      arbitrary: fc.nat(Math.min(characters.length, 4)).map((length) => characters.slice(0, length).join('')),
    },
    {
      weight: 1,
      arbitrary: fc
        .nat(Math.min(characters.length, 4))
        .map((length) => characters.slice(characters.length - length).join('')),
    },
    { weight: 1, arbitrary: part },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(Math.min(characters.length, 3)), fc.constantFrom(...BOUNDARIES))
        .map(([length, boundary]) => characters.slice(0, length).join('') + boundary),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        text.toUpperCase(),
        text.toLowerCase(),
        text.normalize('NFD'),
        text.normalize('NFC'),
        `${text}\u0301`,
        `${text}a`,
      ),
    },
  );
}
