import { type BoundFilter } from '../protocol/filter/filter.js';
import { type BoundAttribute } from '../protocol/schema/attribute-path.js';

/** `If-Match` of a write, judged under the row's lock (RFC 7644 §3.14). */
export interface Precondition {
  /** Version counters, any of which may be the present one; `any`: the resource only has to exist. */
  readonly versions: readonly string[] | 'any';
}

/** What a list is asked for; paging by index (RFC 7644 §3.4.2.4). */
export interface StoreQuery {
  readonly filter?: BoundFilter;
  readonly sort?: { readonly by: BoundAttribute; readonly descending: boolean };
  /** From 1. */
  readonly startIndex: number;
  /** How many resources at most; 0 asks for the total alone. */
  readonly count: number;
  /** Only resources behind this id in the order of ids, to read on where a page ended; not with `sort`. */
  readonly after?: string;
  /** URI in front of a resource's id, for filters on `meta.location` and `$ref`: `https://host/base`. */
  readonly baseUri: string;
}

export interface StorePage<T> {
  readonly totalResults: number;
  readonly resources: AsyncIterable<T> | readonly T[];
}
