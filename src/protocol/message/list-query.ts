import { invalidCount, invalidValue, type ScimError } from '../error/scim-error.js';
import { type ListParameters } from './list-request.js';

export interface ListLimits {
  /** Resources on a page where the client names no `count`. */
  readonly defaultCount: number;
  /** Resources on a page at most. */
  readonly maxCount: number;
  /** Whether `cursor` is a parameter here; where it is not, it is ignored as all unknown ones are. */
  readonly cursors?: boolean;
}

/** The same limits where no page may have more than `most` resources. */
export const withinPages = (limits: ListLimits, most: number): ListLimits => ({
  ...limits,
  defaultCount: Math.min(limits.defaultCount, most),
  maxCount: Math.min(limits.maxCount, most),
});

/** The part of a list that is asked for, as it was read. */
interface PageParameters {
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly cursor?: string | undefined;
}

const TEXTS = ['filter', 'sortBy', 'sortOrder', 'attributes', 'excludedAttributes'] as const;
const INTEGER = /^-?\d+$/;

/**
 * Reads a decoded query string. A `startIndex` below 1 is 1, a negative `count` is 0, a `count` above the maximum
 * is the maximum (RFC 7644 §3.4.2.4). Unknown parameters are ignored.
 * @throws ScimError 400 `invalidValue` for a number that is no integer, a parameter that is given twice, or
 * `startIndex` beside `cursor`; `invalidCount` for such a `count` beside `cursor`.
 */
export function parseListQuery(query: Readonly<Record<string, unknown>>, limits: ListLimits): ListParameters {
  const texts = TEXTS.map((name) => [name, readText(query, name)] as const);
  const given = Object.fromEntries(texts.filter(([, text]) => text !== undefined));
  const cursor = limits.cursors ? readText(query, 'cursor') : undefined;
  const startIndex = readInteger(query, 'startIndex', invalidValue);
  const count = readInteger(query, 'count', cursor === undefined ? invalidValue : invalidCount);
  return Object.assign(clampPage({ startIndex, count, cursor }, limits), given);
}

/**
 * The page that was asked for, brought within what the server serves (RFC 7644 §3.4.2.4, RFC 9865 §2).
 * @throws ScimError 400 `invalidValue` where both ways of paging are asked for.
 */
export function clampPage(
  { startIndex, count, cursor }: PageParameters,
  limits: ListLimits,
): Pick<ListParameters, 'startIndex' | 'count' | 'cursor'> {
  const clamped = count === undefined ? undefined : Math.min(Math.max(0, count), limits.maxCount);
  const page = { startIndex: Math.max(1, startIndex ?? 1), count: clamped ?? limits.defaultCount };
  if (cursor === undefined) return page;
  if (startIndex !== undefined)
    throw invalidValue('startIndex and cursor are two ways of paging: send one of them');
  return { ...page, cursor: { text: cursor, count: clamped } };
}

function readText(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue(`${name}: expected one value, found several`);
}

function readInteger(
  query: Readonly<Record<string, unknown>>,
  name: string,
  refusal: (detail: string) => ScimError,
): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  if (!INTEGER.test(text)) throw refusal(`${name}: expected an integer in digits, such as 100`);
  return withinIntegers(Number(text));
}

/** The nearest number that has an exact double; no list is that long. */
export function withinIntegers(number: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(number, Number.MAX_SAFE_INTEGER));
}
