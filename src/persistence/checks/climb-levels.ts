import { asHex, idsInHex } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { type AskedQuestions } from './asked-questions.js';
import { oneMore } from './walks.js';

/** How many levels are read. For deeper groups, and for groups in a circle, `walkEachUser` is asked. */
const MOST_LEVELS = 32;

/**
 * A row of {@link climbLevels}: the questions (level 0), or the memberships of a level. Arrays are bigint[] in PostgreSQL's
 * binary form, as hex digits.
 */
export interface LevelRow {
  readonly level: number;
  /** How many memberships all levels up to this one have together. */
  readonly total: string;
  /** Of level 0: a letter for each question, those of `asked`, and `?` where it has none. */
  readonly verdicts: string | null;
  /** Who is a member of what: at level 0 users and groups of the questions, at level 1 users, and groups above it. */
  readonly members: string | null;
  readonly groups: string | null;
}

/**
 * The statement that reads all memberships by which the users of questions are in groups, level by level: the groups of the
 * users, those that these are in, and so on, each group once a level whoever is in it. A level is read by one scan. Above
 * the groups of a user it goes on only where those do not decide.
 *
 * @param most how many memberships it reads, about
 */
export function climbLevels({ expressions, kinds }: AskedQuestions, most: number): Statement {
  return toStatement(
    sql`WITH RECURSIVE ${expressions},
      own AS MATERIALIZED (
        SELECT m.member_user_id, m.group_id FROM scoped.memberships m
        WHERE m.member_user_id = ANY (ARRAY(SELECT a.user_id FROM asked a WHERE a.verdict IS NULL))
        ${oneMore(most)}
      ),
      open AS MATERIALIZED (
        SELECT a.user_id FROM asked a
        WHERE a.verdict IS NULL AND (a.user_id, a.group_id) NOT IN (SELECT o.member_user_id, o.group_id FROM own o)
      ),
      levels (level, total, ids, members, groups) AS (
        SELECT 1, n.* FROM (
          SELECT count(*) AS total,
            array_agg(o.group_id) FILTER (WHERE o.member_user_id IN (SELECT u.user_id FROM open u)) AS ids,
            array_agg(o.member_user_id) AS members, array_agg(o.group_id) AS groups
          FROM own o) n
        WHERE n.total > 0
        UNION ALL
        SELECT l.level + 1, l.total + n.total, n.groups, n.members, n.groups
        FROM levels l CROSS JOIN LATERAL (
          SELECT count(*) AS total, array_agg(m.member_group_id) AS members, array_agg(m.group_id) AS groups
          FROM (
            SELECT m.member_group_id, m.group_id FROM scoped.memberships m WHERE m.member_group_id = ANY (l.ids)
            ${oneMore(most)}
          ) m) n
        WHERE n.total > 0 AND l.level < ${parameter(MOST_LEVELS)}::bigint AND l.total <= ${parameter(most)}::bigint
      )
      SELECT 0 AS level, 0 AS total, string_agg(coalesce(a.verdict, '?'), '' ORDER BY a.place) AS verdicts,
        ${asHex(sql`array_agg(coalesce(a.user_id, 0) ORDER BY a.place)`)} AS members,
        ${asHex(sql`array_agg(coalesce(a.group_id, 0) ORDER BY a.place)`)} AS groups
      FROM asked a
      UNION ALL
      SELECT l.level, l.total, NULL, ${asHex(sql`l.members`)}, ${asHex(sql`l.groups`)} FROM levels l`,
    `checks.climb.${kinds}`,
  );
}

/**
 * A letter for each question, by the rows of {@link climbLevels}; undefined where these do not reach the uppermost level.
 *
 * @param most the `most` of {@link climbLevels}
 */
export function verdictsOf(rows: readonly LevelRow[], most: number): string | undefined {
  const [asked, ...levels] = [...rows].sort((a, b) => a.level - b.level);
  if (asked?.verdicts == null) throw new Error('questions have no answer');
  const last = levels.at(-1);
  if (last && (last.level >= MOST_LEVELS || Number(last.total) > most)) return undefined;
  const [users, groups] = [idsInHex(asked.members), idsInHex(asked.groups)];
  const targets = new Map<string, bigint>();
  const undecided = [...asked.verdicts].map((letter) => letter === '?');
  undecided.forEach((is, index) => {
    const group = groups[index];
    if (is && group !== undefined && !targets.has(group)) targets.set(group, 1n << BigInt(targets.size));
  });
  const reached = reachedTargets(levels, targets);
  return [...asked.verdicts]
    .map((letter, index) => {
      if (!undecided[index]) return letter;
      const found = reached.get(users[index] ?? '') ?? 0n;
      return (found & (targets.get(groups[index] ?? '') ?? 0n)) === 0n ? 'n' : 'm';
    })
    .join('');
}

/**
 * Which of the targets each member is in, a bit for each. From the top down: what stands above a level is known when its
 * members are looked at.
 */
function reachedTargets(
  levels: readonly LevelRow[],
  targets: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> {
  const reached = new Map<string, bigint>();
  for (const { members, groups } of [...levels].reverse()) {
    const above = idsInHex(groups);
    idsInHex(members).forEach((member, index) => {
      const group = above[index] ?? '';
      const found = both(reached.get(group), targets.get(group));
      if (found !== undefined) reached.set(member, both(reached.get(member), found));
    });
  }
  return reached;
}

/** Most members are in one group alone, so that there is nothing to combine. */
function both(one: bigint | undefined, other: bigint): bigint;
function both(one: bigint | undefined, other: bigint | undefined): bigint | undefined;
function both(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one | other;
}
