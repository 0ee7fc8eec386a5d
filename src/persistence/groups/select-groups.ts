import { type QueryResultRow } from 'pg';
import { type Attributes, type Member, type StoredGroup } from '../../protocol/resource/resource.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

/** How many members a read answers at once; where there are more, all of them are streamed. */
export const MEMBERS_AT_ONCE = 1_000;
export const MEMBERS_PER_BATCH = 2_000;

export interface GroupRow {
  /** Null where the page is empty. */
  readonly position: string | null;
  readonly total: string;
  readonly id: string;
  readonly version: string;
  readonly created: Date;
  readonly last_modified: Date;
  readonly attributes: Attributes;
  readonly members?: readonly Member[];
  /** Members of the whole page, or {@link MEMBERS_AT_ONCE} + 1. */
  readonly held?: string;
}

/** `total` and `page` as of `pageQuery`, for one group. */
export function pageOfOne(scope: CompanyScope, groupId: string): SqlFragment {
  return sql`total AS (SELECT 1 AS total, false AS more), page AS (
    SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
    WHERE r.company_id = ${parameter(scope.companyId)} AND r.id = ${idParameter(groupId)})`;
}

/** What is selected of a page's resources, and where from: groups are `g`, the page is `p`, its total `t`. */
export interface PageSelection {
  readonly columns: SqlFragment;
  readonly from: SqlFragment;
}

/** The groups of a page, their members in it as long as they are few. */
export function selectGroups(scope: CompanyScope, page: SqlFragment, read: GroupRead): SqlFragment {
  const columns = sql`format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes`;
  const from = sql`FROM total t
    LEFT JOIN (page p JOIN groups g ON g.company_id = ${parameter(scope.companyId)} AND g.id = p.id) ON true`;
  return selectWithMembers(scope, page, { columns, from }, read.members);
}

/** The resources of a page in its order, groups with their members as long as they are few. */
export function selectWithMembers(
  scope: CompanyScope,
  page: SqlFragment,
  { columns, from }: PageSelection,
  members: boolean,
): SqlFragment {
  const heads = sql`t.total, t.more, p.position, p.key, ${columns}`;
  if (!members) return sql`WITH ${page} SELECT ${heads} ${from} ORDER BY p.position`;
  const company = parameter(scope.companyId);
  const limit = parameter(MEMBERS_AT_ONCE + 1);
  return sql`WITH ${page}, held AS MATERIALIZED (
      SELECT p.position, m.* FROM page p CROSS JOIN LATERAL (
        SELECT m.member_id, m.member_user_id, m.member_group_id FROM memberships m
        WHERE m.company_id = ${company} AND m.group_id = p.id
        ORDER BY m.member_id LIMIT ${limit}::bigint) m
      ORDER BY p.position, m.member_id LIMIT ${limit}::bigint
    ), shown AS MATERIALIZED (
      SELECT m.position, m.member_id, ${MEMBER} FROM held m ${memberNames(company)}
    )
    SELECT ${heads}, (SELECT count(*) FROM held) AS held, (
      SELECT coalesce(jsonb_agg(jsonb_build_object('value', s.value, 'type', s.type, 'display', s.display)
        ORDER BY s.member_id), '[]') FROM shown s WHERE s.position = p.position) AS members
    ${from} ORDER BY p.position`;
}

/** All members of one group, for a cursor. */
export function selectMembers(scope: CompanyScope, groupId: string): SqlFragment {
  const company = parameter(scope.companyId);
  return sql`SELECT 1 AS position, ${MEMBER} FROM memberships m ${memberNames(company)}
    WHERE m.company_id = ${company} AND m.group_id = ${idParameter(groupId)} ORDER BY m.member_id`;
}

/** All members of all groups of a page, for a cursor. */
export function selectMembersOfPage(scope: CompanyScope, page: SqlFragment): SqlFragment {
  const company = parameter(scope.companyId);
  return sql`WITH ${page} SELECT p.position, ${MEMBER}
    FROM page p JOIN memberships m ON m.company_id = ${company} AND m.group_id = p.id ${memberNames(company)}
    ORDER BY p.position, m.member_id`;
}

const MEMBER = sql`format_resource_id(m.member_id) AS value,
  CASE WHEN m.member_user_id IS NULL THEN 'Group' ELSE 'User' END AS type,
  coalesce(mu.display, mg.display_name) AS display`;

function memberNames(company: SqlFragment): SqlFragment {
  return sql`LEFT JOIN users mu ON mu.company_id = ${company} AND mu.id = m.member_user_id
    LEFT JOIN groups mg ON mg.company_id = ${company} AND mg.id = m.member_group_id`;
}

/** True where the page has more members than one read answers. */
export function hasManyMembers(rows: readonly QueryResultRow[]): boolean {
  return Number(rows[0]?.['held'] ?? 0) > MEMBERS_AT_ONCE;
}

export function toStoredGroup(row: QueryResultRow): StoredGroup {
  const { id, version, created, last_modified, attributes, members } = row as GroupRow;
  return {
    id,
    version,
    created: created.toISOString(),
    lastModified: last_modified.toISOString(),
    attributes,
    ...(members ? { members } : {}),
  };
}
