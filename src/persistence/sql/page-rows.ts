import { type QueryResultRow } from 'pg';
import { type PageEnds, type Paging, type Position, type StorePage } from '../../scim/store-query.js';

/** The columns of a page's rows, from `total t` and `page p` of `pageQuery`, beside those of the resource as `id` and so on. */
interface PageRow {
  readonly id: string;
  /** Null in the one row of an empty page. */
  readonly position: string | null;
  readonly total: string;
  readonly more: boolean;
  readonly key: string | null;
}

/** What a page says beside its resources. */
export function pageFacts<T>(
  rows: readonly QueryResultRow[],
  { stretch }: Paging,
): Omit<StorePage<T>, 'resources'> {
  const totalResults = Number(rows[0]?.['total'] ?? 0);
  const found = foundRows(rows) as readonly PageRow[];
  const [first, last] = [found[0], found.at(-1)];
  if (!stretch || !first || !last) return { totalResults };
  const ends: PageEnds = { first: positionOf(first), last: positionOf(last), more: first.more };
  return { totalResults, ends };
}

/** The one row of an empty page holds the total alone. */
export function foundRows(rows: readonly QueryResultRow[] | undefined): readonly QueryResultRow[] {
  return (rows ?? []).filter((row) => row['position'] !== null);
}

function positionOf({ id, key }: PageRow): Position {
  return { id, key };
}
