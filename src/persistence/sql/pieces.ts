import { type QueryResultRow } from 'pg';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/** How many bytes the attributes of a page may have, as stored, to be read by one statement. */
const AT_ONCE_BYTES = 4 * 1024 * 1024;
/** How many bytes the attributes of one piece of a larger page may have; a piece has at least one resource. */
const PIECE_BYTES = 256 * 1024;
/** How many bytes a byte of compressed attributes counts for: texts compress to a third, at most to a hundredth. */
const EXPANSION = 10;
/** How many resources the first piece has, before it is known how many members or groups come with each. */
const FIRST = 10;
const MOST = 100;

/** What is known of a resource of a page that is read in pieces. */
export interface PieceRow extends QueryResultRow {
  readonly id: string;
  /** Of the attributes, in bytes. */
  readonly weight: string;
}

/** How many bytes attributes take, without reading them. */
export function weightOf(attributes: SqlFragment): SqlFragment {
  return sql`pg_column_size(${attributes})::bigint
    * CASE WHEN pg_column_compression(${attributes}) IS NULL THEN 1 ELSE ${parameter(EXPANSION)}::int END`;
}

/** Whether the rows of `listed (…, weight)` are read at once. */
export function fitsAtOnce(): SqlFragment {
  return sql`(SELECT coalesce(sum(l.weight), 0) FROM listed l) <= ${parameter(AT_ONCE_BYTES)}::bigint`;
}

/** A piece that was read, and how many resources the next one may have if they are like these. */
export interface Piece<T> {
  readonly resources: Iterable<T> | AsyncIterable<T>;
  readonly fitting: number;
}

/** Reads a page in pieces, each when it is asked for. */
export async function* readInPieces<Row extends PieceRow, T>(
  rows: readonly Row[],
  read: (rows: readonly Row[]) => Promise<Piece<T>>,
): AsyncGenerator<T> {
  let most = FIRST;
  for (let next = 0; next < rows.length;) {
    const piece = takePiece(rows.slice(next, next + most));
    next += piece.length;
    const { resources, fitting } = await read(piece);
    yield* resources;
    most = Math.min(Math.max(fitting, 1), MOST);
  }
}

/** As many as fit, and at least one. */
function takePiece<Row extends PieceRow>(rows: readonly Row[]): readonly Row[] {
  let weight = 0;
  const tooMuch = rows.findIndex((row) => (weight += Number(row.weight)) > PIECE_BYTES);
  return tooMuch === -1 ? rows : rows.slice(0, Math.max(tooMuch, 1));
}
