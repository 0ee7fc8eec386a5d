import fc from 'fast-check';

/**
 * Any text of whole code points. The unit `binary` of fast-check means the same, but makes a table of all code points
 * when it is first used, which takes a second of whichever test file does so.
 */
export function anyCharacters(maxLength?: number): fc.Arbitrary<string> {
  const character = fc
    .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
    .map((codePoint) => String.fromCodePoint(codePoint));
  return fc.string({ unit: character, ...(maxLength !== undefined && { maxLength }) });
}
