import pg from 'pg';

/** A change is in one of these, sooner or later in the second. */
const MOVED = ['public.outbox', 'public.feed'];

/**
 * All rows of a database, each as a line with the name of its table in front, but for the last uses of tokens and the
 * requests that changed nothing, which are written behind the answers. A change counts as the same before and after it was
 * moved from the outbox to the feed.
 */
export function dumpDatabase(adminUrl: string): Promise<string[]> {
  return dump(adminUrl, "c.relname NOT IN ('token_activity', 'issuer_activity')", 'true');
}

/** The rows of one company, in the tables under row-level security, in the same form. */
export function dumpCompany(adminUrl: string, slug: string): Promise<string[]> {
  const company = `(SELECT id FROM public.companies WHERE slug = ${pg.escapeLiteral(slug)})`;
  return dump(adminUrl, 'c.relrowsecurity', `company_id = ${company}`);
}

async function dump(adminUrl: string, whichTables: string, whichRows: string): Promise<string[]> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  try {
    const { rows: tables } = await admin.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
         AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND ${whichTables}
       ORDER BY 1`,
    );
    const lines: string[] = [];
    await admin.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const { name } of tables) {
      const changes = name === 'public.activity' ? "outcome = 'done'" : 'true';
      const isMoved = MOVED.includes(name);
      const { rows } = await admin.query<{ line: string }>(
        `SELECT ${isMoved ? 'ROW(company_id, activity_id)' : 't'}::text AS line FROM ${name} t
         WHERE ${whichRows} AND ${changes} ORDER BY 1`,
      );
      lines.push(...rows.map(({ line }) => `${isMoved ? 'public.feed' : name} ${line}`));
    }
    return lines.sort();
  } finally {
    await admin.end();
  }
}
