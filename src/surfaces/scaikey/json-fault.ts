import { SLICE, type Work } from '../../protocol/work.js';

/** The message and the place that Python's `json` module reports for a text that is no JSON. */
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

/** Python gives up long before this depth, and says something else. */
const MAX_NESTING = 10_000;

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
 * undefined where there is none, or where the text is nested too deeply to tell. Python also reads `NaN` and `Infinity`;
 * here they are faults, since an answer in JSON could not repeat them.
 */
export function* findJsonFault(text: string): Work<JsonFault | undefined> {
  try {
    yield* skipText(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FaultFound)) throw error;
    return { message: error.reason, offset: yield* countCharacters(text, error.index) };
  }
}

/** Goes through the whole text. What is open is kept in a list, so that no depth exceeds the stack. */
function* skipText(text: string): Work<void> {
  const open: ('}' | ']')[] = [];
  let index = skipBlank(text, 0);
  for (let values = 1; open.length <= MAX_NESTING; values += 1) {
    if (values % SLICE === 0) yield;
    const begins = text.charAt(index);
    if (begins === '{' || begins === '[') {
      open.push(begins === '{' ? '}' : ']');
      index = skipBlank(text, index + 1);
      if (text[index] !== open.at(-1)) {
        if (begins === '{') index = skipName(text, index);
        continue;
      }
    } else {
      index = skipScalar(text, index);
    }
    index = skipClosing(text, index, open);
    if (open.length === 0) {
      if (index < text.length) throw new FaultFound('Extra data', index);
      return;
    }
    index = skipBlank(text, index + 1);
    if (open.at(-1) === '}') index = skipName(text, index);
  }
}

/** The functions that skip take the index where a part of the text begins and return the index behind it. */
function skipScalar(text: string, index: number): number {
  if (text[index] === '"') return skipString(text, index);
  const end = match(NUMBER, text, index) ?? match(WORD, text, index);
  if (end === undefined) throw new FaultFound('Expecting value', index);
  return end;
}

/** Closes what ends behind a value. Returns the index of the comma that follows, or that of the end. */
function skipClosing(text: string, start: number, open: ('}' | ']')[]): number {
  for (let index = skipBlank(text, start); ; index = skipBlank(text, index + 1)) {
    const end = open.at(-1);
    if (end === undefined || text[index] === ',') return index;
    if (text[index] !== end) throw new FaultFound("Expecting ',' delimiter", index);
    open.pop();
  }
}

/** A name of an object, and the colon behind it. */
function skipName(text: string, start: number): number {
  if (text[start] !== '"') throw new FaultFound('Expecting property name enclosed in double quotes', start);
  const index = skipBlank(text, skipString(text, start));
  if (text[index] !== ':') throw new FaultFound("Expecting ':' delimiter", index);
  return skipBlank(text, index + 1);
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

/** The code points in front of an index. */
function* countCharacters(text: string, end: number): Work<number> {
  let count = 0;
  for (let index = 0; index < end; index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1) {
    count += 1;
    if (count % (64 * SLICE) === 0) yield;
  }
  return count;
}
