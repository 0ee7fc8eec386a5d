import { type Dialect } from '../../protocol/dialect/dialect.js';
import { readAttributeName } from '../../protocol/dialect/schema-urns.js';
import { invalidValue } from '../../protocol/error/scim-error.js';
import { bindFilter } from '../../protocol/filter/bind-filter.js';
import { type FilterParser } from '../../protocol/filter/filter.parser.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import {
  type BoundAttribute,
  printAttribute,
  resolveAttribute,
} from '../../protocol/schema/attribute-path.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type ListPart, type ListPlan } from './list-plan.js';

/**
 * Parses and binds what was asked of a list; a cursor is left to `CursorPages`.
 * @param types Whose resources are listed. Of several, what one lacks has no value there (RFC 7644 §3.4.2.1: at the
 * server's root, an attribute need not be defined for all types); of one, what it lacks is refused.
 * @throws ScimError 400 `invalidFilter`, or `invalidValue` for a sort that cannot be done
 */
export function planList(
  request: ListRequest,
  types: readonly ResourceType[],
  parser: FilterParser,
): ListPlan {
  const { startIndex, count, after, baseUri } = request;
  return {
    startIndex,
    count,
    baseUri,
    ...(after === undefined ? {} : { keyset: { from: { id: after, key: null }, backward: false } }),
    ...planSort(request, planParts(request, types, parser)),
  };
}

/** The filter as each type understands it. */
function planParts(
  { filter, dialect, baseUri }: ListRequest,
  types: readonly ResourceType[],
  parser: FilterParser,
): readonly ListPart[] {
  if (filter === undefined) return types.map((type) => ({ type }));
  const typed = parser.parse(filter, { dialect });
  const unknownAttributes = types.length > 1 ? 'noMatch' : 'refuse';
  return types.map((type) => ({
    type,
    filter: bindFilter(typed, type, { dialect, baseUri, unknownAttributes }),
  }));
}

/** The parts with what each of them is sorted by; at least one has to have it. */
function planSort(
  { sortBy, sortOrder, dialect }: ListRequest,
  parts: readonly ListPart[],
): Pick<ListPlan, 'parts' | 'sort'> {
  if (sortBy === undefined) return { parts };
  const descending = readsDescending(sortOrder);
  const keys = parts.map(({ type }) => findSortAttribute(sortBy, type, dialect));
  const sorted = parts.map((part, index) => {
    const key = keys[index];
    return key && 'by' in key ? { ...part, sortBy: key.by } : part;
  });
  const [first] = keys;
  if (first && 'problem' in first && !keys.some((key) => 'by' in key)) throw invalidValue(first.problem);
  refuseMixedKeys(sortBy, sorted);
  return { parts: sorted, sort: { descending } };
}

/** Values of different types have no common order. */
function refuseMixedKeys(sortBy: string, parts: readonly ListPart[]): void {
  const types = parts.flatMap((part) => part.sortBy ?? []).map(typeOfKey);
  if (new Set(types).size > 1)
    throw invalidValue(`sortBy: ${sortBy.slice(0, 200)} is a ${types.join(' in users and a ')} in groups.`);
}

function typeOfKey({ attribute, subAttribute }: BoundAttribute): string {
  const { type } = subAttribute ?? attribute;
  if (type === 'integer' || type === 'decimal') return 'number';
  return type === 'dateTime' ? type : 'string';
}

function readsDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw invalidValue('sortOrder is neither ascending nor descending.');
  }
  return order === 'descending';
}

/** A complex attribute stands for its `value`, where it has one (RFC 7644 §3.4.2.3). */
function findSortAttribute(
  sortBy: string,
  type: ResourceType,
  dialect: Dialect,
): { by: BoundAttribute } | { problem: string } {
  const resolution = resolveAttribute(type, readAttributeName(sortBy, type, dialect));
  if (resolution.kind !== 'attribute') {
    const problem = resolution.kind === 'unknown' ? resolution.problem : 'names a schema, not an attribute';
    return { problem: `sortBy: ${sortBy.slice(0, 200)} ${problem}.` };
  }
  const { target } = resolution;
  if (target.attribute.returned === 'never' || target.subAttribute?.returned === 'never')
    return { problem: `sortBy: ${printAttribute(target)} is never returned, so nothing is sorted by it.` };
  if (target.attribute.type !== 'complex' || target.subAttribute) return { by: target };
  const value = target.attribute.subAttributes?.find(
    ({ name, returned }) => name === 'value' && returned !== 'never',
  );
  if (value) return { by: { subAttribute: value, ...target } };
  return { problem: `sortBy: ${target.attribute.name} is complex; name one of its sub-attributes.` };
}
