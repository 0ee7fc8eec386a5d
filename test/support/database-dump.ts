import pg from 'pg';
import { type TestDatabase } from './database.js';

/** A change is in one of these, sooner or later in the second. */
const MOVED = ['public.outbox', 'public.feed'];

/**
 * All rows of a database, each as a line with the name of its table in front, but for the last uses of tokens and the
 * requests that changed nothing, which are written behind the answers. A change counts as the same before and after it was
 * moved from the outbox to the feed.
 */
export function dumpDatabase(database: TestDatabase): Promise<string[]> {
  return dump(database, "c.relname NOT IN ('token_activity', 'issuer_activity')", 'true');
}

/** The rows of one company, in the tables under row-level security, in the same form. */
export function dumpCompany(database: TestDatabase, slug: string): Promise<string[]> {
  const company = `(SELECT id FROM public.companies WHERE slug = ${pg.escapeLiteral(slug)})`;
  return dump(database, 'c.relrowsecurity', `company_id = ${company}`);
}

async function dump(database: TestDatabase, whichTables: string, whichRows: string): Promise<string[]> {
  const superuser = await database.superuser();
  const { rows: tables } = await superuser.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND ${whichTables}`,
  );
  // One statement sees one moment.
  const { rows } = await superuser.query<{ line: string }>(
    tables.map(({ name }) => linesOf(name, whichRows)).join(' UNION ALL '),
  );
  return rows.map(({ line }) => line).sort();
}

function linesOf(table: string, whichRows: string): string {
  const changes = table === 'public.activity' ? "outcome = 'done'" : 'true';
  const isMoved = MOVED.includes(table);
  const name = pg.escapeLiteral(`${isMoved ? 'public.feed' : table} `);
  const row = isMoved ? 'ROW(company_id, activity_id)' : 't';
  return `SELECT ${name} || ${row}::text AS line FROM ${table} t WHERE ${whichRows} AND ${changes}`;
}
