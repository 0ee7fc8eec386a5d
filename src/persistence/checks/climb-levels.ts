import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { type AskedQuestions } from './asked-questions.js';
import { membershipsWhere, oneMore } from './walks.js';

/** How many levels are read. For deeper groups, and for groups in a circle, `walkEachUser` is asked. */
const MOST_LEVELS = 32;

/** A row of {@link climbLevels}: the questions (level 0), or the memberships of a level. Arrays are texts of PostgreSQL. */
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
 * users, those that these are in, and so on, each group once a level whoever is in it. A level is read by one scan.
 *
 * @param most how many memberships it reads, about
 */
export function climbLevels({ expressions, kinds }: AskedQuestions, most: number): Statement {
  const level = (members: SqlFragment, found: SqlFragment): SqlFragment => sql`
    SELECT count(*) AS total, array_agg(DISTINCT m.group_id) AS ids, array_agg(${members}) AS members,
      array_agg(m.group_id) AS groups
    FROM (${found} ${oneMore(most)}) m`;
  const ofUser = membershipsWhere(sql`m.member_user_id, m.group_id`, sql`m.member_user_id = s.user_id`);
  const ofUsers = sql`SELECT m.* FROM (SELECT DISTINCT a.user_id FROM asked a WHERE a.verdict IS NULL) s
    CROSS JOIN LATERAL (${ofUser}) m`;
  const ofGroups = sql`SELECT m.member_group_id, m.group_id FROM scoped.memberships m
    WHERE m.member_group_id = ANY (l.ids)`;
  return toStatement(
    sql`WITH RECURSIVE ${expressions}, levels (level, total, ids, members, groups) AS (
        SELECT 1, n.* FROM (${level(sql`m.member_user_id`, ofUsers)}) n WHERE n.total > 0
        UNION ALL
        SELECT l.level + 1, l.total + n.total, n.ids, n.members, n.groups
        FROM levels l CROSS JOIN LATERAL (${level(sql`m.member_group_id`, ofGroups)}) n
        WHERE n.total > 0 AND l.level < ${parameter(MOST_LEVELS)}::bigint AND l.total <= ${parameter(most)}::bigint
      )
      SELECT 0 AS level, 0 AS total, string_agg(coalesce(a.verdict, '?'), '' ORDER BY a.place) AS verdicts,
        array_agg(a.user_id ORDER BY a.place)::text AS members, array_agg(a.group_id ORDER BY a.place)::text AS groups
      FROM asked a
      UNION ALL
      SELECT l.level, l.total, NULL, l.members::text, l.groups::text FROM levels l`,
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
  const [users, groups] = [idsIn(asked.members), idsIn(asked.groups)];
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
    const above = idsIn(groups);
    idsIn(members).forEach((member, index) => {
      const group = above[index] ?? '';
      const found = (reached.get(group) ?? 0n) | (targets.get(group) ?? 0n);
      if (found !== 0n) reached.set(member, (reached.get(member) ?? 0n) | found);
    });
  }
  return reached;
}

/** The elements of an array of numbers, as PostgreSQL writes it. */
const idsIn = (array: string | null): readonly string[] => array?.slice(1, -1).split(',') ?? [];
