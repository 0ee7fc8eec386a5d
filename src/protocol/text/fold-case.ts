/**
 * Full-width and half-width characters. RFC 8265 §3.3 maps them to their ordinary widths before user names are
 * compared.
 */
const WIDTH_FORMS = /[\uff01-\uffee]/g;
const ASCII = /^[\x00-\x7f]*$/;
const FINAL_SIGMA = /ς/g;

/**
 * Version of the form in which texts are compared. Raise it with every change of {@link foldCase} or of anything else
 * that decides this form: rows hold the form of the time when they were written, until `rollcall reindex` rewrites
 * them.
 */
export const FOLDING_VERSION = 1;

/**
 * The form in which strings are compared without regard to case. RFC 7644 §5 asks for the comparison of RFC 8265
 * §3.3: ordinary widths, then lower case, then NFC. Each code point is put into lower case by itself, and a final
 * sigma becomes an ordinary one. SQL never folds case: both sides of every comparison come from this function.
 * Folding twice is the same as folding once.
 */
export function foldCase(text: string): string {
  // ASCII needs no more than this, which is many times as fast.
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text.replace(WIDTH_FORMS, (form) => form.normalize('NFKC'))) {
    folded += character.toLowerCase();
  }
  return folded.replace(FINAL_SIGMA, 'σ').normalize('NFC');
}

/** Compares by code points, which is the order of UTF-8 bytes and of PostgreSQL's collation "C". */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}

/**
 * Moves surrogates behind all other units: UTF-16 has them below U+E000, though they stand for code points above it.
 */
function surrogatesLast(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
