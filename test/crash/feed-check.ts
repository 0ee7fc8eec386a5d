import { setTimeout as sleep } from 'node:timers/promises';
import { query } from './query.js';

/** How long the server may take to move what was committed before it was killed. */
const DRAIN_LIMIT_MS = 60_000;

/** The changes of the feed in their order, with a number for each company. */
const CHANGES = `changes AS (
  SELECT f.position, a.company_id, a.id, a.resource_type, a.resource_id, a.version, a.operation
    FROM feed f JOIN activity a ON (a.company_id, a.id) = (f.company_id, f.activity_id))`;

/**
 * What holds where a consumer that replays the feed ends with exactly what is in the tables: each finds the rows that
 * break it.
 */
export const FEED_LAWS: Readonly<Record<string, string>> = {
  'changes that have no place in the feed': `
    SELECT a.id FROM activity a WHERE a.outcome = 'done' AND a.resource_type IN ('User', 'Group')
      AND NOT EXISTS (SELECT FROM feed f WHERE (f.company_id, f.activity_id) = (a.company_id, a.id))`,
  'places of the feed without their change, or of one that has two': `
    SELECT f.activity_id FROM feed f LEFT JOIN activity a ON (a.company_id, a.id) = (f.company_id, f.activity_id)
     GROUP BY f.company_id, f.activity_id HAVING count(*) > 1 OR count(a.id) = 0`,
  'changes of a resource that are out of order': `
    WITH ${CHANGES}
    SELECT id FROM (
      SELECT id, version, lag(id) OVER feed AS id_before, lag(version) OVER feed AS version_before, operation
        FROM changes WINDOW feed AS (PARTITION BY company_id, resource_id ORDER BY position)) o
     WHERE id < id_before OR version < version_before OR (version = version_before AND operation <> 'delete')`,
  'resources that a replay of the feed leaves in another state than they have': `
    WITH ${CHANGES}, replayed AS (
      SELECT DISTINCT ON (company_id, resource_id) company_id, resource_type, resource_id AS id, version, operation
        FROM changes ORDER BY company_id, resource_id, position DESC
    ), present AS (
      SELECT company_id, 'User' AS resource_type, id, version FROM users
      UNION ALL SELECT company_id, 'Group', id, version FROM groups)
    SELECT id FROM (SELECT * FROM replayed WHERE operation <> 'delete') r
      FULL JOIN present p USING (company_id, resource_type, id)
     WHERE r.version IS DISTINCT FROM p.version`,
  'members that a replay of the feed leaves where they are not': `
    WITH replayed AS (
      SELECT company_id, group_id, member_id FROM (
        SELECT DISTINCT ON (e.company_id, e.group_id, e.member_id) e.company_id, e.group_id, e.member_id, e.sign
          FROM feed f JOIN activity_members e ON (e.company_id, e.activity_id) = (f.company_id, f.activity_id)
         ORDER BY e.company_id, e.group_id, e.member_id, f.position DESC) l
       WHERE sign = 1)
    SELECT member_id FROM replayed r FULL JOIN memberships m USING (company_id, group_id, member_id)
     WHERE r.company_id IS NULL OR m.company_id IS NULL`,
  'members that came or went twice in a row': `
    SELECT member_id FROM (
      SELECT e.member_id, e.sign, coalesce(lag(e.sign) OVER feed, -1) AS before
        FROM feed f JOIN activity_members e ON (e.company_id, e.activity_id) = (f.company_id, f.activity_id)
      WINDOW feed AS (PARTITION BY e.company_id, e.group_id, e.member_id ORDER BY f.position)) c
     WHERE sign = before`,
};

/** Waits until the server has moved all that is committed. What it does not move in time is told by the laws. */
export async function drainOutbox(url: string): Promise<void> {
  const deadline = Date.now() + DRAIN_LIMIT_MS;
  while ((await query(url, 'SELECT 1 FROM outbox LIMIT 1')).length > 0 && Date.now() < deadline)
    await sleep(50);
}

/** What the feed has: changes, and members that came and went by them. */
export interface FeedCounts {
  readonly changes: number;
  readonly members: number;
}

export async function countFeed(url: string): Promise<FeedCounts> {
  const [row] = await query<FeedCounts>(
    url,
    `SELECT (SELECT count(*)::int FROM feed) AS changes, (SELECT count(*)::int FROM activity_members) AS members`,
  );
  return row!;
}
