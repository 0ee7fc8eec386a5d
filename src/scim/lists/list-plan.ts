import { type BoundFilter } from '../../protocol/filter/filter.js';
import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type ResourceType } from '../../protocol/schema/schema.js';

/** What the store is asked of a list: of one resource type, or of several in one order (RFC 7644 §3.4.2.1). */
export interface ListPlan extends Paging {
  readonly parts: readonly ListPart[];
  readonly sort?: { readonly descending: boolean };
  /** URI in front of a resource's id, for filters on `meta.location` and `$ref`: `https://host/base`. */
  readonly baseUri: string;
}

/** What a list takes of one resource type. */
export interface ListPart {
  readonly type: ResourceType;
  readonly filter?: BoundFilter;
  /** Absent where nothing sorts, or where the type lacks what the list is sorted by. */
  readonly sortBy?: BoundAttribute;
}

/** Which page of a list is asked for. */
export interface Paging {
  /** From 1 (RFC 7644 §3.4.2.4). */
  readonly startIndex: number;
  /** How many resources at most; 0 asks for the total alone. */
  readonly count: number;
  /** In place of `startIndex`: the page is told by a position in the list's order, and not by a number. */
  readonly keyset?: Keyset;
}

/** A page by keyset: the resources next to a position. */
export interface Keyset {
  /** Absent: the page is the first one, or the last one where it is read backward. */
  readonly from?: Position;
  /** The page in front of the position, in place of the one behind it. */
  readonly backward: boolean;
}

/** A place in the order of a list: that of one resource, whether or not it is still there. */
export interface Position {
  readonly id: string;
  /** What the list is sorted by, as the store wrote it; null where the resource has no such value or nothing sorts. */
  readonly key: string | null;
}

export interface StorePage<T> {
  readonly totalResults: number;
  /** In the list's order, also where the page was read backward. */
  readonly resources: AsyncIterable<T> | readonly T[];
  /** Of a page by keyset that is not empty. */
  readonly bounds?: PageBounds;
}

export interface PageBounds {
  readonly first: Position;
  readonly last: Position;
  /** Whether the list has more beyond the page, in the direction in which it was read. */
  readonly hasMore: boolean;
}
