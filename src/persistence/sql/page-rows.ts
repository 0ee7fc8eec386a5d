import { type QueryResultRow } from 'pg';
import { type Paging, type Position, type StorePage } from '../../scim/lists/list-plan.js';

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
  { keyset }: Paging,
): Omit<StorePage<T>, 'resources'> {
  const totalResults = Number(rows[0]?.['total'] ?? 0);
  const found = foundRows(rows) as readonly PageRow[];
  const [first, last] = [found[0], found.at(-1)];
  if (!keyset || !first || !last) return { totalResults };
  const bounds = { first: positionOf(first), last: positionOf(last), hasMore: first.more };
  return { totalResults, bounds };
}

/** The one row of an empty page holds the total alone. */
export function foundRows(rows: readonly QueryResultRow[] | undefined): readonly QueryResultRow[] {
  return (rows ?? []).filter((row) => row['position'] !== null);
}

function positionOf({ id, key }: PageRow): Position {
  return { id, key };
}
