import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Administration } from '../src/administration/administration.js';
import { readSettings } from '../src/config/read-settings.js';
import { type Settings } from '../src/config/settings.js';
import { migrate } from '../src/persistence/database/migrate.js';
import { openDatabase } from '../src/startup/database.js';
import { postmasterOf } from '../test/support/process.js';

/** An embedded PostgreSQL of a benchmark, migrated. */
export interface BenchDatabase {
  /** Where it keeps its data; a service that gets it as DATA_DIR uses the same server. */
  readonly folder: string;
  readonly settings: Settings;
  /** URL for its owner. */
  readonly url: string;
  /** URL for the service. */
  readonly serviceUrl: string;
}

/** A company, and a token that may read and write. */
export interface CompanyAccess {
  /** The key of its rows. */
  readonly id: string;
  readonly slug: string;
  readonly token: string;
}

/**
 * Runs `work` with an empty folder that may hold an embedded PostgreSQL, and removes it afterwards; where the process
 * ends before, the server ends with it.
 */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const remove = (): void => {
    const postmaster = postmasterOf(folder);
    if (postmaster !== undefined) process.kill(postmaster, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Runs `work` on an empty embedded PostgreSQL, and takes it away afterwards. */
export function withDatabase(work: (database: BenchDatabase) => Promise<void>): Promise<void> {
  return withFolder((folder) => openIn(folder, work));
}

async function openIn(folder: string, work: (database: BenchDatabase) => Promise<void>): Promise<void> {
  const settings = readSettings({ DATA_DIR: folder, LOG_LEVEL: 'silent', RATE_LIMIT: '1000000' });
  const database = await openDatabase(settings);
  try {
    await migrate(database.directUrl);
    const serviceUrl = await database.serviceUrl();
    await work({ folder, settings, url: database.directUrl, serviceUrl });
  } finally {
    await database.close();
  }
}

/** @param url for the owner */
export async function createCompany(url: string, slug: string): Promise<CompanyAccess> {
  const administration = await Administration.open(url);
  await administration.companies.createCompany(slug, slug);
  const { secret } = await administration.tokens.issueToken(slug, {
    name: slug,
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  await administration.close();
  const database = await connect(url);
  const { rows } = await database.query<{ id: string }>('SELECT id FROM companies WHERE slug = $1', [slug]);
  await database.end();
  return { id: rows[0]?.id ?? '', slug, token: secret };
}

/** Runs SQL as the service's role for a company, to fill tables faster than requests could. */
export function fillCompany(
  url: string,
  company: Pick<CompanyAccess, 'id'>,
  statements: readonly string[],
): Promise<void> {
  return asCompany(url, company, async (database) => {
    for (const statement of statements) await database.query(statement);
  });
}

/** Runs `work` on a connection with the service's role, which sees the rows of one company. */
export async function asCompany<T>(
  url: string,
  { id }: Pick<CompanyAccess, 'id'>,
  work: (database: pg.Client) => Promise<T>,
): Promise<T> {
  const database = await connect(url);
  try {
    await database.query(
      `SELECT set_config('role', 'rollcall_service', false), set_config('rollcall.company_id', $1, false)`,
      [id],
    );
    return await work(database);
  } finally {
    await database.end();
  }
}

/** The tables of a company's resources. */
const FILLED = ['users', 'groups', 'memberships'];
/** What filling looks resources up by. */
const KEPT = ['users_external_id_index'];

/**
 * Runs `work`, which fills tables, without the indexes that a million rows are best added to at once, and without the check
 * of each membership: it has to add none of what is not there. Then the indexes are made anew.
 *
 * @param url for the owner
 * @param made told of each index when it is there
 */
export async function whileIndexesRest<T>(
  url: string,
  work: () => Promise<T>,
  made: (index: string) => void,
): Promise<T> {
  const database = await connect(url);
  try {
    const { rows: indexes } = await database.query<{ name: string; definition: string }>(
      `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid = ANY ($1::regclass[]) AND NOT i.indisunique AND c.relname <> ALL ($2)`,
      [FILLED, KEPT],
    );
    for (const { name } of indexes) await database.query(`DROP INDEX ${name}`);
    await database.query('ALTER TABLE memberships DISABLE TRIGGER memberships_exist');
    const result = await work();
    await database.query('ALTER TABLE memberships ENABLE TRIGGER memberships_exist');
    await database.query(`SET maintenance_work_mem = '512MB'`);
    for (const { name, definition } of indexes) {
      await database.query(definition);
      made(name);
    }
    return result;
  } finally {
    await database.end();
  }
}

/** Makes sure that the planner knows the tables as they are. */
export async function vacuum(url: string): Promise<void> {
  const database = await connect(url);
  await database.query('VACUUM ANALYZE users, groups, memberships');
  await database.end();
}

/** @returns an open connection */
export async function connect(url: string): Promise<pg.Client> {
  const database = new pg.Client(url);
  await database.connect();
  return database;
}
