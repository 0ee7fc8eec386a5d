import { type MigrationInterface } from 'typeorm';
import { type Client } from 'pg';
import { type Say, sayIfSlow, sayNothing } from '../../config/progress.js';
import { StartupError } from '../../config/startup-error.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { ADVISORY_LOCK } from './advisory-locks.js';
import { READER_ROLE } from './role-names.js';
import { ensureRoles } from './roles.js';
import { openServer } from './server-check.js';

const MIGRATIONS_TABLE = 'migrations';
const NOT_ALLOWED_OR_INSTALLED = ['42501', '58P01', '0A000'];

/**
 * Creates or updates the tables of the database. A lock makes instances that start at the same time do it one by one.
 *
 * @param directUrl URL that does not lead through a pooler, since the lock belongs to the connection
 * @param say told where there is something to change, or where another instance is waited for
 * @throws StartupError where the roles or tables can't be created, or the database is newer than the program
 */
export async function migrate(directUrl: string, say: Say = sayNothing): Promise<void> {
  const { client, server } = await openServer(directUrl);
  try {
    await lockMigrations(client, say);
    await ensureRoles(client);
    if ((await listMigrations(client)).pending.length > 0) {
      say('Setting up the tables of this version …');
      await runMigrations(server);
    }
    const refusal = await foreignViewsRefusal(client);
    if (refusal !== undefined) throw refusal;
  } finally {
    await client.end();
  }
}

/** Takes the lock, and says so where another connection has it for longer than a moment. */
async function lockMigrations(client: Client, say: Say): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    ADVISORY_LOCK.migration,
  ]);
  if (rows[0]?.taken === true) return;
  const lock = client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK.migration]);
  await sayIfSlow(say, 'Waiting for another process that sets up the tables …', lock);
}

/**
 * The names of the migrations that the database has not seen.
 *
 * @throws StartupError where it has seen one that this program does not know
 */
export async function listMigrations(client: Client): Promise<{ readonly pending: readonly string[] }> {
  const known = MIGRATIONS.map(migrationName);
  const table = await client.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [
    MIGRATIONS_TABLE,
  ]);
  if (table.rows[0]?.exists !== true) {
    return { pending: known };
  }
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY id`);
  const unknown = rows.find((row) => !known.includes(row.name));
  if (unknown !== undefined) {
    throw new StartupError(
      `The database is newer than this program: it has seen ${unknown.name}. Run the newer program, or restore a backup.`,
    );
  }
  return { pending: known.filter((name) => rows.every((row) => row.name !== name)) };
}

/**
 * The refusal of a database whose scoped views have another owner than they should. A restore without owners gives them to
 * the login that restores. If row-level security applies to that login, the views show nothing; if not, they belong
 * to a role with more rights than they need.
 */
export async function foreignViewsRefusal(client: Client): Promise<StartupError | undefined> {
  const { rows } = await client.query<{ viewname: string }>(
    "SELECT viewname FROM pg_views WHERE schemaname = 'scoped' AND viewowner <> $1 ORDER BY viewname",
    [READER_ROLE],
  );
  if (rows.length === 0) return undefined;
  const statements = rows.map(({ viewname }) => `ALTER VIEW scoped.${viewname} OWNER TO ${READER_ROLE};`);
  return new StartupError(
    `The views of schema scoped have lost their owner. Let an administrator run: ${statements.join(' ')}`,
  );
}

const migrationName = (migration: new () => MigrationInterface): string =>
  new migration().name ?? migration.name;

async function runMigrations(server: string): Promise<void> {
  // Loaded here, since most processes find nothing to do.
  const { AbstractLogger, DataSource } = await import('typeorm');
  // TypeORM would print a migration that fails, whatever `logging` says. What it throws says the same.
  class SilentLogger extends AbstractLogger {
    protected override writeLog(): void {}
  }
  const dataSource = new DataSource({
    type: 'postgres',
    url: server,
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATIONS_TABLE,
    installExtensions: false,
    poolSize: 1,
    logger: new SilentLogger(),
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
