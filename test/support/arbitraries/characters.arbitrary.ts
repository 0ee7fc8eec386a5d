import fc from 'fast-check';

/**
 * Any text without half surrogate pairs. The unit `binary` of fast-check does the same, but builds a table of all
 * code points when it is first used, which takes a second in each test file.
 */
export function anyCharacters(maxLength?: number): fc.Arbitrary<string> {
  const character = fc
    .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
    .map((codePoint) => String.fromCodePoint(codePoint));
  return fc.string({ unit: character, ...(maxLength !== undefined && { maxLength }) });
}
