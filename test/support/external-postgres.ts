import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findFreePort, makeFolder } from './process.js';

/** Debian's folder of the oldest version that is supported. */
export const POSTGRES_15 = '/usr/lib/postgresql/15/bin';

const NOBODY = 65534;

/** A PostgreSQL server that an administrator has set up without the program. */
export interface ExternalPostgres {
  urlOf(user: string, database: string): string;
  /** Runs statements as superuser. */
  administer(sql: string, database?: string): Promise<void>;
  /** The process id of the server that was started last. */
  pid(): number;
  /** Starts the server again that was killed, on the same port. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Creates a cluster in a new folder and starts a server on it, with the programs of a folder.
 *
 * @param durable whether it waits for the disk, as servers do outside of tests
 */
export async function startExternalPostgres(programs: string, durable = false): Promise<ExternalPostgres> {
  const folder = makeFolder();
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  // PostgreSQL refuses to run as root.
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (identity.uid !== undefined) {
    chownSync(folder, NOBODY, NOBODY);
    chownSync(data, NOBODY, NOBODY);
  }
  const options = { cwd: folder, ...identity, env: { LC_ALL: 'C' } };
  const initdb = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (initdb.status !== 0) throw new Error(`initdb: ${initdb.stderr}`);
  const port = await findFreePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `fsync=${durable ? 'on' : 'off'}`,
  ];
  const start = (): ChildProcess =>
    spawn(
      join(programs, 'postgres'),
      ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])],
      { ...options, stdio: 'ignore' },
    );
  let server = start();
  const urlOf = (user: string, database: string): string =>
    `postgres://${user}@127.0.0.1:${port}/${database}`;
  const administer = async (sql: string, database = 'postgres'): Promise<void> => {
    const client = new pg.Client(urlOf('postgres', database));
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await untilReady(server, () => administer('SELECT 1'));
  const startAgain = async (): Promise<void> => {
    for (;;) {
      server = start();
      try {
        return await untilReady(server, () => administer('SELECT 1'));
      } catch (error) {
        // Sessions of the server before may not have noticed yet that it is gone.
        if (server.exitCode !== 1) throw error;
      }
    }
  };
  const close = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGQUIT');
    await ended;
  };
  return { urlOf, administer, pid: () => server.pid!, startAgain, close };
}

async function untilReady(server: ChildProcess, ask: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (server.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}
