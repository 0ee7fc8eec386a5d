import { DataSource, type DataSourceOptions } from 'typeorm';
import { type Settings } from '../../config/settings.js';
import { ENTITIES } from '../entities/entities.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { SERVICE_ROLE } from './role-names.js';

const CONNECT_TIMEOUT_MS = 10_000;

/** The settings of the service's connection pools. */
export type PoolSettings = Pick<Settings, 'poolSize' | 'databasePooler' | 'statementTimeout'>;

/**
 * Options for the connections of the service. Without a pooler, the role and the time-out are set when a connection
 * is opened.
 */
export function connectionOptions({
  databasePooler,
  statementTimeout,
}: Omit<PoolSettings, 'poolSize'>): Readonly<Record<string, unknown>> {
  // A pooler shares connections between clients and refuses such options.
  const options = `-c role=${SERVICE_ROLE} -c statement_timeout=${statementTimeout}`;
  const startup = databasePooler === 'none' ? { options } : {};
  return { ...startup, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true };
}

/** Options for `TypeOrmModule.forRoot`. TypeORM itself never changes the tables; `migrate` does. */
export function dataSourceOptions(url: string, settings: PoolSettings): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    poolSize: settings.poolSize,
    // The error of a lost idle connection is ignored. The next request opens another one, and fails if that is
    // impossible.
    poolErrorHandler: () => undefined,
    extra: { pipeline: true, ...connectionOptions(settings) },
  };
}

/** The data source for the transactions of the service. It is not initialized yet. */
export const createDataSource = (url: string, settings: PoolSettings): DataSource =>
  new DataSource(dataSourceOptions(url, settings));

/** The data source for TypeORM's command line, which compares and changes the tables as their owner. */
export const createOwnerDataSource = (directUrl: string): DataSource =>
  new DataSource({
    type: 'postgres',
    url: directUrl,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    installExtensions: false,
  });
