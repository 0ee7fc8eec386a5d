import { sql, type SqlFragment } from './sql-fragment.js';

/**
 * The row of a company's table, or of a scoped view, that has a key: what stands behind `JOIN LATERAL`, without its
 * alias. `LIMIT` keeps it a look-up by index for each key: as an ordinary join the planner might read the whole company
 * once or for each key, where its statistics say that the company has hardly any rows.
 *
 * @param columns of the row
 * @param from the table and its alias
 * @param key the condition on the whole primary key
 */
export function rowByKey(columns: SqlFragment, from: SqlFragment, key: SqlFragment): SqlFragment {
  return sql`LATERAL (SELECT ${columns} FROM ${from} WHERE ${key} LIMIT 1)`;
}
