import { type CellDatabase } from './cell-database.js';
import { MOVED_TABLES } from './moved-tables.js';

interface TableSum {
  readonly name: string;
  readonly rows: string;
  readonly checksum: string;
}

/** A sum of the hashes of whole rows is the same in whatever order they stand. */
const sumOf = (name: string): string =>
  `SELECT '${name}' AS name, count(*) AS rows, coalesce(sum(hash_record_extended(t, 0)::numeric), 0)::text AS checksum
     FROM public.${name} t WHERE t.company_id = $1`;

const SUMS = MOVED_TABLES.map(sumOf).join(' UNION ALL ');

/** How many rows of each table a company has. */
export async function countRows(
  database: CellDatabase,
  companyId: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = MOVED_TABLES.map(
    (name) => `SELECT '${name}' AS name, count(*) AS rows FROM public.${name} t WHERE t.company_id = $1`,
  );
  const found = await database.rows<TableSum>(counts.join(' UNION ALL '), [companyId]);
  return new Map(found.map(({ name, rows }) => [name, Number(rows)]));
}

/** In how far the rows of a company differ in two databases: a sentence for each table, or none. */
export async function compareCells(
  source: CellDatabase,
  target: CellDatabase,
  companyId: string,
): Promise<readonly string[]> {
  const [here, there] = await Promise.all(
    [source, target].map((each) => each.rows<TableSum>(SUMS, [companyId])),
  );
  return (here ?? []).flatMap(({ name, rows, checksum }) => {
    const other = there?.find((each) => each.name === name);
    if (other?.rows !== rows) return [`${name} has ${rows} rows here and ${other?.rows} there`];
    return other.checksum === checksum ? [] : [`${name} has ${rows} rows in both, and not the same`];
  });
}
