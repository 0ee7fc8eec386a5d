import { type Dialect } from '../protocol/dialect/dialect.js';
import { invalidValue } from '../protocol/error/scim-error.js';
import { bindFilter } from '../protocol/filter/bind-filter.js';
import { type FilterParser } from '../protocol/filter/filter.parser.js';
import { type CursorParameter } from '../protocol/message/list-query.js';
import { type BoundAttribute, printAttribute, resolveAttribute } from '../protocol/schema/attribute-path.js';
import { type SchemaRegistry } from '../protocol/schema/schema-registry.js';
import { type ResourceType } from '../protocol/schema/schema.js';
import { type RootPart, type RootQuery } from './resources/resources.store.js';
import { type StoreQuery } from './store-query.js';

/** A list as a client asks for it (RFC 7644 §3.4.2), numbers already read. */
export interface ListRequest {
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
  /** Only resources behind this id in the order of ids, to read on where a page ended; not with `sortBy`. */
  readonly after?: string;
  /** Present where the list is paged by cursor. */
  readonly cursor?: CursorParameter;
  readonly dialect: Dialect;
  readonly baseUri: string;
}

/**
 * From what was asked to what the store is asked.
 * @throws ScimError 400 `invalidFilter`, or `invalidValue` for a sort that cannot be done.
 */
export function bindListRequest(request: ListRequest, type: ResourceType, parser: FilterParser): StoreQuery {
  const { filter, sortBy, startIndex, count, after, dialect, baseUri } = request;
  return {
    startIndex,
    count,
    baseUri,
    ...(after === undefined ? {} : { stretch: { from: { id: after, key: null }, backward: false } }),
    ...(filter === undefined
      ? {}
      : { filter: bindFilter(parser.parse(filter, { dialect }), type, { dialect, baseUri }) }),
    ...(sortBy === undefined ? {} : { sort: bindSort(sortBy, request.sortOrder, type) }),
  };
}

/**
 * From what was asked of both types at once to what the store is asked. What one type lacks has no value there
 * (RFC 7644 §3.4.2.1).
 * @throws ScimError 400 as {@link bindListRequest}; also for a sort by what no type has.
 */
export function bindRootRequest(
  request: ListRequest,
  { types }: SchemaRegistry,
  parser: FilterParser,
): RootQuery {
  const { filter, sortBy, startIndex, count, dialect, baseUri } = request;
  const parsed = filter === undefined ? undefined : parser.parse(filter, { dialect });
  const parts = types.map((type): RootPart => ({
    type,
    ...(parsed && { filter: bindFilter(parsed, type, { dialect, baseUri, unknownAttributes: 'noMatch' }) }),
  }));
  if (sortBy === undefined) return { parts, startIndex, count, baseUri };
  const descending = readsDescending(request.sortOrder);
  const keys = parts.map(({ type }) => findSortAttribute(sortBy, type));
  const unknown = keys.find((key) => 'problem' in key);
  if (keys.every((key) => 'problem' in key) && unknown) throw invalidValue(unknown.problem);
  const sorted = parts.map((part, index) => {
    const key = keys[index];
    return key && 'by' in key ? { ...part, sortBy: key.by } : part;
  });
  refuseMixedKeys(sortBy, sorted);
  return { parts: sorted, sort: { descending }, startIndex, count, baseUri };
}

/** Values of different types have no common order. */
function refuseMixedKeys(sortBy: string, parts: readonly RootPart[]): void {
  const types = parts.flatMap((part) => part.sortBy ?? []).map(typeOfKey);
  if (new Set(types).size > 1)
    throw invalidValue(`sortBy: ${sortBy.slice(0, 200)} is a ${types.join(' in users and a ')} in groups.`);
}

function typeOfKey({ attribute, subAttribute }: BoundAttribute): string {
  const { type } = subAttribute ?? attribute;
  if (type === 'integer' || type === 'decimal') return 'number';
  return type === 'dateTime' ? type : 'string';
}

function bindSort(
  sortBy: string,
  sortOrder: string | undefined,
  type: ResourceType,
): NonNullable<StoreQuery['sort']> {
  const descending = readsDescending(sortOrder);
  const found = findSortAttribute(sortBy, type);
  if ('problem' in found) throw invalidValue(found.problem);
  return { by: found.by, descending };
}

function readsDescending(sortOrder: string | undefined): boolean {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw invalidValue('sortOrder is neither ascending nor descending.');
  }
  return order === 'descending';
}

/** A complex attribute stands for its `value`, where it has one (RFC 7644 §3.4.2.3). */
function findSortAttribute(sortBy: string, type: ResourceType): { by: BoundAttribute } | { problem: string } {
  const resolution = resolveAttribute(type, sortBy);
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
  if (value) return { by: { ...target, subAttribute: value } };
  return { problem: `sortBy: ${target.attribute.name} is complex; name one of its sub-attributes.` };
}
