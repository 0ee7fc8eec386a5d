import { type QueryResultRow } from 'pg';
import { type Attributes, type Member, type StoredGroup } from '../../protocol/resource/resource.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { fitsAtOnce, type PieceRow, weightOf } from '../sql/pieces.js';
import { idParameter, idsParameter } from '../sql/resource-id.js';
import { KEY_ROWS, type KeyEquality } from '../sql/key-equality.js';
import { rowByKey } from '../sql/key-look-up.js';
import { parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

/** How many members a read answers at once; where there are more, all of them are streamed. */
const MEMBERS_AT_ONCE = 1_000;
export const MEMBERS_PER_BATCH = 2_000;

const ID_LENGTH = 16;

interface GroupRow {
  /** Null where the page is empty. */
  readonly position: string | null;
  readonly total: string;
  readonly id: string;
  readonly version: string;
  readonly created: Date;
  readonly last_modified: Date;
  readonly attributes: Attributes;
  /** Each as `unpackMember` reads it. */
  readonly members?: readonly string[];
  /** How many members the page's groups have together, counted up to {@link MEMBERS_AT_ONCE} + 1. */
  readonly held?: string;
}

/** A group of a company, for a join. */
export function groupByKey(companyId: SqlFragment, id: SqlFragment): SqlFragment {
  return rowByKey(sql`g.*`, sql`groups g`, sql`g.company_id = ${companyId} AND g.id = ${id}`);
}

/** `total` and `page` as of `pageQuery`, for one group. */
export function pageOfOne(scope: CompanyScope, groupId: string): SqlFragment {
  return sql`total AS (SELECT 1 AS total, false AS more), page AS (
    SELECT r.id, NULL::text AS key, 1::bigint AS position FROM groups r
    WHERE r.company_id = ${parameter(scope.companyId)} AND r.id = ${idParameter(groupId)})`;
}

/** The same for the groups of which an equality holds; all have the first position. */
export function pageOfKey(scope: CompanyScope, { condition }: KeyEquality): SqlFragment {
  return sql`total AS (SELECT 1 AS total, false AS more), found AS MATERIALIZED (
    SELECT r.id FROM groups r WHERE r.company_id = ${parameter(scope.companyId)} AND ${condition('r')}
  ), page AS (SELECT f.id, NULL::text AS key, 1::bigint AS position FROM found f ${KEY_ROWS})`;
}

/** The same for groups that are known by id, each with its place in `rows`. */
export function pageOfIds(rows: readonly PieceRow[]): SqlFragment {
  const ids = idsParameter(rows.map(({ id }) => id));
  return sql`total AS (SELECT 1 AS total, false AS more), page AS (
    SELECT k.id, NULL::text AS key, k.place AS position FROM unnest(${ids}) WITH ORDINALITY k (id, place))`;
}

/**
 * The ids of a page's groups, and their attributes where they are read at once, as `whole` says; members are in it as long as
 * they are few.
 */
export function selectListedGroups(scope: CompanyScope, page: SqlFragment, read: GroupRead): SqlFragment {
  const listed = sql`${page}, listed AS MATERIALIZED (
      SELECT p.position, p.key, g.id, g.version, g.created, g.last_modified, g.attributes,
        ${weightOf(sql`g.attributes`)} AS weight
      FROM page p CROSS JOIN ${groupByKey(parameter(scope.companyId), sql`p.id`)} g
    ), verdict AS MATERIALIZED (SELECT ${fitsAtOnce()} AS whole)`;
  const columns = sql`v.whole, p.weight, format_resource_id(p.id) AS id, p.version, p.created, p.last_modified,
    CASE WHEN v.whole THEN p.attributes END AS attributes`;
  const from = sql`FROM total t CROSS JOIN verdict v LEFT JOIN listed p ON true`;
  return selectWithMembers(scope, listed, { columns, from }, read);
}

/** The groups of a page of few, their members in it as long as they are few. */
export function selectGroups(scope: CompanyScope, page: SqlFragment, read: GroupRead): SqlFragment {
  const columns = sql`format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes`;
  const from = sql`FROM total t
    LEFT JOIN (page p CROSS JOIN ${groupByKey(parameter(scope.companyId), sql`p.id`)} g) ON true`;
  return selectWithMembers(scope, page, { columns, from }, read);
}

/** Columns and FROM for a page's groups; the page has the alias `p`, its total `t`. */
interface PageSelection {
  readonly columns: SqlFragment;
  readonly from: SqlFragment;
}

/** The groups of a page in its order, with their members as long as they are few. */
function selectWithMembers(
  scope: CompanyScope,
  page: SqlFragment,
  { columns, from }: PageSelection,
  { members, userNames }: GroupRead,
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
    )
    SELECT ${heads}, (SELECT count(*) FROM held) AS held, (
      SELECT coalesce(json_agg(${packedMember(nameByKey(userNames))} ORDER BY m.member_id), '[]')
      FROM held m WHERE m.position = p.position) AS members
    ${from} ORDER BY p.position`;
}

/** All members of one group, for a cursor. */
export function selectMembers(
  scope: CompanyScope,
  groupId: string,
  { userNames }: Omit<GroupRead, 'members'> = {},
): SqlFragment {
  const company = parameter(scope.companyId);
  return sql`SELECT 1 AS position, ${packedMember(joinedName(userNames))} AS member FROM memberships m ${namesInOrder(company)}
    WHERE m.company_id = ${company} AND m.group_id = ${idParameter(groupId)} ORDER BY m.member_id`;
}

/** All members of all groups of a page, for a cursor. */
export function selectMembersOfPage(
  scope: CompanyScope,
  page: SqlFragment,
  { userNames }: Omit<GroupRead, 'members'>,
): SqlFragment {
  const company = parameter(scope.companyId);
  return sql`WITH ${page} SELECT p.position, ${packedMember(joinedName(userNames))} AS member
    FROM page p JOIN memberships m ON m.company_id = ${company} AND m.group_id = p.id ${namesInOrder(company)}
    ORDER BY p.position, m.member_id`;
}

/** A member `m` as one text, since the driver's work grows with the number of values: its id, `U` or `G`, and its name. */
function packedMember(name: SqlFragment): SqlFragment {
  return sql`format_resource_id(m.member_id) || CASE WHEN m.member_user_id IS NULL THEN 'G' ELSE 'U' END || ${name}`;
}

/** A row of a cursor over members. */
export interface PackedMemberRow {
  readonly position: string | number;
  readonly member: string;
}

export function unpackMember(member: string): Member {
  const type = member[ID_LENGTH] === 'G' ? 'Group' : 'User';
  return { value: member.slice(0, ID_LENGTH), type, display: member.slice(ID_LENGTH + 1) };
}

/** The name of one of few members: each is looked up, whatever the statistics say of the company. */
function nameByKey(userNames = false): SqlFragment {
  const ofUser = userNames ? sql`u.attributes ->> 'userName'` : sql`u.display`;
  return sql`CASE WHEN m.member_user_id IS NULL
    THEN (SELECT g.display_name FROM scoped.groups g WHERE g.id = m.member_group_id LIMIT 1)
    ELSE (SELECT ${ofUser} FROM scoped.users u WHERE u.id = m.member_user_id LIMIT 1) END`;
}

/** The name of a member that {@link namesInOrder} has joined. */
function joinedName(userNames = false): SqlFragment {
  const ofUser = userNames ? sql`mu.attributes ->> 'userName'` : sql`mu.display`;
  return sql`CASE WHEN m.member_user_id IS NULL THEN mg.display_name ELSE ${ofUser} END`;
}

/**
 * The names of very many members. Joined by `member_id`, which is the id of either: it is the order of the result and
 * of both primary keys, so that members are merged with their names as they are read, without a sort and without a
 * look-up for each of them.
 */
function namesInOrder(company: SqlFragment): SqlFragment {
  return sql`LEFT JOIN users mu ON mu.company_id = ${company} AND mu.id = m.member_id
    LEFT JOIN groups mg ON mg.company_id = ${company} AND mg.id = m.member_id`;
}

/** Whether the page has more than {@link MEMBERS_AT_ONCE} members, so that they are streamed. */
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
    ...(members ? { members: members.map(unpackMember) } : {}),
  };
}
