import { rowByKey } from '../sql/key-look-up.js';
import { ID_LENGTH, idParameter, idsParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';

/** A user or group that was changed since an instant in a way that can be undone. */
export interface ChangedResourceRow {
  readonly type: 'User' | 'Group';
  /** 16 hex digits. */
  readonly id: string;
  /** What came first of what began or ended it; null where nothing did. */
  readonly life: 'began' | 'deleted' | 'erased' | null;
  /** Whether a user was active at the instant; null where that was not switched since. */
  readonly active: boolean | null;
  /** Whether a group won or lost members. */
  readonly members: boolean;
  /** Whether it is there now. */
  readonly present: boolean;
  /** Whether it is there now and inactive, or was when it was deleted. */
  readonly inactive: boolean;
  /** Whether what it was is kept. */
  readonly kept: boolean;
  /** Whether the person was erased. */
  readonly erased: boolean;
  readonly display: string | null;
  /** The id of who has its name or externalId now, and it may not have too. */
  readonly name_holder: string | null;
  readonly external_id_holder: string | null;
}

/**
 * What of a company was changed behind a change of its journal, with what is there now. The first entry behind it tells
 * what was before: what was deleted was there, what was switched off was active.
 *
 * @param last the change, in decimal digits
 * @param ids the resources that are looked at, in 16 hex digits; undefined for all
 * @param most how many are read
 */
export function selectChangedSince(
  companyId: string,
  last: string,
  ids: readonly string[] | undefined,
  most: number,
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const key = sql`t.company_id = ${company} AND t.id = c.id`;
  const erased = sql`t.company_id = ${company} AND t.user_id = c.id`;
  const named = ids === undefined ? sql`` : sql`AND a.resource_id = ANY (${idsParameter(ids)})`;
  const restored = sql`CASE WHEN a.operation = 'restore' THEN a.detail -> 'restore' END`;
  return toStatement(
    sql`WITH entries AS (
      SELECT a.resource_type, a.resource_id, a.id,
        CASE WHEN a.operation = 'create' OR (${restored}) -> 'deleted' = 'true' THEN 'began'
          WHEN a.operation = 'delete' THEN 'deleted' WHEN a.operation = 'erase' THEN 'erased' END AS life,
        CASE WHEN a.operation = 'activate' OR (${restored}) -> 'active' = 'true' THEN false
          WHEN a.operation = 'deactivate' OR (${restored}) -> 'active' = 'false' THEN true END AS active,
        coalesce(a.added > 0 OR a.removed > 0, false) AS members
      FROM activity a
      WHERE a.company_id = ${company} AND a.id > ${parameter(last)}::bigint AND a.outcome = 'done'
        AND a.resource_type IN ('User', 'Group') ${named}
    ), changed AS MATERIALIZED (
      SELECT e.resource_type AS type, e.resource_id AS id,
        (array_agg(e.life ORDER BY e.id) FILTER (WHERE e.life IS NOT NULL))[1] AS life,
        (array_agg(e.active ORDER BY e.id) FILTER (WHERE e.active IS NOT NULL))[1] AS active,
        bool_or(e.members) AS members
      FROM entries e WHERE e.life IS NOT NULL OR e.active IS NOT NULL OR e.members
      GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ${parameter(most)}::bigint
    )
    SELECT c.type, format_resource_id(c.id) AS id, c.life, c.active, c.members,
      u.id IS NOT NULL OR g.id IS NOT NULL AS present, d.id IS NOT NULL AS kept, x.user_id IS NOT NULL AS erased,
      coalesce(u.attributes, d.attributes) -> 'active' IS NOT DISTINCT FROM 'false' AS inactive,
      coalesce(u.display, g.display_name, d.attributes ->> 'displayName', d.attributes ->> 'userName') AS display,
      format_resource_id(CASE c.type WHEN 'User' THEN (
        SELECT t.id FROM users t WHERE t.company_id = ${company} AND t.user_name_key = d.name_key LIMIT 1
      ) ELSE (
        SELECT t.id FROM groups t
        WHERE t.company_id = ${company} AND t.display_name_key = d.name_key AND t.duplicate_slot = 0
          AND group_names_are_unique() LIMIT 1
      ) END) AS name_holder,
      format_resource_id((SELECT t.id FROM users t
        WHERE t.company_id = ${company} AND c.type = 'User' AND t.external_id = d.external_id AND t.external_id_is_unique
          AND external_ids_are_unique() LIMIT 1)) AS external_id_holder
    FROM changed c
      LEFT JOIN ${rowByKey(sql`t.id, t.attributes, t.display`, sql`users t`, key)} u ON c.type = 'User'
      LEFT JOIN ${rowByKey(sql`t.id, t.display_name`, sql`groups t`, key)} g ON c.type = 'Group'
      LEFT JOIN ${rowByKey(DELETED_COLUMNS, sql`deleted_resources t`, key)} d ON true
      LEFT JOIN ${rowByKey(sql`t.user_id`, sql`erasures t`, erased)} x ON true
    ORDER BY c.type DESC, c.id`,
  );
}

const DELETED_COLUMNS = sql`t.id, t.attributes, t.name_key, t.external_id`;

/** In front of all ids. */
const NOBODY = '0'.repeat(ID_LENGTH);

/** How the members of a group differ from those at an instant. Each text has ids of 16 hex digits behind one another. */
export interface MemberDifferenceRow {
  readonly group: string;
  /** Those that are to be added, and are there. */
  readonly add: string | null;
  readonly remove: string | null;
  /** The last one that was read. */
  readonly last: string;
  /** Those that would be added, and are not there any more. */
  readonly gone: string | null;
}

/**
 * How the members of groups differ from those behind a change: a row for each group that differs, in the order in which they
 * are given. Whoever was removed first since then was a member, and who was added first was none; the cost goes by the changes
 * since. They are found by the index of the group, and `+ 0` keeps the planner from that of the members, which would read what
 * all groups of the company won and lost.
 *
 * @param last the change, in decimal digits
 * @param returning ids of users and groups that count as being there
 * @param part of the differences, in the order of the groups and of the members' ids; `behind` is a member of the first group
 */
export function selectMemberDifferences(
  companyId: string,
  groups: readonly string[],
  last: string,
  returning: readonly string[],
  { behind = NOBODY, count }: { readonly behind?: string | undefined; readonly count: number },
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  return toStatement(
    sql`WITH later AS MATERIALIZED (
      SELECT k.place, k.id AS group_id, l.* FROM unnest(${idsParameter(groups)}) WITH ORDINALITY k (id, place)
      CROSS JOIN LATERAL (
        SELECT DISTINCT ON (e.member_id) e.member_id, e.member_type, e.sign FROM activity_members e
        WHERE e.company_id = ${company} AND e.group_id = k.id AND e.activity_id > ${parameter(last)}::bigint
          AND (k.place > 1 OR e.member_id + 0 > ${idParameter(behind)})
        ORDER BY e.member_id, e.activity_id) l
    ), differing AS MATERIALIZED (
      SELECT l.place, l.group_id, l.member_id, l.member_type, l.sign FROM later l CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM memberships m
          WHERE m.company_id = ${company} AND m.group_id = l.group_id AND m.member_id = l.member_id OFFSET 0) AS present OFFSET 0) m
      WHERE (l.sign = 1) = m.present ORDER BY l.place, l.member_id LIMIT ${parameter(count)}::bigint
    )
    ${sumOfDifferences(company, returning)}`,
    'restore.members',
  );
}

/** A group that differs by a member from what it was at an instant. */
export interface GroupDifferenceRow {
  readonly group: string;
  readonly display: string | null;
  /** 1: the member is to be added; -1: it is to be removed. */
  readonly sign: 1 | -1;
  /** Whether the group is there. */
  readonly present: boolean;
}

/** The groups that differ by a member; see {@link selectMemberDifferences}. */
export function selectGroupDifference(
  companyId: string,
  member: string,
  last: string,
  most: number,
): Statement {
  const company = sql`${parameter(companyId)}::bigint`;
  const id = idParameter(member);
  const key = sql`t.company_id = ${company} AND t.id = l.group_id`;
  const membership = sql`t.company_id = ${company} AND t.group_id = l.group_id AND t.member_id = ${id}`;
  return toStatement(
    sql`WITH later AS MATERIALIZED (
      SELECT DISTINCT ON (e.group_id) e.group_id, e.sign FROM activity_members e
      WHERE e.company_id = ${company} AND e.member_id = ${id} AND e.activity_id > ${parameter(last)}::bigint
      ORDER BY e.group_id, e.activity_id
    )
    SELECT format_resource_id(l.group_id) AS group, coalesce(g.display_name, d.attributes ->> 'displayName') AS display,
      (-l.sign)::int AS sign, g.id IS NOT NULL AS present
    FROM later l
      LEFT JOIN ${rowByKey(sql`t.member_id`, sql`memberships t`, membership)} m ON true
      LEFT JOIN ${rowByKey(sql`t.id, t.display_name`, sql`groups t`, key)} g ON true
      LEFT JOIN ${rowByKey(DELETED_COLUMNS, sql`deleted_resources t`, key)} d ON true
    WHERE (l.sign = -1) = (m.member_id IS NULL) ORDER BY l.group_id LIMIT ${parameter(most)}::bigint`,
    'restore.groups',
  );
}

function sumOfDifferences(company: SqlFragment, returning: readonly string[]): SqlFragment {
  const ids = (condition: SqlFragment): SqlFragment =>
    sql`string_agg(format_resource_id(d.member_id), '' ORDER BY d.member_id) FILTER (WHERE ${condition})`;
  return sql`SELECT format_resource_id(d.group_id) AS group, ${ids(sql`d.sign = -1 AND d.present`)} AS add,
      ${ids(sql`d.sign = 1`)} AS remove, ${ids(sql`d.sign = -1 AND NOT d.present`)} AS gone,
      format_resource_id(max(d.member_id)) AS last
    FROM (
      SELECT d.place, d.group_id, d.member_id, d.sign, d.sign = -1 AND (d.member_id = ANY (${idsParameter(returning)})
        OR CASE d.member_type WHEN 'U'
          THEN EXISTS (SELECT FROM users u WHERE u.company_id = ${company} AND u.id = d.member_id OFFSET 0)
          ELSE EXISTS (SELECT FROM groups g WHERE g.company_id = ${company} AND g.id = d.member_id OFFSET 0) END) AS present
      FROM differing d OFFSET 0
    ) d GROUP BY d.place, d.group_id ORDER BY d.place`;
}
