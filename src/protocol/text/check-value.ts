import { invalidSyntax, invalidValue } from '../error/scim-error.js';

/** How deep objects and arrays may be nested. */
export const MAX_DEPTH = 32;

const LONE_SURROGATE = /\p{Surrogate}/u;
const INT64_LIMIT = 2 ** 63;

/**
 * Why a string cannot be stored: PostgreSQL refuses the character NUL and cannot encode half of a surrogate pair.
 *
 * @returns the end of a sentence that begins "the text", or undefined for a string that can be stored
 */
export function problemOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character U+0000';
  if (LONE_SURROGATE.test(text)) return 'holds half of a surrogate pair (U+D800 to U+DFFF)';
  return undefined;
}

/**
 * Why a number cannot be stored: it is infinite, or an integer that does not fit into 64 bits.
 *
 * @returns the end of a sentence that begins "the number", or undefined for a number that can be stored
 */
export function problemOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'is larger than any number this server keeps';
  if (Number.isInteger(value) && (value >= INT64_LIMIT || value < -INT64_LIMIT)) {
    return 'is an integer of more than 64 bits';
  }
  return undefined;
}

/**
 * Refuses a parsed body or text with a value that cannot be stored, however deep inside.
 *
 * @param place put in front of the path in the detail; may be empty
 * @throws ScimError 400 `invalidValue` for NUL, half a surrogate pair, or a number that is infinite or an integer
 *   over 64 bits; `invalidSyntax` for nesting over {@link MAX_DEPTH}
 */
export function checkValue(value: unknown, place: string): void {
  walk(value, place === '' ? [] : [place], 0);
}

// The recursion ends at MAX_DEPTH, so no body can overflow the stack.
function walk(value: unknown, path: (string | number)[], depth: number): void {
  if (typeof value === 'string') {
    refuse(problemOfText(value), 'the text', path);
  } else if (typeof value === 'number') {
    refuse(problemOfNumber(value), 'the number', path);
  } else if (typeof value === 'object' && value !== null) {
    if (depth === MAX_DEPTH) {
      throw invalidSyntax(`${printPath(path)}more than ${MAX_DEPTH} objects and arrays inside one another`);
    }
    for (const [key, inner] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      if (typeof key === 'string') refuse(problemOfText(key), 'the name of an attribute', path);
      path.push(key);
      walk(inner, path, depth + 1);
      path.pop();
    }
  }
}

function refuse(problem: string | undefined, what: string, path: readonly (string | number)[]): void {
  if (problem !== undefined) throw invalidValue(`${printPath(path)}${what} ${problem}`);
}

function printPath(path: readonly (string | number)[]): string {
  let text = '';
  let separator = '';
  for (const step of path) {
    text += typeof step === 'number' ? `[${step}]` : separator + step;
    separator = typeof step === 'string' && step.includes(':') ? ':' : '.';
  }
  return text === '' ? '' : `${text}: `;
}
