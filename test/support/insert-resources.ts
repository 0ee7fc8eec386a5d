import pg from 'pg';
import { type TestDatabase } from './database.js';

// To post resources by the hundred takes a while; what is inserted is the same afterwards.

/**
 * Makes users past the service, with a userName alone.
 * @param slug - Their company.
 * @returns Their ids, in the order of lists.
 */
export function insertUsers(
  database: Pick<TestDatabase, 'adminUrl'>,
  slug: string,
  count: number,
): Promise<string[]> {
  const columns = 'user_name_key, display, display_key';
  return insert(
    database,
    slug,
    'User',
    count,
    `INTO users (company_id, attributes, search, ${columns})
     SELECT company, document, document, label, label, label`,
  );
}

/** Makes groups past the service, empty and with a displayName alone; see {@link insertUsers}. */
export function insertGroups(
  database: Pick<TestDatabase, 'adminUrl'>,
  slug: string,
  count: number,
): Promise<string[]> {
  const columns = 'display_name, display_name_key';
  return insert(
    database,
    slug,
    'Group',
    count,
    `INTO groups (company_id, attributes, search, ${columns})
     SELECT company, document, document, label, label`,
  );
}

async function insert(
  { adminUrl }: Pick<TestDatabase, 'adminUrl'>,
  slug: string,
  type: 'User' | 'Group',
  count: number,
  into: string,
): Promise<string[]> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  try {
    const { rows } = await admin.query<{ id: string }>(
      `WITH made AS (INSERT ${into}
         FROM (SELECT c.id, 'bulk' || n, jsonb_build_object($3::text, 'bulk' || n)
               FROM companies c, generate_series(1, $2::int) n WHERE c.slug = $1) AS each (company, label, document)
         RETURNING company_id, id),
       counted AS (INSERT INTO resource_counts AS kept (company_id, type, bucket, count)
         SELECT company_id, $4, 0, count(*) FROM made GROUP BY company_id
         ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = kept.count + excluded.count)
       SELECT format_resource_id(id) AS id FROM made ORDER BY made.id`,
      [slug, count, type === 'User' ? 'userName' : 'displayName', type],
    );
    return rows.map(({ id }) => id);
  } finally {
    await admin.end();
  }
}
