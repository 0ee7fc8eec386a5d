/** Why a text is no JSON, in the words of Python's decoder, and where it says so. */
export interface JsonFault {
  readonly message: string;
  /** In characters (code points), from 0. */
  readonly offset: number;
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX = /[0-9a-fA-F]{4}/y;
const ESCAPES = '"\\/bfnrt';

class FaultFound extends Error {
  constructor(
    readonly reason: string,
    readonly index: number,
  ) {
    super(reason);
  }
}

/**
 * The first thing in a text that makes Python's `json` module refuse it, as the documented server reports it;
 * undefined where there is none. Python also reads `NaN` and `Infinity`, which no JSON answer could repeat: here
 * they are faults.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    const end = skipBlank(text, skipValue(text, skipBlank(text, 0)));
    if (end < text.length) throw new FaultFound('Extra data', end);
    return undefined;
  } catch (error) {
    if (error instanceof FaultFound) {
      return { message: error.reason, offset: countCharacters(text.slice(0, error.index)) };
    }
    // Nested more deeply than the stack is: no fault of the text.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** All of these take the index where something begins and give the index behind it. */
function skipValue(text: string, index: number): number {
  switch (text.charAt(index)) {
    case '{':
      return skipObject(text, index + 1);
    case '[':
      return skipArray(text, index + 1);
    case '"':
      return skipString(text, index);
    default: {
      const end = match(NUMBER, text, index) ?? match(WORD, text, index);
      if (end === undefined) throw new FaultFound('Expecting value', index);
      return end;
    }
  }
}

function skipObject(text: string, start: number): number {
  let index = skipBlank(text, start);
  if (text[index] === '}') return index + 1;
  for (;;) {
    if (text[index] !== '"') throw new FaultFound('Expecting property name enclosed in double quotes', index);
    index = skipBlank(text, skipString(text, index));
    if (text[index] !== ':') throw new FaultFound("Expecting ':' delimiter", index);
    index = skipBlank(text, skipValue(text, skipBlank(text, index + 1)));
    if (text[index] === '}') return index + 1;
    if (text[index] !== ',') throw new FaultFound("Expecting ',' delimiter", index);
    index = skipBlank(text, index + 1);
  }
}

function skipArray(text: string, start: number): number {
  let index = skipBlank(text, start);
  if (text[index] === ']') return index + 1;
  for (;;) {
    index = skipBlank(text, skipValue(text, index));
    if (text[index] === ']') return index + 1;
    if (text[index] !== ',') throw new FaultFound("Expecting ',' delimiter", index);
    index = skipBlank(text, index + 1);
  }
}

function skipString(text: string, start: number): number {
  let index = start + 1;
  for (;;) {
    index = match(PLAIN, text, index) ?? index;
    const found = text[index];
    if (found === '"') return index + 1;
    if (found === undefined || (found === '\\' && index + 1 === text.length)) {
      throw new FaultFound('Unterminated string starting at', start);
    }
    if (found !== '\\') throw new FaultFound('Invalid control character at', index);
    index = skipEscape(text, index);
  }
}

function skipEscape(text: string, start: number): number {
  const kind = text[start + 1] ?? '';
  if (ESCAPES.includes(kind)) return start + 2;
  if (kind !== 'u') throw new FaultFound('Invalid \\escape', start);
  const end = match(HEX, text, start + 2);
  if (end === undefined || end === text.length) throw new FaultFound('Invalid \\uXXXX escape', start + 1);
  return end;
}

const skipBlank = (text: string, index: number): number => match(BLANK, text, index) ?? index;

function match(pattern: RegExp, text: string, index: number): number | undefined {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
