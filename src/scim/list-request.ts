import { type Dialect } from '../protocol/dialect/dialect.js';
import { invalidValue } from '../protocol/error/scim-error.js';
import { bindFilter } from '../protocol/filter/bind-filter.js';
import { type FilterParser } from '../protocol/filter/filter.parser.js';
import { resolveAttribute } from '../protocol/schema/attribute-path.js';
import { type ResourceType } from '../protocol/schema/schema.js';
import { type StoreQuery } from './store-query.js';

/** A list as a client asks for it (RFC 7644 §3.4.2), numbers already read. */
export interface ListRequest {
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
  /** See {@link StoreQuery.after}. */
  readonly after?: string;
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
    ...(after === undefined ? {} : { after }),
    ...(filter === undefined
      ? {}
      : { filter: bindFilter(parser.parse(filter, { dialect }), type, { dialect }) }),
    ...(sortBy === undefined ? {} : { sort: bindSort(sortBy, request.sortOrder, type) }),
  };
}

function bindSort(
  sortBy: string,
  sortOrder: string | undefined,
  type: ResourceType,
): NonNullable<StoreQuery['sort']> {
  const order = sortOrder?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw invalidValue('sortOrder is neither ascending nor descending.');
  }
  const resolution = resolveAttribute(type, sortBy);
  if (resolution.kind !== 'attribute') {
    const problem = resolution.kind === 'unknown' ? resolution.problem : 'names a schema, not an attribute';
    throw invalidValue(`sortBy: ${sortBy.slice(0, 200)} ${problem}.`);
  }
  const { target } = resolution;
  const value = target.attribute.subAttributes?.find(({ name }) => name === 'value');
  if (target.attribute.type !== 'complex' || target.subAttribute)
    return { by: target, descending: order === 'descending' };
  if (!value)
    throw invalidValue(`sortBy: ${target.attribute.name} is complex; name one of its sub-attributes.`);
  return { by: { ...target, subAttribute: value }, descending: order === 'descending' };
}
