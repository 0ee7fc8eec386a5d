import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { firstIdAt } from '../../scim/id-times.js';

/** How often requests were refused for the same reason, with no value of theirs. */
export interface RefusalCountRow {
  readonly surface: string | null;
  readonly client: string | null;
  readonly operation: string;
  readonly scim_type: string | null;
  readonly status: number | null;
  readonly refused: number;
  readonly last: Date;
}

/**
 * How often requests were refused since a time, by reason.
 *
 * @param most how many refusals are counted, the newest first
 */
export function selectRefusalCounts(companyId: string, since: Date, most: number): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`WITH refusals AS (
        SELECT a.id, a.surface, a.client, a.operation, a.scim_type, a.status FROM activity a
        WHERE a.company_id = ${company} AND a.id >= ${parameter(firstIdAt(since))}::bigint
          AND a.outcome <> 'done' AND a.outcome <> 'unchanged' AND a.outcome = 'refused'
        ORDER BY a.id DESC LIMIT ${parameter(most)}
      )
      SELECT surface, client, operation, scim_type, status, count(*)::int AS refused,
        max(resource_id_time(id)) AS last
      FROM refusals GROUP BY surface, client, operation, scim_type, status`,
    'activity.refusals',
  );
}
