import { type ListedPart } from '../../checks/membership-checks.store.js';
import { type MembershipRule, type NamedGroup, type NamedUser } from '../../checks/membership-question.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { rowByKey } from '../sql/key-look-up.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { type NamedResources } from './named-resources.js';
import { membershipsWhere, oneMore, reachedFrom } from './walks.js';

/** In front of all ids. */
export const FIRST = '0'.repeat(16);
const behind = ({ after = FIRST }: ListedPart): SqlFragment => idParameter(after);

/** A row of {@link listGroups}. Without a group the user has none, or none that count. */
export interface GroupOfUserRow {
  readonly hits: string;
  readonly inactive: boolean;
  readonly too_many: boolean;
  readonly id: string | null;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly direct: boolean;
}

/**
 * The groups of a user, and one more than the part may have; no row where there is no such user.
 *
 * @param most how many groups it goes through
 */
export function listGroups(
  { companyId }: CompanyScope,
  named: NamedResources,
  user: NamedUser,
  { directOnly, includeInactive }: MembershipRule,
  part: ListedPart,
  most: number,
): Statement {
  const users = named.users(parameter(companyId), [user]);
  const seeds = sql`SELECT f.id AS user_id FROM found f
    WHERE f.hits = 1 AND (NOT f.inactive OR ${parameter(includeInactive)}::boolean)`;
  const after = behind(part);
  const listed = directOnly
    ? sql`page AS MATERIALIZED (
        SELECT s.user_id, m.group_id FROM (${seeds}) s CROSS JOIN LATERAL (
          SELECT m.group_id FROM scoped.memberships m
          WHERE m.member_user_id = s.user_id AND m.group_id > ${after} ORDER BY m.group_id ${oneMore(part.limit)}) m
      ), verdict AS (SELECT false AS too_many)`
    : sql`${reachedFrom(seeds)},
      held AS MATERIALIZED (SELECT r.user_id, r.group_id FROM reached r ${oneMore(most)}),
      page AS MATERIALIZED (
        SELECT h.user_id, h.group_id FROM held h WHERE h.group_id > ${after} ORDER BY h.group_id ${oneMore(part.limit)}
      ), verdict AS (SELECT (SELECT count(*) FROM held) > ${parameter(most)}::bigint AS too_many)`;
  const group = rowByKey(
    sql`g.id, g.display_name, g.external_id`,
    sql`scoped.groups g`,
    sql`g.id = p.group_id`,
  );
  const isDirect = membershipsWhere(sql``, sql`m.group_id = p.group_id AND m.member_id = p.user_id`);
  return toStatement(
    sql`WITH RECURSIVE found AS MATERIALIZED (${users.query}), ${listed}
      SELECT f.hits, f.inactive, v.too_many, format_resource_id(g.id) AS id, g.display_name, g.external_id,
        EXISTS (${isDirect}) AS direct
      FROM found f CROSS JOIN verdict v LEFT JOIN (page p CROSS JOIN ${group} g) ON true ORDER BY g.id`,
    `checks.groups.${users.kinds}.${directOnly ? 'direct' : 'all'}`,
  );
}

/** A row of {@link listUsers}. Without a user there are none. */
export interface UserOfGroupRow {
  readonly hits: string;
  readonly too_many: boolean;
  readonly id: string | null;
  readonly inactive: boolean;
}

/**
 * The users who are members of a group, and one more than the part may have; no row where there is no such group.
 *
 * @param most how many groups it goes through
 */
export function listUsers(
  { companyId }: CompanyScope,
  named: NamedResources,
  group: NamedGroup,
  { directOnly }: Pick<MembershipRule, 'directOnly'>,
  part: ListedPart,
  most: number,
): Statement {
  const company = parameter(companyId);
  const groups = named.groups(company, [group]);
  const start = sql`SELECT f.id AS group_id FROM found f WHERE f.hits = 1`;
  const nested = membershipsWhere(
    sql`m.member_group_id`,
    sql`m.group_id = b.group_id AND m.member_group_id IS NOT NULL`,
  );
  const below = directOnly
    ? sql`below (group_id) AS (${start})`
    : sql`below (group_id) AS (
        ${start} UNION SELECT m.member_group_id FROM below b CROSS JOIN LATERAL (${nested}) m)`;
  const user = rowByKey(
    sql`u.id, u.attributes -> 'active' = 'false' AS inactive`,
    sql`users u`,
    sql`u.company_id = ${company} AND u.id = p.user_id`,
  );
  return toStatement(
    sql`WITH RECURSIVE found AS MATERIALIZED (${groups.query}), ${below},
      held AS MATERIALIZED (SELECT b.group_id FROM below b ${oneMore(most)}),
      page AS MATERIALIZED (
        SELECT DISTINCT m.user_id FROM held h CROSS JOIN LATERAL (
          SELECT m.member_user_id AS user_id FROM scoped.memberships m
          WHERE m.group_id = h.group_id AND m.member_id > ${behind(part)} AND m.member_user_id IS NOT NULL
          ORDER BY m.member_id ${oneMore(part.limit)}) m
        ORDER BY m.user_id ${oneMore(part.limit)}
      )
      SELECT f.hits, (SELECT count(*) FROM held) > ${parameter(most)}::bigint AS too_many,
        format_resource_id(u.id) AS id, coalesce(u.inactive, false) AS inactive
      FROM found f LEFT JOIN (page p CROSS JOIN ${user} u) ON true ORDER BY u.id`,
    `checks.users.${groups.kinds}.${directOnly ? 'direct' : 'all'}`,
  );
}
