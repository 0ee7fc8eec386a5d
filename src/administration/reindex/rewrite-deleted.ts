import { type AttributeForms } from '../../persistence/indexed-forms/attribute-forms.js';
import { searchDocument } from '../../persistence/sql/search-document.js';
import { join, parameter, sql } from '../../persistence/sql/sql-fragment.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type Run } from './owner-session.js';
import { type Batch, type ResourceTable } from './resource-table.js';

interface DeletedRow {
  readonly id: string;
  readonly type: string;
  readonly attributes: Attributes;
}

/**
 * Recomputes the names by which a batch of deleted resources is found. They need not be unique.
 *
 * @returns the id of the last one; undefined if there were none
 */
export async function rewriteDeleted(
  run: Run,
  companyId: string,
  tables: readonly ResourceTable[],
  forms: AttributeForms,
  { after, size }: Batch,
): Promise<string | undefined> {
  const company = parameter(companyId);
  const { rows } = await run<DeletedRow & Record<string, unknown>>(
    sql`SELECT id, type, attributes FROM deleted_resources WHERE company_id = ${company} AND id > ${parameter(after)}
      ORDER BY id LIMIT ${parameter(String(size))}::int FOR NO KEY UPDATE`,
  );
  const values = rows.flatMap(({ id, type, attributes }) => {
    const table = tables.find((each) => each.type.name === type);
    if (!table) return [];
    const key = table.nameKey(searchDocument(forms, table.type, attributes));
    return [sql`(${parameter(id)}::bigint, ${parameter(key)}::text)`];
  });
  if (values.length === 0) return undefined;
  await run(
    sql`UPDATE deleted_resources d SET name_key = v.key FROM (VALUES ${join(values, sql`, `)}) v (id, key)
      WHERE d.company_id = ${company} AND d.id = v.id AND d.name_key <> v.key`,
  );
  return rows.at(-1)?.id;
}
