import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { DATABASE, OWNER, prepareCluster } from '../../src/embedded-postgres/cluster.js';
import {
  findFreePort,
  findPostmaster,
  startPostmaster,
  stopPostmaster,
} from '../../src/embedded-postgres/postmaster.js';
import { readSettings } from '../../src/config/read-settings.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { fixCell } from '../../src/persistence/settings/fix-cell.js';
import { noteKeys } from '../../src/persistence/settings/note-keys.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { startTestApplication, type TestApplication } from './application.js';
import { SERVER_OPTIONS, type TestDatabase } from './database.js';
import { runFolder } from './run-folder.js';

/** A server of its own with a database that is a cell, and a service on it. */
export interface TestCell {
  readonly number: number;
  readonly service: TestApplication;
  /** The environment of commands on it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly database: TestDatabase;
  /** Rows of a statement, as superuser. */
  query<R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  close(): Promise<void>;
}

/** Starts PostgreSQL with logical replication, and the service of the cell. */
export async function startTestCell(
  number: number,
  settings: Readonly<Record<string, string>>,
): Promise<TestCell> {
  const cluster = prepareCluster(mkdtempSync(join(runFolder(), `cell-${number}-`)), false);
  const port = await findFreePort();
  if (!(await startPostmaster(cluster, port, [...SERVER_OPTIONS, 'wal_level=logical']))) {
    throw new Error(`The server of cell ${number} did not start, see ${cluster.log}`);
  }
  const urlOf = (user: string): string =>
    `postgres://${user}:${cluster.secret}@127.0.0.1:${port}/${DATABASE}`;
  const stop = async (): Promise<void> => {
    const running = findPostmaster(cluster);
    if (running) await stopPostmaster(cluster, running.pid);
  };
  const adminUrl = urlOf('postgres');
  const admin = new pg.Client(adminUrl);
  const database = { url: urlOf(OWNER), adminUrl, superuser: () => Promise.resolve(admin), close: stop };
  const cell = { ...settings, CELL: String(number) };
  const environment = { ...cell, DATABASE_URL: database.url };
  await migrate(database.url);
  await fixCell(database.url, number);
  await noteKeys(await withSecretKey(readSettings(environment), database.url), database.url);
  await admin.connect();
  const service = await startTestApplication({ database, settings: cell });
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...{ number, service, environment, database },
    query: <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
      const answer = last.then(() => admin.query<R>(text, [...values]));
      last = answer.catch(() => undefined);
      return answer.then(({ rows }) => rows);
    },
    close: async () => {
      await admin.end();
      await service.close();
    },
  };
}
