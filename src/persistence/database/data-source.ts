import { DataSource, type DataSourceOptions } from 'typeorm';
import { type Settings } from '../../config/settings.js';
import { ENTITIES } from '../entities/entities.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { SERVICE_ROLE } from './role-names.js';
import { openServer } from './server-check.js';
import { serversOf } from './servers.js';
import { serviceClient } from './service-client.js';

/** How long it may take until a connection can be used. */
const CONNECT_TIMEOUT_MS = 5000;
/**
 * How long a connection that nobody uses stays open. A new one costs PostgreSQL a process, a handshake and all plans, most of
 * all where many are opened at once.
 */
const IDLE_TIMEOUT_MS = 600_000;
/** After how long without traffic it is checked whether the server is still there. */
const KEEP_ALIVE_MS = 10_000;

/** The settings of the service's connection pools. */
export type PoolSettings = Pick<Settings, 'poolSize' | 'databasePooler' | 'statementTimeout'>;

/** How many connections are kept for looking credentials up, beside those for the requests of companies. */
export const controlConnections = (poolSize: number): number => Math.max(2, Math.ceil(poolSize / 4));

/**
 * Options for the connections of the service. Without a pooler, the role and the time-out are set when a connection
 * is opened.
 *
 * @param url as DATABASE_URL has it: it may name several servers
 */
function connectionOptions(
  url: string,
  { databasePooler, statementTimeout }: Omit<PoolSettings, 'poolSize'>,
): Readonly<Record<string, unknown>> {
  // A pooler shares connections between clients and refuses such options.
  const direct = databasePooler === 'none';
  const options = `-c role=${SERVICE_ROLE} -c statement_timeout=${statementTimeout}`;
  return {
    ...(direct ? { options } : {}),
    Client: serviceClient(serversOf(url), direct),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

/**
 * Options for the data source of the service, which sends statements of the stores alone: it has no entities, whose
 * descriptions would take time and memory at each start.
 */
export function dataSourceOptions(url: string, settings: PoolSettings): DataSourceOptions {
  const [server = url] = serversOf(url).servers;
  return {
    type: 'postgres',
    url: server,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    poolSize: settings.poolSize + controlConnections(settings.poolSize),
    // The error of a lost idle connection is ignored. The next request opens another one, and fails if that is
    // impossible.
    poolErrorHandler: () => undefined,
    extra: { pipeline: true, ...connectionOptions(url, settings) },
  };
}

/** Opens the data source for the transactions of the service, on the first server that can be used. */
export const openDataSource = (url: string, settings: PoolSettings): Promise<DataSource> =>
  openOnAnyServer(url, dataSourceOptions(url, settings));

async function openOnAnyServer(url: string, options: DataSourceOptions): Promise<DataSource> {
  for (let left = serversOf(url).servers.length; ; left -= 1) {
    try {
      return await new DataSource(options).initialize();
    } catch (error) {
      // After a failed attempt, the clients connect to the next server.
      if (left <= 1) throw error;
    }
  }
}

/**
 * Opens the data source for work as the owner of the database.
 *
 * @param directUrl URL that does not lead through a pooler; it may name several servers
 * @param poolSize the greatest number of its connections
 * @param statementTimeout how long a statement may run, in milliseconds; 0 for as long as it takes
 * @throws StartupError where the database can't be reached
 */
export async function openOwnerDataSource(
  directUrl: string,
  poolSize: number,
  statementTimeout = 0,
): Promise<DataSource> {
  const choice = serversOf(directUrl);
  const [server = directUrl] = choice.servers;
  try {
    return await openOnAnyServer(directUrl, {
      type: 'postgres',
      url: server,
      entities: [...ENTITIES],
      installExtensions: false,
      logging: false,
      poolSize,
      poolErrorHandler: () => undefined,
      extra: {
        pipeline: true,
        Client: serviceClient(choice, true),
        ...(statementTimeout > 0 && { statement_timeout: statementTimeout }),
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        keepAlive: true,
        keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      },
    });
  } catch (error) {
    // It says which server can't be reached, and why.
    const { client } = await openServer(directUrl);
    await client.end();
    throw error;
  }
}

/** The data source for TypeORM's command line, which compares and changes the tables as their owner. */
export function createOwnerDataSource(directUrl: string): DataSource {
  // The command line takes no promise, so of several servers the first one has to be the right one.
  const [server = directUrl] = serversOf(directUrl).servers;
  return new DataSource({
    type: 'postgres',
    url: server,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    installExtensions: false,
  });
}
