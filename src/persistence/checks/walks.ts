import { parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

/** How many groups one statement goes through. */
export interface WalkLimits {
  /** Upwards, for all users of a request together; a group counts once for each user. */
  readonly up: number;
  /** Below a group. */
  readonly down: number;
}

/** Going through that many takes half a second. */
export const WALK_LIMITS: WalkLimits = { up: 200_000, down: 10_000 };

/** One more, so that it is noticed where there are more. */
export const oneMore = (limit: number): SqlFragment => sql`LIMIT ${parameter(limit + 1)}::bigint`;

/**
 * Rows of `scoped.memberships m`, looked up by index for each row in front of them, whatever the statistics say; for
 * `LATERAL` and `EXISTS`.
 */
export const membershipsWhere = (columns: SqlFragment, condition: SqlFragment): SqlFragment =>
  sql`SELECT ${columns} FROM scoped.memberships m WHERE ${condition} OFFSET 0`;

/**
 * `reached (user_id, group_id)`, for `WITH RECURSIVE`: the groups that each user of `seeds` (rows `user_id`) is in. UNION
 * drops what was found before, so that cycles end.
 */
export const reachedFrom = (seeds: SqlFragment): SqlFragment => sql`reached (user_id, group_id) AS (
    SELECT s.user_id, m.group_id
    FROM (${seeds}) s CROSS JOIN LATERAL (${membershipsWhere(sql`m.group_id`, sql`m.member_user_id = s.user_id`)}) m
    UNION
    SELECT r.user_id, m.group_id
    FROM reached r CROSS JOIN LATERAL (${membershipsWhere(sql`m.group_id`, sql`m.member_group_id = r.group_id`)}) m
  )`;
