import pg from 'pg';

/** All rows of a database, each as a line with the name of its table in front. */
export async function dumpDatabase(adminUrl: string): Promise<string[]> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  try {
    const { rows: tables } = await admin.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
       ORDER BY 1`,
    );
    const lines: string[] = [];
    for (const { name } of tables) {
      const { rows } = await admin.query<{ line: string }>(
        `SELECT t::text AS line FROM ${name} t ORDER BY 1`,
      );
      lines.push(...rows.map(({ line }) => `${name} ${line}`));
    }
    return lines;
  } finally {
    await admin.end();
  }
}
