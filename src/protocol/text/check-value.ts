import { invalidSyntax, invalidValue } from '../error/scim-error.js';
import { WrittenNumber } from '../json.js';
import { finish, SLICE, type Work } from '../work.js';

/** How deep objects and arrays may be nested. */
export const MAX_DEPTH = 32;

const INT64_LIMIT = 2 ** 63;

/**
 * Why a string cannot be stored: PostgreSQL refuses the character NUL and cannot encode half of a surrogate pair.
 *
 * @returns the end of a sentence that begins "the text", or undefined for a string that can be stored
 */
export function problemOfText(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the character U+0000';
  if (!text.isWellFormed()) return 'holds half of a surrogate pair (U+D800 to U+DFFF)';
  return undefined;
}

/**
 * Why a number cannot be stored: it is infinite, an integer that does not fit into 64 bits, or one that would come back
 * as another one, since it is kept as a double.
 *
 * @returns the end of a sentence that begins "the number", or undefined for a number that can be stored
 */
export function problemOfNumber(number: number | WrittenNumber): string | undefined {
  const value = number instanceof WrittenNumber ? number.value : number;
  if (!Number.isFinite(value)) return 'is larger than any number this server keeps';
  if (Number.isInteger(value) && (value >= INT64_LIMIT || value < -INT64_LIMIT)) {
    return 'is an integer of more than 64 bits';
  }
  if (number instanceof WrittenNumber && number.isLongInteger) {
    return `has more digits than this server keeps; it would come back as ${value}`;
  }
  return undefined;
}

/**
 * Refuses a parsed body or text with a text that cannot be stored, however deep inside. Numbers are judged where one is
 * to be stored: {@link problemOfNumber}.
 *
 * @param place put in front of the path in the detail; may be empty
 * @throws ScimError 400 `invalidValue` for NUL or half a surrogate pair; `invalidSyntax` for nesting over
 *   {@link MAX_DEPTH}
 */
export function checkValue(value: unknown, place: string): void {
  finish(checkValueWork(value, place));
}

/** The same as a work that may be interrupted. */
export function* checkValueWork(value: unknown, place: string): Work<void> {
  const path: (string | number)[] = place === '' ? [] : [place];
  const open = [entriesOf(value, path, 0)];
  for (let count = 1; open.length > 0; count += 1) {
    if (count % SLICE === 0) yield;
    const entries = open.at(-1)?.next();
    if (entries === undefined || entries.done === true) {
      open.pop();
      path.pop();
      continue;
    }
    const [key, inner] = entries.value;
    if (typeof key === 'string') refuse(problemOfText(key), 'the name of an attribute', path);
    path.push(key);
    if (isContainer(inner)) open.push(entriesOf(inner, path, open.length));
    else {
      checkScalar(inner, path);
      path.pop();
    }
  }
}

function checkScalar(value: unknown, path: readonly (string | number)[]): void {
  if (typeof value === 'string') refuse(problemOfText(value), 'the text', path);
}

/** The values in an object or array. A scalar has none, and is checked. */
function entriesOf(
  value: unknown,
  path: readonly (string | number)[],
  depth: number,
): Iterator<readonly [string | number, unknown]> {
  if (!isContainer(value)) {
    checkScalar(value, path);
    return [].values();
  }
  if (depth === MAX_DEPTH) {
    throw invalidSyntax(`${printPath(path)}more than ${MAX_DEPTH} objects and arrays inside one another`);
  }
  return Array.isArray(value) ? value.entries() : Object.entries(value).values();
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof WrittenNumber);
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
