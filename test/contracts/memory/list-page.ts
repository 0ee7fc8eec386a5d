import { evaluateFilter } from '../../../src/protocol/filter/evaluate-filter.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../../src/protocol/json.js';
import { type BoundAttribute } from '../../../src/protocol/schema/attribute-path.js';
import { type ResourceType } from '../../../src/protocol/schema/schema.js';
import { comparableText } from '../../../src/protocol/text/comparable-text.js';
import { compareCodePoints } from '../../../src/protocol/text/fold-case.js';
import {
  type Keyset,
  type ListPlan,
  type Position,
  type StorePage,
} from '../../../src/scim/lists/list-plan.js';

/** A resource that may be in a list. */
export interface Candidate<T> {
  readonly id: string;
  /** Its full representation, which filters and sorting look at. */
  readonly shown: JsonObject;
  readonly stored: T;
}

/** A resource at its place in a list. */
interface Entry<T> extends Position {
  readonly stored: T;
}

type Compare = (left: Position, right: Position) => number;

/** Filters, sorts, counts, and cuts the page out: in this order. */
export function listPage<T>(
  plan: ListPlan,
  candidates: (type: ResourceType) => readonly Candidate<T>[],
): StorePage<T> {
  const compare = listOrder(plan);
  const entries = plan.parts
    .flatMap(({ type, filter, sortBy }) =>
      candidates(type)
        .filter(({ shown }) => !filter || evaluateFilter(filter, shown))
        .map(({ id, shown, stored }) => ({ id, key: sortBy ? sortKey(sortBy, shown) : null, stored })),
    )
    .sort(compare);
  const { startIndex, count, keyset } = plan;
  const page = keyset
    ? pageByKeyset(entries, count, keyset, compare)
    : pageOf(entries.slice(startIndex - 1), count, false);
  return { totalResults: entries.length, ...page };
}

function pageByKeyset<T>(
  entries: readonly Entry<T>[],
  count: number,
  { from, backward }: Keyset,
  compare: Compare,
): Omit<StorePage<T>, 'totalResults'> {
  const beyond = entries.filter(
    (entry) => !from || (backward ? compare(entry, from) < 0 : compare(entry, from) > 0),
  );
  return pageOf(beyond, count, backward);
}

/** As many of the entries from where reading begins: at their end, where it goes backward. */
function pageOf<T>(
  beyond: readonly Entry<T>[],
  count: number,
  backward: boolean,
): Omit<StorePage<T>, 'totalResults'> {
  const page = beyond.slice(backward ? Math.max(beyond.length - count, 0) : 0).slice(0, count);
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return { resources: [] };
  const bounds = { first: positionOf(first), last: positionOf(last), hasMore: beyond.length > page.length };
  return { resources: resourcesOf(page), bounds };
}

const positionOf = ({ id, key }: Position): Position => ({ id, key });

function resourcesOf<T>(entries: readonly Entry<T>[]): readonly T[] {
  return entries.map(({ stored }) => stored);
}

/** By the key in the direction of the sort; resources with equal keys, or none, always by ascending id. */
function listOrder({ parts, sort }: ListPlan): Compare {
  const sortBy = parts.find((part) => part.sortBy)?.sortBy;
  const isNumeric = sortBy !== undefined && ['integer', 'decimal'].includes(valueDefinition(sortBy).type);
  const direction = sort?.descending ? -1 : 1;
  return (left, right) =>
    direction * compareKeys(left.key, right.key, isNumeric) || compareCodePoints(left.id, right.id);
}

/** A resource without a value comes last in ascending order (RFC 7644 §3.4.2.3). */
function compareKeys(left: string | null, right: string | null, isNumeric: boolean): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return isNumeric ? Number(left) - Number(right) : compareCodePoints(left, right);
}

/** The value in the form in which it is compared. RFC 7644 §3.4.2.3: of several values the primary, else the first. */
function sortKey(by: BoundAttribute, shown: JsonObject): string | null {
  const values = memberOf(by.extension === undefined ? shown : shown[by.extension], by.attribute.name);
  const value = isJsonArray(values) ? (values.find(isPrimary) ?? values[0]) : values;
  const definition = valueDefinition(by);
  const compared = definition === by.attribute ? value : memberOf(value, definition.name);
  if (typeof compared === 'string') return comparableText(definition, compared) || null;
  return typeof compared === 'number' || typeof compared === 'boolean' ? String(compared) : null;
}

/** A complex attribute that is sorted by is compared by its `value`. */
function valueDefinition({ attribute, subAttribute }: BoundAttribute): BoundAttribute['attribute'] {
  return subAttribute ?? attribute.subAttributes?.find(({ name }) => name === 'value') ?? attribute;
}

const isPrimary = (element: Json): boolean => isJsonObject(element) && element['primary'] === true;

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
