import { DataSource, type DataSourceOptions } from 'typeorm';
import { type Settings } from '../../config/settings.js';
import { ENTITIES } from '../entities/entities.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { SERVICE_ROLE } from './role-names.js';

const CONNECT_TIMEOUT = 10_000;

/** How the service's pools connect. */
export type PoolSettings = Pick<Settings, 'poolSize' | 'databasePooler' | 'statementTimeout'>;

/** Options of every connection the service works on: its role and time-out hold from the first message on. */
export function connectionOptions({
  databasePooler,
  statementTimeout,
}: Omit<PoolSettings, 'poolSize'>): Readonly<Record<string, unknown>> {
  // A pooler hands connections on between clients, and refuses options at their start.
  const options = `-c role=${SERVICE_ROLE} -c statement_timeout=${statementTimeout}`;
  const startup = databasePooler === 'none' ? { options } : {};
  return { ...startup, connectionTimeoutMillis: CONNECT_TIMEOUT, keepAlive: true };
}

/** What `TypeOrmModule.forRootAsync` takes. The schema is brought up by `migrate`, never by TypeORM's own start. */
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
    // An idle connection that is lost is replaced at the next request, which reports what is wrong.
    poolErrorHandler: () => undefined,
    extra: { pipeline: true, ...connectionOptions(settings) },
  };
}

/** The data source that the service's transactions take their connections from; not yet initialised. */
export const createDataSource = (url: string, settings: PoolSettings): DataSource =>
  new DataSource(dataSourceOptions(url, settings));

/** For TypeORM's own command line, which compares and changes the schema as its owner. */
export const createOwnerDataSource = (directUrl: string): DataSource =>
  new DataSource({
    type: 'postgres',
    url: directUrl,
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    installExtensions: false,
  });
