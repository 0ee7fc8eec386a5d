import { type BoundFilter } from '../../protocol/filter/filter.js';
import { type BoundAttribute } from '../../protocol/schema/attribute-path.js';
import { type ResourceType } from '../../protocol/schema/schema.js';

/**
 * What the store is asked of a list: of one resource type, or of several in one order (RFC 7644 §3.4.2.1 lets the root
 * be searched across types). Every resource has one place in it, so that pages join without gaps or repeats.
 */
export interface ListPlan extends Paging {
  readonly parts: readonly ListPart[];
  /**
   * Texts and dateTimes are compared by `comparableText` and `compareCodePoints`, of a text at least the first 500
   * characters; numbers by value; false comes before true. Of several values the primary one counts, else the first
   * (RFC 7644 §3.4.2.3). A resource with no value, or an empty text, comes last in ascending and first in descending
   * order; where nothing else decides, ids ascend in both. Absent: in the order of ids.
   */
  readonly sort?: { readonly descending: boolean };
  /** URI in front of a resource's id, for filters on `meta.location` and `$ref`: `https://host/base`. */
  readonly baseUri: string;
}

/** What a list takes of one resource type. */
export interface ListPart {
  readonly type: ResourceType;
  /** Selects what `evaluateFilter` finds in the full representations, before paging. Absent: all resources of the type. */
  readonly filter?: BoundFilter;
  /** Absent where nothing sorts, or where the type lacks what the list is sorted by. */
  readonly sortBy?: BoundAttribute;
}

/** Which page of a list is asked for. */
export interface Paging {
  /** From 1 (RFC 7644 §3.4.2.4 numbers results so). Beyond the end the page is empty. */
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
  /** How many resources the list has, of which the page is a part. */
  readonly totalResults: number;
  /** In the list's order, also where the page was read backward. */
  readonly resources: AsyncIterable<T> | readonly T[];
  /** Undefined where the page is empty; also where one resource, found by its key, is the whole list. */
  readonly bounds?: PageBounds;
}

export interface PageBounds {
  readonly first: Position;
  readonly last: Position;
  /** Whether the list has more beyond the page, in the direction in which it was read. */
  readonly hasMore: boolean;
}
