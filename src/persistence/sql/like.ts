/** The LIKE pattern for `text` with anything before and, unless it is the end, anything behind. */
export function likePattern(text: string, where: 'anywhere' | 'end'): string {
  const escaped = text.replace(/[\\%_]/g, (character) => `\\${character}`);
  return where === 'end' ? `%${escaped}` : `%${escaped}%`;
}
