import { type QueryResultRow } from 'pg';
import { type Position, type StorePage } from '../../scim/lists/list-plan.js';

/** The columns that `total t` and `page p` of `pageQuery` add to those of a resource. */
interface PageRow {
  readonly id: string;
  /** Null in the one row of an empty page. */
  readonly position: string | null;
  readonly total: string;
  readonly more: boolean;
  readonly key: string | null;
}

/** The total, and the bounds of a page that is not empty: as it was selected, whoever is deleted while it is read. */
export function pageFacts<T>(rows: readonly QueryResultRow[]): Omit<StorePage<T>, 'resources'> {
  const totalResults = Number(rows[0]?.['total'] ?? 0);
  const found = foundRows(rows) as readonly PageRow[];
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return { totalResults };
  const bounds = { first: positionOf(first), last: positionOf(last), hasMore: first.more };
  return { totalResults, bounds };
}

/** The rows that hold a resource: an empty page has one row, with the total alone. */
export function foundRows(rows: readonly QueryResultRow[] | undefined): readonly QueryResultRow[] {
  return (rows ?? []).filter((row) => row['position'] !== null);
}

function positionOf({ id, key }: PageRow): Position {
  return { id, key };
}
