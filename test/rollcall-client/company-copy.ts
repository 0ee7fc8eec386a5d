import { type SnapshotRecord } from 'rollcall-client';
import type pg from 'pg';

/** What a copy of a company has, a line for each user, group and membership, in one order. */
export const linesOf = (records: Iterable<SnapshotRecord>): readonly string[] =>
  [...records].map(lineOf).sort();

function lineOf(record: SnapshotRecord): string {
  if (record.type === 'membership') return `membership ${record.group} ${record.value} ${record.memberType}`;
  const { type, id, version, externalId = '', displayName = '' } = record;
  const own = type === 'user' ? ` ${record.userName} ${record.active}` : '';
  return `${type} ${id} ${version} ${externalId} ${displayName}${own}`;
}

/** The same of the tables of a company. */
export async function linesInDatabase(admin: pg.Client, slug: string): Promise<readonly string[]> {
  const { rows } = await admin.query<{ line: string }>(
    `WITH company AS (SELECT id FROM companies WHERE slug = $1)
    SELECT concat_ws(' ', 'user', format_resource_id(u.id), u.version, coalesce(u.external_id, ''),
      coalesce(u.display, '')) || ' ' || (u.attributes->>'userName') || ' '
      || CASE WHEN u.attributes->'active' IS NOT DISTINCT FROM 'false' THEN 'false' ELSE 'true' END AS line
    FROM users u JOIN company c ON c.id = u.company_id
    UNION ALL
    SELECT concat_ws(' ', 'group', format_resource_id(g.id), g.version, coalesce(g.external_id, ''), g.display_name)
    FROM groups g JOIN company c ON c.id = g.company_id
    UNION ALL
    SELECT concat_ws(' ', 'membership', format_resource_id(m.group_id), format_resource_id(m.member_id),
      CASE WHEN m.member_user_id IS NULL THEN 'Group' ELSE 'User' END)
    FROM memberships m JOIN company c ON c.id = m.company_id`,
    [slug],
  );
  return rows.map(({ line }) => line).sort();
}
