import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type ListPart, type ListPlan } from '../../scim/lists/list-plan.js';
import { filterToSql } from './filter-to-sql.js';
import { ListOrder } from './list-order.js';
import { noKey, sortKey, type SortKey } from './sort-key.js';
import { join, parameter, sql, type SqlFragment } from './sql-fragment.js';

/**
 * Common table expressions for a list: `page (id, type, key, position)`, and `total (total, more)`, always one row.
 *
 * A filter is evaluated once for both, and before paging: else the planner may walk all rows in the list's order until
 * a page is full. Without a filter the page is read in that order, and the total comes from a counter.
 */
export function pageQuery(scope: CompanyScope, plan: ListPlan): SqlFragment {
  const keys = plan.parts.map(({ sortBy, type }) => (sortBy ? sortKey(sortBy, type) : undefined));
  const type = keys.find((key) => key !== undefined)?.type ?? 'text';
  const order = new ListOrder(plan, plan.sort && { type, descending: plan.sort.descending });
  const places = plan.parts.map((part, index) => {
    const key = keys[index];
    return { part, key: key?.value ?? noKey(type), indexed: key?.indexed ?? false };
  });
  const isFiltered = plan.parts.some(({ filter }) => filter);
  const ahead = isFiltered ? filteredRows(places, order, plan) : orderedRows(places, order, plan);
  const total = isFiltered ? sql`(SELECT count(*) FROM matching)` : countedRows(scope, plan.parts);
  const count = parameter(plan.count);
  return sql`${ahead}, total AS (
      SELECT ${total} AS total, (SELECT count(*) FROM ahead) > ${count}::bigint AS more
    ), page AS MATERIALIZED (
      SELECT a.id, a.type, a.key::text AS key, ${order.numbered(sql`a.number`)} AS position
      FROM (SELECT a.*, row_number() OVER (ORDER BY ${order.by(sql`a.key`, sql`a.id`)}) AS number FROM ahead a) a
      WHERE a.number <= ${count}::bigint
    )`;
}

interface Place {
  readonly part: ListPart;
  readonly key: SqlFragment;
  readonly indexed: SortKey['indexed'];
}

/** `matching`: all rows that the filters find. `ahead`: the page and one row more. */
function filteredRows(places: readonly Place[], order: ListOrder, { baseUri }: ListPlan): SqlFragment {
  const rows = places.map(({ part: { type, filter }, key }) => {
    const condition = filter ? filterToSql(filter, type, { baseUri }) : sql`true`;
    return sql`SELECT r.id, ${typeName(type)} AS type, ${key} AS key FROM ${rowsOf(type)} WHERE ${condition}`;
  });
  const [key, id] = [sql`m.key`, sql`m.id`];
  return sql`matching AS MATERIALIZED (
      ${join(rows, sql` UNION ALL `)}
    ), ahead AS MATERIALIZED (
      SELECT m.* FROM matching m WHERE ${order.reached(key, id, false)}
      ORDER BY ${order.by(key, id)} ${order.limit}
    )`;
}

/** `ahead` alone, where nothing filters: each part is read in order and no further than needed. */
function orderedRows(places: readonly Place[], order: ListOrder, { sort }: ListPlan): SqlFragment {
  const rows = places.map(({ part: { type }, key, indexed }) => {
    // Always true: the index of a required column is partial, and the planner uses it only with its condition.
    const floor = indexed ? sql`${key} >= '' AND ` : sql``;
    const condition = sql`${floor}${order.reached(key, sql`r.id`, indexed)}`;
    const limit = places.length === 1 ? order.limit : order.limitOfPart;
    // Type and key are made for the rows of the page, and not for all before it.
    return sql`(SELECT s.id, ${typeName(type)} AS type, ${sort ? sql`s.key` : key} AS key FROM (
      SELECT r.id${sort ? sql`, ${key} AS key` : sql``} FROM ${rowsOf(type)} WHERE ${condition}
      ORDER BY ${order.by(key, sql`r.id`)} ${limit}) s)`;
  });
  const [only] = rows;
  if (rows.length === 1 && only) return sql`ahead AS MATERIALIZED ${only}`;
  return sql`ahead AS MATERIALIZED (
      SELECT p.* FROM (${join(rows, sql` UNION ALL `)}) p
      ORDER BY ${order.by(sql`p.key`, sql`p.id`)} ${order.limit}
    )`;
}

function countedRows(scope: CompanyScope, parts: readonly ListPart[]): SqlFragment {
  return sql`(SELECT coalesce(sum(c.count), 0)::bigint FROM resource_counts c
    WHERE c.company_id = ${parameter(scope.companyId)}
      AND c.type = ANY (${parameter(parts.map(({ type }) => type.name))}::text[]))`;
}

function typeName({ name }: ResourceType): SqlFragment {
  return name === 'User' ? sql`'User'::text` : sql`'Group'::text`;
}

function rowsOf({ name }: ResourceType): SqlFragment {
  return name === 'User' ? sql`scoped.users r` : sql`scoped.groups r`;
}
