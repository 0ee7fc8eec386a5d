import { type ResourceType } from '../../protocol/schema/schema.js';
import { type StoreQuery } from '../../scim/store-query.js';
import { type CompanyScope } from '../../tenancy/company-scope.js';
import { filterToSql } from './filter-to-sql.js';
import { readResourceId } from './resource-id.js';
import { sortKey } from './sort-key.js';
import { parameter, sql, type SqlFragment } from './sql-fragment.js';

/**
 * Two common table expressions for a list: `total (total)`, always one row, and `page (id, position)`.
 * A filter is evaluated once for both, and before paging, so that no plan walks all rows in the order of ids
 * looking for a page full.
 */
export function pageQuery(scope: CompanyScope, type: ResourceType, query: StoreQuery): SqlFragment {
  const limit = parameter(query.count);
  const offset = parameter(Math.min(query.startIndex, Number.MAX_SAFE_INTEGER) - 1);
  const paging = sql`LIMIT ${limit}::bigint OFFSET ${offset}::bigint`;
  const table = type.name === 'User' ? sql`users` : sql`groups`;
  const context = { baseUri: query.baseUri };
  // Every id is greater than 0.
  const after = parameter(readResourceId(query.after ?? '') ?? '0');
  if (!query.filter && !query.sort) {
    return sql`total AS (
      SELECT coalesce(sum(c.count), 0)::bigint AS total FROM resource_counts c
      WHERE c.company_id = ${parameter(scope.companyId)} AND c.type = ${parameter(type.name)}
    ), page AS MATERIALIZED (
      SELECT r.id, row_number() OVER (ORDER BY r.id) AS position FROM ${table} r
      WHERE r.company_id = ${parameter(scope.companyId)} AND r.id > ${after}::bigint ORDER BY r.id ${paging}
    )`;
  }
  const condition = query.filter ? filterToSql(query.filter, type, context) : sql`true`;
  const key = query.sort ? sortKey(query.sort.by, type) : sql`NULL`;
  const order = query.sort?.descending ? sql`m.key DESC, m.id` : sql`m.key, m.id`;
  return sql`matching AS MATERIALIZED (
      SELECT r.id, ${key} AS key FROM scoped.${table} r WHERE ${condition}
    ), total AS (
      SELECT count(*) AS total FROM matching
    ), page AS MATERIALIZED (
      SELECT m.id, row_number() OVER (ORDER BY ${order}) AS position FROM matching m
      WHERE m.id > ${after}::bigint ORDER BY position ${paging}
    )`;
}
