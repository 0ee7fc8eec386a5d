import { DataSource, type MigrationInterface } from 'typeorm';
import { type Client } from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { READER_ROLE } from './role-names.js';
import { ensureRoles } from './roles.js';
import { connectDirectly } from './server-check.js';

const MIGRATIONS_TABLE = 'migrations';
const NOT_ALLOWED_OR_INSTALLED = ['42501', '58P01', '0A000'];
const MIGRATION_LOCK = 7_265_010;

/**
 * Creates or updates the tables of the database. A lock makes instances that start at the same time do it one by one.
 *
 * @param directUrl URL that does not lead through a pooler, since the lock belongs to the connection
 * @throws StartupError where the roles or tables can't be created, or the database is newer than the program
 */
export async function migrate(directUrl: string): Promise<void> {
  const client = await connectDirectly(directUrl);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRoles(client);
    if (await needsMigrations(client)) {
      await runMigrations(directUrl);
    }
    await refuseForeignViews(client);
  } finally {
    await client.end();
  }
}

async function needsMigrations(client: Client): Promise<boolean> {
  const table = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
    MIGRATIONS_TABLE,
  ]);
  if (table.rows[0]?.exists !== true) {
    return true;
  }
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY id`);
  const known = MIGRATIONS.map(migrationName);
  const unknown = rows.find((row) => !known.includes(row.name));
  if (unknown !== undefined) {
    throw new StartupError(
      `The database is newer than this program: it has seen ${unknown.name}. Run the newer program, or restore a backup.`,
    );
  }
  return rows.length < known.length;
}

/**
 * Refuses a database whose scoped views have another owner than they should. A restore without owners gives them to
 * the login that restores. If row-level security applies to that login, the views show nothing; if not, they belong
 * to a role with more rights than they need.
 */
async function refuseForeignViews(client: Client): Promise<void> {
  const { rows } = await client.query<{ viewname: string }>(
    "SELECT viewname FROM pg_views WHERE schemaname = 'scoped' AND viewowner <> $1 ORDER BY viewname",
    [READER_ROLE],
  );
  if (rows.length === 0) return;
  const statements = rows.map(({ viewname }) => `ALTER VIEW scoped.${viewname} OWNER TO ${READER_ROLE};`);
  throw new StartupError(
    `The views of schema scoped have lost their owner. Let an administrator run: ${statements.join(' ')}`,
  );
}

const migrationName = (migration: new () => MigrationInterface): string =>
  new migration().name ?? migration.name;

async function runMigrations(directUrl: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: directUrl,
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATIONS_TABLE,
    installExtensions: false,
    poolSize: 1,
    logging: false,
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    throw NOT_ALLOWED_OR_INSTALLED.includes(code ?? '')
      ? new StartupError(
          `The database can't be brought to this program's schema: ${message}. ` +
            'The login has to own the database, and the server to have the extensions pg_trgm and btree_gin.',
        )
      : error;
  } finally {
    await dataSource.destroy();
  }
}
