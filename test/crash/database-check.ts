import { drainOutbox, FEED_LAWS } from './feed-check.js';
import { query } from './query.js';

/** What must hold of the tables, whatever was written: each finds the rows that break it. */
const LAWS: Readonly<Record<string, string>> = {
  'keys of users that are not those of their attributes': `
    SELECT id FROM users
     WHERE (user_name_key, display_name_key, external_id, search->>'title')
           IS DISTINCT FROM (attributes->>'userName', attributes->>'displayName', attributes->>'externalId',
                             attributes->>'title')`,
  'keys of groups that are not those of their names': `
    SELECT id FROM groups WHERE display_name_key <> lower(display_name)`,
  'memberships without their group or member': `
    SELECT m.member_id FROM memberships m
      LEFT JOIN groups g ON (g.company_id, g.id) = (m.company_id, m.group_id)
      LEFT JOIN users u ON (u.company_id, u.id) = (m.company_id, m.member_user_id)
     WHERE g.id IS NULL OR u.id IS NULL`,
  'resources that are counted wrongly': `
    SELECT company_id FROM (SELECT company_id, type, sum(count) AS kept FROM resource_counts GROUP BY 1, 2) c
      FULL JOIN (SELECT company_id, 'User' AS type, count(*) AS present FROM users GROUP BY 1
                 UNION ALL SELECT company_id, 'Group', count(*) FROM groups GROUP BY 1) p USING (company_id, type)
     WHERE coalesce(kept, 0) <> coalesce(present, 0)`,
  'transactions that are prepared and never ended': 'SELECT 1 FROM pg_prepared_xacts',
  ...FEED_LAWS,
};

/**
 * Looks at the tables themselves, which no request shows as they are.
 *
 * @param url of a role that sees all rows
 * @returns what is broken
 */
export async function brokenLaws(url: string): Promise<string[]> {
  const broken: string[] = [];
  await drainOutbox(url);
  for (const [law, statement] of Object.entries(LAWS)) {
    const { length } = await query(url, statement);
    if (length > 0) broken.push(`${length} × ${law}`);
  }
  return broken;
}
