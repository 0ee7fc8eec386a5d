import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { behindMember, displayOf, joinNames, lastDisplayOf } from './read-activity.js';

/** A part of a list in the order of ids: 16 hex digits. */
export interface IdWindow {
  readonly behind: string | undefined;
  readonly count: number;
}

/** A member of a group at an instant. */
export interface MemberAtRow {
  readonly member: string;
  readonly member_type: 'U' | 'G';
  readonly member_display: string | null;
}

/** A group of a member at an instant. */
export interface GroupAtRow {
  readonly group: string;
  readonly display: string | null;
}

/** Since when there is a membership, and the entry of the journal that made it, where there is one. */
export interface OriginRow {
  readonly since: Date;
  readonly activity: string | null;
  readonly credential_id: string | null;
  readonly credential_name: string | null;
  readonly client: string | null;
}

/** A present member. */
export interface MemberRow extends MemberAtRow, OriginRow {}

/** A present group of a user. */
export interface GroupRow extends GroupAtRow, OriginRow {}

/**
 * The members that a group had behind a change: those of today with no change after it, and those of whom the first
 * change after it is that they left. The cost goes by the changes since.
 *
 * @param last the change, in decimal digits
 */
export function selectMembersAt(
  companyId: string,
  group: string,
  last: string,
  { behind, count }: IdWindow,
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const isOfGroup = (row: SqlFragment): SqlFragment =>
    sql`${row}.company_id = ${company} AND ${row}.group_id = ${idParameter(group)}`;
  return toStatement(
    sql`WITH changes AS MATERIALIZED (
      SELECT e.member_id, e.member_type, e.sign, e.activity_id FROM activity_members e
      WHERE ${isOfGroup(sql`e`)} AND e.activity_id > ${parameter(last)}::bigint ${behindMember(behind)}
    ), later AS MATERIALIZED (
      SELECT DISTINCT ON (c.member_id) c.member_id, c.member_type, c.sign FROM changes c
      ORDER BY c.member_id, c.activity_id
    ), found AS MATERIALIZED (
      (SELECT e.member_id, CASE WHEN e.member_user_id IS NULL THEN 'G' ELSE 'U' END AS member_type FROM memberships e
        WHERE ${isOfGroup(sql`e`)} ${behindMember(behind)}
          AND NOT EXISTS (SELECT FROM later l WHERE l.member_id = e.member_id)
        ORDER BY e.member_id LIMIT ${parameter(count)})
      UNION ALL SELECT l.member_id, l.member_type FROM later l WHERE l.sign = -1
      ORDER BY member_id LIMIT ${parameter(count)}
    )
    SELECT format_resource_id(e.member_id) AS member, e.member_type, ${displayOf(company, sql`e`)} AS member_display
    FROM found e ${joinNames(company, sql`e`)} ORDER BY e.member_id`,
    named('history.members_at', behind),
  );
}

/** The groups that a user or group was a direct member of behind a change; see {@link selectMembersAt}. */
export function selectGroupsAt(
  companyId: string,
  member: string,
  last: string,
  { behind, count }: IdWindow,
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const id = idParameter(member);
  const isBehind = behind === undefined ? sql`` : sql`AND e.group_id > ${idParameter(behind)}`;
  const present = (column: SqlFragment): SqlFragment => sql`SELECT e.group_id FROM memberships e
      WHERE e.company_id = ${company} AND e.${column} = ${id} ${isBehind}
        AND NOT EXISTS (SELECT FROM later l WHERE l.group_id = e.group_id)`;
  return toStatement(
    sql`WITH changes AS MATERIALIZED (
      SELECT e.group_id, e.sign, e.activity_id FROM activity_members e
      WHERE e.company_id = ${company} AND e.member_id = ${id} AND e.activity_id > ${parameter(last)}::bigint ${isBehind}
    ), later AS MATERIALIZED (
      SELECT DISTINCT ON (c.group_id) c.group_id, c.sign FROM changes c ORDER BY c.group_id, c.activity_id
    ), found AS MATERIALIZED (
      ${present(sql`member_user_id`)} UNION ALL ${present(sql`member_group_id`)}
      UNION ALL SELECT l.group_id FROM later l WHERE l.sign = -1
      ORDER BY group_id LIMIT ${parameter(count)}
    )
    SELECT format_resource_id(e.group_id) AS group,
      coalesce(g.display_name, ${lastDisplayOf(company, sql`e.group_id`)}) AS display
    FROM found e LEFT JOIN groups g ON g.company_id = ${company} AND g.id = e.group_id ORDER BY e.group_id`,
    named('history.groups_at', behind),
  );
}

/** The present members of a group, since when, and by what. */
export function selectMembers(companyId: string, group: string, { behind, count }: IdWindow): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`SELECT format_resource_id(e.member_id) AS member, e.member_type,
      ${displayOf(company, sql`e`)} AS member_display, ${ORIGIN_COLUMNS}
    FROM (
      SELECT e.group_id, e.member_id, CASE WHEN e.member_user_id IS NULL THEN 'G' ELSE 'U' END AS member_type,
        ${ADDED_COLUMNS}
      FROM memberships e WHERE e.company_id = ${company} AND e.group_id = ${idParameter(group)} ${behindMember(behind)}
      ORDER BY e.member_id LIMIT ${parameter(count)}) e
    ${joinOrigin(company)}
    ${joinNames(company, sql`e`)} ORDER BY e.member_id`,
    named('history.members', behind),
  );
}

/** The present groups of which a user is a direct member, since when, and by what. */
export function selectGroups(companyId: string, user: string, { behind, count }: IdWindow): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const isBehind = behind === undefined ? sql`` : sql`AND e.group_id > ${idParameter(behind)}`;
  return toStatement(
    sql`SELECT format_resource_id(e.group_id) AS group, g.display_name AS display, ${ORIGIN_COLUMNS}
    FROM (
      SELECT e.group_id, e.member_id, ${ADDED_COLUMNS} FROM memberships e
      WHERE e.company_id = ${company} AND e.member_user_id = ${idParameter(user)} ${isBehind}
      ORDER BY e.group_id LIMIT ${parameter(count)}) e
    JOIN groups g ON g.company_id = ${company} AND g.id = e.group_id
    ${joinOrigin(company)} ORDER BY e.group_id`,
    named('history.groups', behind),
  );
}

const named = (name: string, behind: string | undefined): string =>
  behind === undefined ? name : `${name}.next`;

/** Of a membership `e` with {@link ADDED_COLUMNS} that {@link joinOrigin} was given. */
export const ORIGIN_COLUMNS = sql`e.added_at AS since, format_resource_id(a.id) AS activity, a.credential_id,
    a.credential_name, a.client`;

/** `added_at` is the time of the change that brought the member, whose id is one of this millisecond. */
export const ADDED_COLUMNS = sql`e.added_at, first_resource_id(e.added_at) AS first,
    first_resource_id(e.added_at + interval '1 ms') AS end`;

/** Joins the entry of the journal that made a membership `e`. */
export function joinOrigin(company: SqlFragment): SqlFragment {
  return sql`LEFT JOIN LATERAL (
      SELECT j.activity_id FROM activity_members j
      WHERE j.company_id = ${company} AND j.group_id = e.group_id AND j.activity_id >= e.first AND j.activity_id < e.end
        AND j.member_id = e.member_id AND j.sign = 1
      ORDER BY j.activity_id DESC LIMIT 1) j ON true
    LEFT JOIN activity a ON a.company_id = ${company} AND a.id = j.activity_id`;
}
