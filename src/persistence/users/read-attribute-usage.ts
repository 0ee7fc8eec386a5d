import { firstIdAt } from '../../scim/id-times.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';

/** In how many of the users that were looked at an attribute has a value. */
export interface AttributeUsageRow {
  /** Null in the row with the numbers of users. */
  readonly path: string | null;
  /** How many users were looked at, in that row. */
  readonly users: number;
  /** How many users there are. */
  readonly total: string;
}

/**
 * Which attributes the newest users have, and of complex ones that are no list and of extensions also which parts: they show
 * what the mapping of the identity provider is now.
 *
 * @param most how many users are looked at
 */
export function selectAttributeUsage(companyId: string, most: number): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`WITH newest AS MATERIALIZED (
        SELECT u.attributes FROM users u WHERE u.company_id = ${company} ORDER BY u.id DESC LIMIT ${parameter(most)}
      ), present AS (
        SELECT e.key AS path FROM newest n CROSS JOIN LATERAL jsonb_each(n.attributes) e
        UNION ALL
        SELECT e.key || CASE WHEN e.key LIKE 'urn:%' THEN ':' ELSE '.' END || p.key
        FROM newest n CROSS JOIN LATERAL jsonb_each(n.attributes) e CROSS JOIN LATERAL jsonb_object_keys(
          CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value ELSE '{}'::jsonb END) p (key)
      )
      SELECT f.path, f.users, (SELECT coalesce(sum(c.count), 0) FROM resource_counts c
        WHERE c.company_id = ${company} AND c.type = 'User') AS total
      FROM (
        SELECT NULL AS path, count(*)::int AS users FROM newest
        UNION ALL
        SELECT p.path, count(*)::int FROM present p GROUP BY p.path) f`,
    'users.attributes',
  );
}

/** How often requests named something that was left out. */
export interface IgnoredNameRow {
  readonly name: string;
  readonly requests: number;
  readonly last: Date;
}

/**
 * What requests named that was left out, since a time.
 *
 * @param most how many such requests are looked at, the newest first
 */
export function selectIgnoredNames(companyId: string, since: Date, most: number): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`WITH newest AS (
        SELECT a.id, a.detail->'ignored' AS ignored FROM activity a
        WHERE a.company_id = ${company} AND a.id >= ${parameter(firstIdAt(since))}::bigint
          AND a.outcome <> 'done' AND a.outcome <> 'unchanged' AND a.outcome = 'ignored'
        ORDER BY a.id DESC LIMIT ${parameter(most)}
      )
      SELECT i.name, count(*)::int AS requests, max(resource_id_time(n.id)) AS last
      FROM newest n CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE jsonb_typeof(n.ignored) WHEN 'array' THEN n.ignored ELSE '[]'::jsonb END) i (name)
      GROUP BY i.name`,
    'activity.ignored',
  );
}
