import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { firstIdAt } from '../../scim/id-times.js';

/** How many entries of the journal are looked through, the newest first. */
const MOST_ENTRIES = 50_000;

/** A row of {@link selectMemberCounts}: one for each day on which something happened to the group, one at least. */
export interface MemberCountRow {
  /** How many members the group has now. */
  readonly members: string;
  /** The time of the oldest entry that was looked at, where not all were; null where all were. */
  readonly looked_to: Date | null;
  /** A day in UTC: `2026-01-31`; null where there is none. */
  readonly day: string | null;
  /** How many members came on that day, less those that went. */
  readonly net: number | null;
}

/** How many members a group has, and by how many that changed on each day since a time. */
export function selectMemberCounts(companyId: string, group: string, since: Date): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const most = parameter(MOST_ENTRIES);
  return toStatement(
    sql`WITH entries AS MATERIALIZED (
        SELECT a.id, coalesce(a.added, 0) - coalesce(a.removed, 0) AS net FROM activity a
        WHERE a.company_id = ${company} AND a.resource_id = ${idParameter(group)}
          AND a.id >= ${parameter(firstIdAt(since))}::bigint
        ORDER BY a.id DESC LIMIT ${most}::bigint
      ), days AS (
        SELECT to_char(resource_id_time(e.id) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, sum(e.net)::int AS net
        FROM entries e WHERE e.net <> 0 GROUP BY 1
      )
      SELECT n.members, n.looked_to, d.day, d.net FROM (
        SELECT (SELECT count(*) FROM memberships m WHERE m.company_id = ${company} AND m.group_id = ${idParameter(group)})
            AS members,
          (SELECT CASE WHEN count(*) = ${most}::bigint THEN resource_id_time(min(e.id)) END FROM entries e) AS looked_to) n
      LEFT JOIN days d ON true`,
    'history.member_counts',
  );
}
