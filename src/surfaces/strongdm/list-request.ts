import { invalidFilter, ScimError } from '../../protocol/error/scim-error.js';
import { type Filter } from '../../protocol/filter/filter.js';
import { type FilterParser } from '../../protocol/filter/filter.parser.js';

/** The default and the maximum of `count`. */
export const PAGE_SIZE = 100;

export const FEATURES = { bulk: false, sort: false, maxResults: PAGE_SIZE };

const INTEGER = /^[+-]?\d+$/;

/** The parameters of a list, with numbers within the limits. */
interface StrongdmListRequest {
  readonly filter?: string;
  readonly startIndex: number;
  readonly count: number;
}

type Query = Readonly<Record<string, unknown>>;

/**
 * Reads a decoded query string. Parameters that the document does not have are ignored.
 *
 * @param attribute the one attribute that a filter may compare, by `eq` with a string
 * @param maxPageSize of all surfaces
 * @throws ScimError 400 that names the numbers which are no integers, 400 `invalidFilter` for any other filter
 */
export function readListRequest(
  query: Query,
  attribute: string,
  parser: FilterParser,
  maxPageSize: number,
): StrongdmListRequest {
  const numbers = { count: readInteger(query['count']), startIndex: readInteger(query['startIndex']) };
  const invalid = Object.entries(numbers).flatMap(([name, number]) => (number === 'invalid' ? [name] : []));
  if (invalid.length > 0) {
    const parameters = invalid.length > 1 ? 'parameters' : 'parameter';
    const detail = `Bad Request. Invalid ${parameters} provided in request: ${invalid.join(', ')}.`;
    throw new ScimError(400, undefined, detail);
  }
  const most = Math.min(PAGE_SIZE, maxPageSize);
  const { count = most, startIndex = 1 } = numbers as Partial<Record<keyof typeof numbers, number>>;
  return {
    ...readFilter(query['filter'], attribute, parser),
    startIndex: Math.max(1, startIndex),
    count: Math.min(Math.max(0, count), most),
  };
}

function readInteger(value: unknown): number | undefined | 'invalid' {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || !INTEGER.test(value)) return 'invalid';
  // Beyond this a number has no exact double; no list is that long.
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number(value), Number.MAX_SAFE_INTEGER));
}

function readFilter(value: unknown, attribute: string, parser: FilterParser): { filter?: string } {
  if (value === undefined || value === '') return {};
  if (typeof value !== 'string') throw invalidFilter('filter: expected one value, found several');
  if (!comparesOnly(parser.parse(value, { dialect: 'strict' }), attribute)) {
    throw invalidFilter(`filter: expected ${attribute} eq "…"`);
  }
  return { filter: value };
}

function comparesOnly(filter: Filter, attribute: string): boolean {
  return (
    filter.kind === 'compare' &&
    filter.operator === 'eq' &&
    filter.name.text.toLowerCase() === attribute.toLowerCase() &&
    typeof filter.value.value === 'string'
  );
}
