import { invalidSyntax, invalidValue } from '../error/scim-error.js';

/** How many objects and arrays may stand inside one another. */
export const MAX_DEPTH = 32;

const LONE_SURROGATE = /\p{Surrogate}/u;
const INT64_LIMIT = 2 ** 63;

/**
 * What makes a string impossible to store: PostgreSQL refuses NUL, and has no form for half a surrogate pair.
 * Undefined for every other string. The answer completes "the text …".
 */
export function problemOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character U+0000';
  if (LONE_SURROGATE.test(text)) return 'holds half of a surrogate pair (U+D800 to U+DFFF)';
  return undefined;
}

/** What makes a number impossible to store: it fits no double, or is an integer that fits no 64 bits. */
export function problemOfNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'is larger than any number this server keeps';
  if (Number.isInteger(value) && (value >= INT64_LIMIT || value < -INT64_LIMIT)) {
    return 'is an integer of more than 64 bits';
  }
  return undefined;
}

/**
 * Refuses what no store could keep, anywhere in a decoded body or text: NUL, lone surrogates, numbers outside
 * double and int64 (400 `invalidValue`), nesting over {@link MAX_DEPTH} (400 `invalidSyntax`). `place` is put in
 * front of the path that the detail names; it may be empty.
 */
export function checkValue(value: unknown, place: string): void {
  walk(value, place === '' ? [] : [place], 0);
}

// Recursion ends at MAX_DEPTH, so that no body can exhaust the stack.
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
