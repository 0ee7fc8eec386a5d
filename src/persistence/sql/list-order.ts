import { type Paging } from '../../scim/lists/list-plan.js';
import { idParameter } from './resource-id.js';
import { type SortKey } from './sort-key.js';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/**
 * The order of a list, and which part of it is read. Rows are in the order of the sort key, then of the id, so that no
 * two have the same place. Ids ascend whether the sort does or not.
 */
export class ListOrder {
  /** In the direction of reading, which is the opposite of the list's where a cursor leads back. */
  private readonly keysAscend: boolean;
  private readonly idsAscend: boolean;

  constructor(
    private readonly paging: Paging,
    private readonly sort: { readonly type: SortKey['type']; readonly descending: boolean } | undefined,
  ) {
    const backward = paging.keyset?.backward ?? false;
    this.idsAscend = !backward;
    this.keysAscend = (sort?.descending ?? false) === backward;
  }

  /** `ORDER BY` in the direction of reading. PostgreSQL puts NULL last ascending and first descending. */
  by(key: SqlFragment, id: SqlFragment): SqlFragment {
    const ids = this.idsAscend ? sql`${id}` : sql`${id} DESC`;
    if (!this.sort) return ids;
    return this.keysAscend ? sql`${key}, ${ids}` : sql`${key} DESC, ${ids}`;
  }

  /** Whether a row is in the part of the list that is read. The condition begins with a range that an index answers. */
  reached(key: SqlFragment, id: SqlFragment, indexed: boolean): SqlFragment {
    const from = this.paging.keyset?.from;
    if (!from) return sql`true`;
    const place = idParameter(from.id);
    const beyond = this.idsAscend ? sql`${id} > ${place}` : sql`${id} < ${place}`;
    if (!this.sort) return beyond;
    if (from.key === null) {
      const among = sql`(${key} IS NULL AND ${beyond})`;
      return this.keysAscend ? among : sql`(${among} OR ${key} IS NOT NULL)`;
    }
    const value = this.value(from.key);
    const range = this.keysAscend
      ? sql`(${key} >= ${value} AND (${key} > ${value} OR ${beyond}))`
      : sql`(${key} <= ${value} AND (${key} < ${value} OR ${beyond}))`;
    return indexed || !this.keysAscend ? range : sql`(${range} OR ${key} IS NULL)`;
  }

  /** LIMIT and OFFSET of the page, with one row more that tells whether the list goes on. */
  get limit(): SqlFragment {
    const { count, startIndex, keyset } = this.paging;
    const offset = keyset ? 0 : Math.min(startIndex, Number.MAX_SAFE_INTEGER) - 1;
    return sql`LIMIT ${parameter(count)}::bigint + 1 OFFSET ${parameter(offset)}::bigint`;
  }

  /** LIMIT for one of several parts: no more of its rows can be on the page or before it. */
  get limitOfPart(): SqlFragment {
    const { count, startIndex, keyset } = this.paging;
    const before = keyset ? 0 : Math.min(startIndex, Number.MAX_SAFE_INTEGER - count - 1) - 1;
    return sql`LIMIT ${parameter(before + count + 1)}::bigint`;
  }

  /** From a row's number in the direction of reading, from 1, to its number in the list's order. */
  numbered(row: SqlFragment): SqlFragment {
    return this.idsAscend ? row : sql`${parameter(this.paging.count)}::bigint + 1 - ${row}`;
  }

  private value(text: string): SqlFragment {
    const value = parameter(text);
    if (this.sort?.type === 'numeric') return sql`${value}::numeric`;
    return this.sort?.type === 'timestamptz' ? sql`${value}::timestamptz` : sql`${value}::text`;
  }
}
