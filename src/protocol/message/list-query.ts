import { invalidValue } from '../error/scim-error.js';

/** The parameters of a list as a client gives them (RFC 7644 §3.4.2), numbers within what the server serves. */
export interface ListQuery {
  readonly filter?: string;
  /** From 1. */
  readonly startIndex: number;
  /** From 0 to the server's maximum; 0 asks for the total alone. */
  readonly count: number;
  readonly sortBy?: string;
  readonly sortOrder?: string;
  readonly attributes?: string;
  readonly excludedAttributes?: string;
}

export interface ListLimits {
  /** Resources on a page where the client names no `count`. */
  readonly defaultCount: number;
  /** Resources on a page at most. */
  readonly maxCount: number;
}

const TEXTS = ['filter', 'sortBy', 'sortOrder', 'attributes', 'excludedAttributes'] as const;
const INTEGER = /^-?\d+$/;

/**
 * Reads a decoded query string. A `startIndex` below 1 is 1, a negative `count` is 0, a `count` above the maximum
 * is the maximum (RFC 7644 §3.4.2.4). Unknown parameters are ignored.
 * @throws ScimError 400 `invalidValue` for a number that is no integer, or a parameter that is given twice.
 */
export function parseListQuery(query: Readonly<Record<string, unknown>>, limits: ListLimits): ListQuery {
  const texts = TEXTS.map((name) => [name, readText(query, name)] as const);
  const startIndex = readInteger(query, 'startIndex');
  const count = readInteger(query, 'count');
  return {
    ...(Object.fromEntries(texts.filter(([, text]) => text !== undefined)) as Partial<
      Record<(typeof TEXTS)[number], string>
    >),
    ...clampPage({ startIndex, count }, limits),
  };
}

/** The page that was asked for, brought within what the server serves (RFC 7644 §3.4.2.4). */
export function clampPage(
  { startIndex, count }: { startIndex: number | undefined; count: number | undefined },
  limits: ListLimits,
): Pick<ListQuery, 'startIndex' | 'count'> {
  return {
    startIndex: Math.max(1, startIndex ?? 1),
    count: Math.min(Math.max(0, count ?? limits.defaultCount), limits.maxCount),
  };
}

function readText(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalidValue(`${name}: expected one value, found several`);
}

function readInteger(query: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  if (!INTEGER.test(text)) throw invalidValue(`${name}: expected an integer in digits, such as 100`);
  // Beyond this a number has no exact double; no list is that long.
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number(text), Number.MAX_SAFE_INTEGER));
}
