import { type BoundFilter } from '../protocol/filter/filter.js';
import { type BoundAttribute } from '../protocol/schema/attribute-path.js';

/** `If-Match` and `If-None-Match` of a write, judged under the row's lock (RFC 7644 §3.14). */
export interface Precondition {
  /** Version counters, any of which may be the present one; `any`: the resource only has to exist. */
  readonly versions: readonly string[] | 'any';
  /** Version counters, none of which may be the present one; `any`: the resource must not exist. */
  readonly noneOf?: readonly string[] | 'any';
}

/** A place in the order of a list: that of one resource, whether or not it is still there. */
export interface Position {
  readonly id: string;
  /** What the list is sorted by, as the store wrote it; null where the resource has no such value or nothing sorts. */
  readonly key: string | null;
}

/** Which part of a list is asked for. */
export interface Paging {
  /** From 1 (RFC 7644 §3.4.2.4). */
  readonly startIndex: number;
  /** How many resources at most; 0 asks for the total alone. */
  readonly count: number;
  /** In place of `startIndex`: what lies behind a place, or before it; without a place, from the list's beginning. */
  readonly stretch?: { readonly from?: Position; readonly backward: boolean };
}

/** What a list is asked for. */
export interface StoreQuery extends Paging {
  readonly filter?: BoundFilter;
  readonly sort?: { readonly by: BoundAttribute; readonly descending: boolean };
  /** URI in front of a resource's id, for filters on `meta.location` and `$ref`: `https://host/base`. */
  readonly baseUri: string;
}

export interface StorePage<T> {
  readonly totalResults: number;
  /** In the list's order, also where the stretch goes backward. */
  readonly resources: AsyncIterable<T> | readonly T[];
  /** Of a stretch that is not empty. */
  readonly ends?: PageEnds;
}

export interface PageEnds {
  readonly first: Position;
  readonly last: Position;
  /** Whether the list goes on beyond the page, in the direction of the stretch. */
  readonly more: boolean;
}
