import { type Paging } from '../../scim/lists/list-plan.js';
import { idParameter } from './resource-id.js';
import { type SortKey } from './sort-key.js';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/**
 * The order of a list, and which part of it is read. Every row has one place: after the key comes the id, which
 * ascends in either direction of the sort.
 */
export class ListOrder {
  /** In the direction of reading, which may be against the list's own. */
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

  /** Whether a row is on the part of the list that is read. It begins with a range that an index answers. */
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

  /** How many rows from where, one more than the page to see whether the list goes on. */
  get limit(): SqlFragment {
    const { count, startIndex, keyset } = this.paging;
    const offset = keyset ? 0 : Math.min(startIndex, Number.MAX_SAFE_INTEGER) - 1;
    return sql`LIMIT ${parameter(count)}::bigint + 1 OFFSET ${parameter(offset)}::bigint`;
  }

  /** How many rows of one of several parts can be on the page or before it. */
  get limitOfPart(): SqlFragment {
    const { count, startIndex, keyset } = this.paging;
    const before = keyset ? 0 : Math.min(startIndex, Number.MAX_SAFE_INTEGER - count - 1) - 1;
    return sql`LIMIT ${parameter(before + count + 1)}::bigint`;
  }

  /** The rows' numbers in the list's own order, of rows numbered from 1 in the direction of reading. */
  numbered(row: SqlFragment): SqlFragment {
    return this.idsAscend ? row : sql`${parameter(this.paging.count)}::bigint + 1 - ${row}`;
  }

  private value(text: string): SqlFragment {
    const value = parameter(text);
    if (this.sort?.type === 'numeric') return sql`${value}::numeric`;
    return this.sort?.type === 'timestamptz' ? sql`${value}::timestamptz` : sql`${value}::text`;
  }
}
