import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findBinaries } from '../../src/embedded-postgres/binaries.js';
import { startExternalPostgres } from '../support/external-postgres.js';
import { makeFolder, postmasterOf } from '../support/process.js';

/** A PostgreSQL server that is killed, with what Rollcall is told of it. */
export interface CrashDatabase {
  /** Settings of Rollcall. */
  readonly settings: Readonly<Record<string, string>>;
  /** Undefined while no server runs. */
  postmaster(): number | undefined;
  urlOf(role: 'rollcall' | 'postgres'): string;
  /** Starts the killed server again; undefined where Rollcall does that. */
  readonly startAgain?: () => Promise<void>;
  close(): Promise<void>;
}

/** The one that Rollcall brings, starts and starts again. `endProcesses` stops it. */
export function embeddedDatabase(): CrashDatabase {
  const dataDir = makeFolder();
  return {
    settings: { DATA_DIR: dataDir },
    postmaster: () => postmasterOf(dataDir),
    urlOf: (role) => embeddedUrl(dataDir, role),
    close: () => Promise.resolve(),
  };
}

/** The URL of an embedded server that runs. */
export function embeddedUrl(dataDir: string, role: 'rollcall' | 'postgres'): string {
  const file = (name: string): string => readFileSync(join(dataDir, 'pg18', name), 'utf8');
  const port = file('postmaster.pid').split('\n')[3];
  return `postgres://${role}:${file('rollcall.secret').trim()}@127.0.0.1:${port}/rollcall`;
}

/** One with the same programs, which an administrator runs with default settings. */
export async function externalDatabase(): Promise<CrashDatabase> {
  const server = await startExternalPostgres(dirname(findBinaries().postgres), true);
  await server.administer('CREATE ROLE rollcall LOGIN NOSUPERUSER CREATEROLE');
  await server.administer('CREATE DATABASE rollcall OWNER rollcall');
  return {
    settings: { DATABASE_URL: server.urlOf('rollcall', 'rollcall'), DATA_DIR: '/nowhere' },
    postmaster: () => server.pid(),
    urlOf: (role) => server.urlOf(role, 'rollcall'),
    startAgain: () => server.startAgain(),
    close: () => server.close(),
  };
}
