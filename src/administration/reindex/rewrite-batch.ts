import { type AttributeForms } from '../../persistence/indexed-forms/attribute-forms.js';
import { searchDocument } from '../../persistence/sql/search-document.js';
import { columns, join, parameter, sql, type SqlFragment } from '../../persistence/sql/sql-fragment.js';
import { ownerColumn, uniqueValues } from '../../persistence/unique-values/unique-values.js';
import { type Run } from './owner-session.js';
import { type Batch, readBatch, type ResourceRow, type ResourceTable } from './resource-table.js';

/** Together with an id, this is a key that no name can have, since U+10FFFF is not a character. */
const PARKED_PREFIX = '\u{10ffff}';

/** The result of {@link rewriteBatch}. */
export interface RewrittenBatch {
  /** Id of the last row; undefined if there were none. */
  readonly last: string | undefined;
  readonly rows: number;
  /** How many of the rows had other keys before. */
  readonly changed: number;
}

/**
 * Recomputes the keys of a batch of rows. Version and lastModified stay. The search for clashes has made sure that no
 * two rows get the same name in the end. In between, a row may need a key that a later row still has.
 */
export async function rewriteBatch(
  run: Run,
  companyId: string,
  table: ResourceTable,
  forms: AttributeForms,
  batch: Batch,
): Promise<RewrittenBatch> {
  const rows = await readBatch(run, companyId, table, batch, sql`FOR NO KEY UPDATE`);
  const first = rows.at(0);
  if (!first) return { last: undefined, rows: 0, changed: 0 };
  const renamed = rows
    .map((row) => ({ ...row, wanted: table.nameKey(searchDocument(forms, table.type, row.attributes)) }))
    .filter(({ name_key, name_unique, wanted }) => name_unique && wanted !== name_key)
    .map(({ wanted }) => wanted);
  if (renamed.length > 0) await run(parkNames(companyId, table, first.id, renamed));
  const { rowCount } = await run(rewriteKeys(companyId, table, forms, rows));
  for (const statement of rewriteUniqueValues(companyId, table, forms, rows)) await run(statement);
  return { last: rows.at(-1)?.id, rows: rows.length, changed: rowCount };
}

/** Gives rows that have one of the names a temporary key. They get their own key later, with their batch. */
function parkNames(
  companyId: string,
  { name, nameColumn, isNameUnique }: ResourceTable,
  firstId: string,
  names: readonly string[],
): SqlFragment {
  return sql`UPDATE ${name} SET ${nameColumn} = ${parameter(PARKED_PREFIX)}::text || id
    WHERE company_id = ${parameter(companyId)} AND ${nameColumn} = ANY (${parameter(names)}::text[])
      AND ${isNameUnique} AND id >= ${parameter(firstId)}`;
}

function rewriteKeys(
  companyId: string,
  { type, name, keyColumns, keys }: ResourceTable,
  forms: AttributeForms,
  rows: readonly ResourceRow[],
): SqlFragment {
  const values = rows.map(
    ({ id, attributes }) => sql`(${parameter(id)}::bigint, ${keys(forms, type, attributes)})`,
  );
  const made = columns(keyColumns, 'v.');
  return sql`UPDATE ${name} r SET (${columns(keyColumns)}) = ROW (${made})
    FROM (VALUES ${join(values, sql`, `)}) v (id, ${columns(keyColumns)})
    WHERE r.company_id = ${parameter(companyId)} AND r.id = v.id
      AND (${columns(keyColumns, 'r.')}) IS DISTINCT FROM (${made})`;
}

/**
 * Replaces the unique values of the rows. If another resource has one of the new values, it is an outdated value,
 * which is deleted here and replaced later, with that resource's batch.
 */
function rewriteUniqueValues(
  companyId: string,
  { type }: ResourceTable,
  forms: AttributeForms,
  rows: readonly ResourceRow[],
): readonly SqlFragment[] {
  const values = rows.flatMap(({ id, attributes }) =>
    uniqueValues(forms, type, attributes).map((value) => ({ ...value, id })),
  );
  const column = ownerColumn(type.name);
  const list = (items: readonly string[]): SqlFragment => parameter(items);
  const wanted = sql`unnest(${list(values.map(({ attribute }) => attribute))}::text[],
    ${list(values.map(({ hash }) => hash))}::text[], ${list(values.map(({ id }) => id))}::bigint[]) w (attribute, hash, id)`;
  const company = parameter(companyId);
  const same = sql`v.attribute = w.attribute AND v.value_hash = decode(w.hash, 'hex')`;
  const release = sql`DELETE FROM unique_values v WHERE v.company_id = ${company}
    AND v.${column} = ANY (${list(rows.map(({ id }) => id))}::bigint[])
    AND NOT EXISTS (SELECT FROM ${wanted} WHERE ${same} AND v.${column} = w.id)`;
  if (values.length === 0) return [release];
  return [
    release,
    sql`DELETE FROM unique_values v USING ${wanted}
      WHERE v.company_id = ${company} AND ${same} AND v.${column} IS DISTINCT FROM w.id`,
    sql`INSERT INTO unique_values (company_id, attribute, value_hash, ${column})
      SELECT ${company}::bigint, w.attribute, decode(w.hash, 'hex'), w.id FROM ${wanted}
      ORDER BY 2, 3 ON CONFLICT DO NOTHING`,
  ];
}
