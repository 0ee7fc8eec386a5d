/**
 * Quotation marks that SDKs, word processors and tables of documentation write in place of `"`: the opening mark, and the
 * pattern of a text in them up to its closing one. As in JSON, a backslash stands in front of a mark inside.
 */
const MARKED: Readonly<Record<string, RegExp>> = {
  "'": /'(?:[^'\\]|\\.)*'(?=[\s)\]]|$)/sy,
  '\u2018': /\u2018(?:[^\u2019\\]|\\.)*\u2019(?=[\s)\]]|$)/sy,
  '\u201c': /\u201c(?:[^\u201d\\]|\\.)*\u201d(?=[\s)\]]|$)/sy,
};
const MARK = /[`\u00b4\p{Quotation_Mark}]/u;
/** As in O'Brien. */
const APOSTROPHE = /(?<=[\p{L}\p{N}])['\u2019](?=[\p{L}\p{N}])/gu;

/** The pattern, to be used at one position, of a text in marks of which this character is the opening one. */
export function markedText(character: string): RegExp | undefined {
  return MARKED[character];
}

/** The JSON string of a text in marks that {@link markedText} matches. */
export function asJsonString(text: string): string {
  const close = text.slice(-1);
  const content = text.slice(1, -1).replace(/\\.|"/gs, (found) => {
    if (found === '"') return '\\"';
    return found === `\\${close}` ? close : found;
  });
  return `"${content}"`;
}

/** Whether a value without quotes has a quotation mark or a backtick in it that is no apostrophe. */
export function hasStrayMark(value: string): boolean {
  return MARK.test(value.replace(APOSTROPHE, ''));
}
