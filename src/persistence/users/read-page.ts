import { type StoredUser } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { KEY_ROWS, type KeyEquality, keyEquality } from '../sql/key-equality.js';
import { pageQuery } from '../sql/page-query.js';
import { foundRows, pageFacts } from '../sql/page-rows.js';
import { fitsAtOnce, readInPieces, type PieceRow, weightOf } from '../sql/pieces.js';
import { idsParameter } from '../sql/resource-id.js';
import { join, parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction, type Statement } from '../transaction/company-transaction.js';
import {
  GROUP_OF,
  GROUP_REFERENCES,
  managerOf,
  nameOfUserRead,
  toStoredUser,
  userByKey,
  userSelection,
} from './select-users.js';

/** How many groups the users of a page may have to be read by one statement. */
const GROUPS_AT_ONCE = 10_000;
/** The same of one piece of a larger page; it has at least one user. */
const GROUPS_OF_PIECE = 5_000;

/**
 * Reads a page of users. One that fits is read at once. Of a larger one only the ids are; its users are read in pieces
 * as they are consumed, so that no page is held whole, and no transaction stays open for a slow reader. Then every
 * user is as he is when his piece is read, and one who was deleted meanwhile is left out.
 */
export async function readUsersPage(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  plan: ListPlan,
  read: UserRead,
): Promise<StorePage<StoredUser>> {
  const equality = keyEquality(plan);
  if (equality) {
    const [found] = await transaction.read(scope, [selectByKey(scope, equality, read)]);
    const users = (found?.rows ?? []).map(toStoredUser);
    if (users.length <= 1) return { totalResults: users.length, resources: users };
  }
  const [found] = await transaction.read(scope, [
    toStatement(selectPage(scope, plan, read), nameOfPage(plan, read)),
  ]);
  const rows = found?.rows ?? [];
  const present = foundRows(rows) as readonly PieceRow[];
  const resources = rows[0]?.['whole']
    ? present.map(toStoredUser)
    : readInPieces(present, async (piece) => {
        const [users] = await transaction.read(scope, [selectUsers(scope, piece, read)]);
        return pieceOfUsers((users?.rows ?? []).map(toStoredUser));
      });
  return { resources, ...pageFacts(rows) };
}

/** Users that were read together, and how many with as many groups would fit. */
export function pieceOfUsers(users: readonly StoredUser[]): {
  resources: readonly StoredUser[];
  fitting: number;
} {
  const groups = users.reduce((sum, user) => sum + (user.groups?.length ?? 0), 0);
  return { resources: users, fitting: Math.floor((GROUPS_OF_PIECE * users.length) / Math.max(groups, 1)) };
}

function selectByKey(scope: CompanyScope, { attribute, condition }: KeyEquality, read: UserRead): Statement {
  return toStatement(
    sql`WITH found AS MATERIALIZED (
        SELECT u.* FROM users u WHERE u.company_id = ${parameter(scope.companyId)} AND ${condition('u')}
      )
      SELECT ${userSelection(read)} FROM found u ${KEY_ROWS}`,
    `users.key.${attribute}.${nameOfUserRead(read)}`,
  );
}

/**
 * A page by number of all users in the order of ids takes as long to plan as to read, and has one plan whatever is known of
 * the company. What is filtered or sorted is planned by its values, and by the statistics of the day.
 */
function nameOfPage({ parts, sort, keyset }: ListPlan, read: UserRead): string | undefined {
  const isCommon = !sort && !keyset && parts.every(({ filter }) => filter === undefined);
  return isCommon ? `users.page.${nameOfUserRead(read)}` : undefined;
}

/** `whole` says whether the page fits; a row has no position where the page is empty. */
function selectPage(scope: CompanyScope, plan: ListPlan, read: UserRead): SqlFragment {
  const fits = [
    fitsAtOnce(),
    ...(read.groups ? [sql`(SELECT count(*) FROM held) <= ${parameter(GROUPS_AT_ONCE)}::bigint`] : []),
  ];
  const columns = [
    sql`t.total, t.more, v.whole, u.position, u.key, u.weight`,
    sql`format_resource_id(u.id) AS id, u.version, u.created, u.last_modified`,
    whole(sql`u.attributes`, sql`attributes`),
    ...(read.groups ? [whole(sql`coalesce(s.groups, '[]')`, sql`groups`)] : []),
    ...(read.manager ? [whole(managerOf(), sql`manager`)] : []),
  ];
  return sql`WITH RECURSIVE ${pageQuery(scope, plan)}, listed AS MATERIALIZED (
      SELECT p.position, p.key, u.id, u.version, u.created, u.last_modified, u.attributes, ${weightOf(sql`u.attributes`)} AS weight
      FROM page p CROSS JOIN ${userByKey(parameter(scope.companyId), sql`p.id`)} u
    )${read.groups ? groupsOfPage() : sql``}, verdict AS MATERIALIZED (
      SELECT ${join(fits, sql` AND `)} AS whole
    )
    SELECT ${join(columns, sql`, `)}
    FROM total t CROSS JOIN verdict v
      LEFT JOIN ${read.groups ? sql`(listed u LEFT JOIN shown s ON s.user_id = u.id)` : sql`listed u`} ON true
    ORDER BY u.position`;
}

/**
 * `held`, no more groups than are read at once and one, and `shown`, what is shown of them for each user. They are found for
 * all users together: first those that name a user, then those above, as `scoped.groups_of` does for one.
 */
function groupsOfPage(): SqlFragment {
  const most = sql`LIMIT ${parameter(GROUPS_AT_ONCE + 1)}::bigint`;
  return sql`, own AS MATERIALIZED (
      SELECT p.id AS user_id, m.group_id
      FROM page p CROSS JOIN LATERAL (${groupIdsWhere(sql`m.member_user_id = p.id`)}) m ${most}
    ), reached (user_id, group_id) AS (
      SELECT o.user_id, o.group_id FROM own o
      UNION
      SELECT r.user_id, m.group_id
      FROM reached r CROSS JOIN LATERAL (${groupIdsWhere(sql`m.member_group_id = r.group_id`)}) m
    ), held AS MATERIALIZED (
      SELECT r.user_id, r.group_id, (r.user_id, r.group_id) IN (SELECT o.user_id, o.group_id FROM own o) AS direct
      FROM reached r ${most}
    ), shown AS MATERIALIZED (
      SELECT o.user_id, ${GROUP_REFERENCES} AS groups FROM held o CROSS JOIN ${GROUP_OF} g GROUP BY o.user_id
    )`;
}

/** Looked up by index for each row in front of it, whatever the statistics say. */
function groupIdsWhere(condition: SqlFragment): SqlFragment {
  return sql`SELECT m.group_id FROM scoped.memberships m WHERE ${condition} OFFSET 0`;
}

/** NULL where the page is too large. */
function whole(value: SqlFragment, name: SqlFragment): SqlFragment {
  return sql`CASE WHEN v.whole THEN ${value} END AS ${name}`;
}

/** Users in the order of the rows, without those that are not there any more. */
export function selectUsers(scope: CompanyScope, rows: readonly PieceRow[], read: UserRead): Statement {
  const ids = rows.map(({ id }) => id);
  return toStatement(
    sql`SELECT ${userSelection(read)} FROM unnest(${idsParameter(ids)}) WITH ORDINALITY k (id, place)
      CROSS JOIN ${userByKey(parameter(scope.companyId), sql`k.id`)} u ORDER BY k.place`,
    `users.piece.${nameOfUserRead(read)}`,
  );
}
