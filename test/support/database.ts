import pg from 'pg';
import { migrate } from '../../src/persistence/database/migrate.js';
import { type Cluster, OWNER, prepareCluster } from '../../src/embedded-postgres/cluster.js';
import { findFreePort, findPostmaster, startPostmaster } from '../../src/embedded-postgres/postmaster.js';
import { runFolder } from './run-folder.js';

const TEMPLATE = 'rollcall_template';
const TEMPLATE_LOCK = 1;
/** For servers of tests, whose data need not outlive them. */
export const SERVER_OPTIONS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'max_wal_size=128MB',
  'autovacuum=off',
];

/** A database that only one spec file uses. */
export interface TestDatabase {
  /** URL for the owner, who is no superuser. */
  readonly url: string;
  /** URL for the superuser, to look at data and to damage it. */
  readonly adminUrl: string;
  /** The superuser's connection, the same at each call: to open one costs as much as dozens of statements. */
  superuser(): Promise<pg.Client>;
  /** Drops the database. */
  close(): Promise<void>;
}

let made = 0;
let cluster: Cluster | undefined;

/** Creates a migrated, empty database. The first call in a test run starts the server. */
export async function testDatabase(): Promise<TestDatabase> {
  cluster ??= prepareCluster(runFolder(), false);
  const port = await ensureServer(cluster);
  const { secret } = cluster;
  const urlOf = (user: string, database: string): string =>
    `postgres://${user}:${secret}@127.0.0.1:${port}/${database}`;
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++made}`;
  await asAdmin(urlOf('postgres', 'postgres'), async (admin) => {
    await ensureTemplate(admin, urlOf(OWNER, TEMPLATE));
    await admin.query(`CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  });
  const adminUrl = urlOf('postgres', name);
  let opened: Promise<pg.Client> | undefined;
  const close = async (): Promise<void> => {
    await (await opened)?.end();
    await asAdmin(urlOf('postgres', 'postgres'), (admin) =>
      admin.query(`DROP DATABASE ${name} WITH (FORCE)`),
    );
  };
  return { url: urlOf(OWNER, name), adminUrl, superuser: () => (opened ??= connect(adminUrl)), close };
}

async function ensureServer(cluster: Cluster): Promise<number> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const running = findPostmaster(cluster);
    if (running?.ready) {
      return running.port;
    }
    if (running === undefined) {
      await startPostmaster(cluster, await findFreePort(), SERVER_OPTIONS);
    } else {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`The test server did not start, see ${cluster.log}`);
}

/**
 * Creates the template of all databases, unless another spec file has done so. It is marked as a template when it is
 * complete.
 */
async function ensureTemplate(admin: pg.Client, templateUrl: string): Promise<void> {
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rows } = await admin.query<{ datistemplate: boolean }>(
      'SELECT datistemplate FROM pg_database WHERE datname = $1',
      [TEMPLATE],
    );
    if (rows[0]?.datistemplate === true) {
      return;
    }
    await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${TEMPLATE} OWNER ${OWNER}`);
    await migrate(templateUrl);
    await admin.query(`ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true`);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = await connect(url);
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  // Some tests end all connections.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
