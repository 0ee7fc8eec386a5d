import pg from 'pg';

/** All rows of a database, each as a line with the name of its table in front. */
export function dumpDatabase(adminUrl: string): Promise<string[]> {
  return dump(adminUrl, 'true', '');
}

/** The rows of one company, in the tables under row-level security, in the same form. */
export function dumpCompany(adminUrl: string, slug: string): Promise<string[]> {
  const company = `(SELECT id FROM public.companies WHERE slug = ${pg.escapeLiteral(slug)})`;
  return dump(adminUrl, 'c.relrowsecurity', `WHERE company_id = ${company}`);
}

async function dump(adminUrl: string, whichTables: string, whichRows: string): Promise<string[]> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  try {
    const { rows: tables } = await admin.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
         AND ${whichTables}
       ORDER BY 1`,
    );
    const lines: string[] = [];
    for (const { name } of tables) {
      const { rows } = await admin.query<{ line: string }>(
        `SELECT t::text AS line FROM ${name} t ${whichRows} ORDER BY 1`,
      );
      lines.push(...rows.map(({ line }) => `${name} ${line}`));
    }
    return lines;
  } finally {
    await admin.end();
  }
}
