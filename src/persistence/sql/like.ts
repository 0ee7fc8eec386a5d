/** The LIKE pattern for values that contain `text` anywhere, or at their end. */
export function likePattern(text: string, where: 'anywhere' | 'end'): string {
  const escaped = text.replace(/[\\%_]/g, (character) => `\\${character}`);
  return where === 'end' ? `%${escaped}` : `%${escaped}%`;
}
