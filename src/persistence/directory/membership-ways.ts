import { oneMore, membershipsWhere, reachedFrom } from '../checks/walks.js';
import { displayOf, joinNames, lastDisplayOf } from '../journal/read-activity.js';
import { ADDED_COLUMNS, joinOrigin, type OriginRow, ORIGIN_COLUMNS } from '../journal/read-history.js';
import { idParameter, idsParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';

/** A membership of a group, or of who was asked about, in a group: ids of 16 hex digits. */
export interface StepRow {
  readonly member: string;
  readonly group: string;
}

/**
 * All memberships by which a user is in groups, those of groups in groups included; cycles end. One more than `most` where
 * there are more.
 */
export function selectStepsUp(user: string, most: number): Statement {
  const id = idParameter(user);
  const above = membershipsWhere(
    sql`m.member_group_id AS member_id, m.group_id`,
    sql`m.member_group_id = h.group_id`,
  );
  const own = membershipsWhere(sql`m.member_user_id AS member_id, m.group_id`, sql`m.member_user_id = ${id}`);
  return toStatement(
    sql`WITH RECURSIVE ${reachedFrom(sql`SELECT ${id} AS user_id`)},
      held AS MATERIALIZED (SELECT r.group_id FROM reached r ${oneMore(most)})
      SELECT ${STEP} FROM (
        SELECT o.* FROM (${own}) o
        UNION ALL SELECT a.* FROM held h CROSS JOIN LATERAL (${above}) a) m
      ${oneMore(most)}`,
    'directory.steps_up',
  );
}

/** All memberships of groups in groups below a group; see {@link selectStepsUp}. */
export function selectStepsDown(group: string, most: number): Statement {
  const nested = (above: SqlFragment): SqlFragment =>
    membershipsWhere(
      sql`m.member_group_id AS member_id, m.group_id`,
      sql`m.group_id = ${above} AND m.member_group_id IS NOT NULL`,
    );
  return toStatement(
    sql`WITH RECURSIVE below (group_id) AS (
        SELECT ${idParameter(group)} UNION
        SELECT m.member_id FROM below b CROSS JOIN LATERAL (${nested(sql`b.group_id`)}) m),
      held AS MATERIALIZED (SELECT b.group_id FROM below b ${oneMore(most)})
      SELECT ${STEP} FROM held h CROSS JOIN LATERAL (${nested(sql`h.group_id`)}) m ${oneMore(most)}`,
    'directory.steps_down',
  );
}

const STEP = sql`format_resource_id(m.member_id) AS member, format_resource_id(m.group_id) AS group`;

/** A group by its id, with what made the user a member of it, where it is a direct one. */
export interface NamedGroupRow extends Omit<OriginRow, 'since'> {
  readonly group: string;
  readonly display: string | null;
  readonly since: Date | null;
}

/** The names of groups, and since when and by what a user is a direct member of them. */
export function selectNamedGroups(companyId: string, user: string, groups: readonly string[]): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`SELECT format_resource_id(k.id) AS group,
      coalesce(g.display_name, ${lastDisplayOf(company, sql`k.id`)}) AS display, ${ORIGIN_COLUMNS}
    FROM unnest(${idsParameter(groups)}) k (id)
    LEFT JOIN groups g ON g.company_id = ${company} AND g.id = k.id
    LEFT JOIN LATERAL (
      SELECT e.group_id, e.member_id, ${ADDED_COLUMNS} FROM memberships e
      WHERE e.company_id = ${company} AND e.group_id = k.id AND e.member_id = ${idParameter(user)}) e ON true
    ${joinOrigin(company)}`,
    'directory.groups_named',
  );
}

/** A user who is in one of the groups that were asked about, the first of them. */
export interface NestedMemberRow extends OriginRow {
  readonly member: string;
  readonly member_display: string | null;
  readonly group: string;
}

/**
 * The users who are direct members of any of the groups, in the order of their ids, each with the first of the groups, and
 * since when and by what they are in that.
 */
export function selectNestedMembers(
  companyId: string,
  groups: readonly string[],
  { behind, count }: { readonly behind: string | undefined; readonly count: number },
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const limit = parameter(count);
  const isBehind = behind === undefined ? sql`` : sql`AND e.member_id > ${idParameter(behind)}`;
  // Whoever is among the first of all is among the first of each group that has them.
  return toStatement(
    sql`WITH page AS MATERIALIZED (
      SELECT DISTINCT ON (e.member_id) e.* FROM unnest(${idsParameter(groups)}) WITH ORDINALITY k (id, place)
      CROSS JOIN LATERAL (
        SELECT k.place, e.group_id, e.member_id, e.added_at FROM memberships e
        WHERE e.company_id = ${company} AND e.group_id = k.id AND e.member_user_id IS NOT NULL ${isBehind}
        ORDER BY e.member_id LIMIT ${limit}) e
      ORDER BY e.member_id, e.place LIMIT ${limit})
    SELECT format_resource_id(e.member_id) AS member, ${displayOf(company, sql`e`)} AS member_display,
      format_resource_id(e.group_id) AS group, ${ORIGIN_COLUMNS}
    FROM (SELECT e.group_id, e.member_id, 'U' AS member_type, ${ADDED_COLUMNS} FROM page e) e
    ${joinOrigin(company)} ${joinNames(company, sql`e`)} ORDER BY e.member_id`,
    `directory.members_nested${behind === undefined ? '' : '.next'}`,
  );
}

/** The names of groups. */
export function selectGroupNames(companyId: string, groups: readonly string[]): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`SELECT format_resource_id(k.id) AS group,
      coalesce(g.display_name, ${lastDisplayOf(company, sql`k.id`)}) AS display
    FROM unnest(${idsParameter(groups)}) k (id)
    LEFT JOIN groups g ON g.company_id = ${company} AND g.id = k.id`,
    'directory.group_names',
  );
}
