import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../config/make-folder.js';
import { sayNothing } from '../config/progress.js';
import { StartupError } from '../config/startup-error.js';
import { type Binaries, findBinaries, MAJOR_VERSION } from './binaries.js';
import { Launcher } from './launcher.js';
import { isAlive } from './process-state.js';

/**
 * The login role that owns the database. It is no superuser, since row-level security does not apply to superusers.
 */
export const OWNER = 'rollcall';
export const DATABASE = 'rollcall';

const SECRET_FILE = 'rollcall.secret';
const INITDB_OPTIONS = [
  '--username=postgres',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];
// Replaces the `trust` of initdb before the server listens for the first time.
const HOST_ACCESS = 'host all all 127.0.0.1/32 scram-sha-256\n';

/** A complete data folder of PostgreSQL, and what is needed to run a server on it. */
export interface Cluster {
  readonly folder: string;
  /** Path of the file that the server logs to. */
  readonly log: string;
  /** Password of the roles `postgres` and `rollcall`. */
  readonly secret: string;
  readonly binaries: Binaries;
  readonly launcher: Launcher;
}

/** Whether the data folder has a cluster. None is made. */
export const hasCluster = (dataDir: string): boolean => existsSync(join(dataDir, `pg${MAJOR_VERSION}`));

/**
 * Finds the cluster in the data folder, or creates it. Several processes may call this at the same time.
 *
 * @param durable false only in tests: a power failure may then lose the new cluster
 * @param say told of the creation, which takes seconds
 * @throws StartupError where the folder can't be used or has data of another version of PostgreSQL
 */
export function prepareCluster(dataDir: string, durable = true, say = sayNothing): Cluster {
  const root = openDataDir(dataDir);
  const folder = join(root, `pg${MAJOR_VERSION}`);
  refuseOtherVersion(root, folder);
  const binaries = findBinaries();
  const launcher = Launcher.choose(binaries.postgres, root, folder);
  if (!existsSync(folder)) {
    say(`Setting up a PostgreSQL in ${folder}, this once …`);
    createCluster(root, folder, binaries, launcher, durable);
  }
  return { folder, log: join(root, 'postgres.log'), secret: readSecret(folder), binaries, launcher };
}

function openDataDir(dataDir: string): string {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw unwritable(dataDir, error);
  }
}

function unwritable(dataDir: string, error: unknown): StartupError {
  const { code } = error as NodeJS.ErrnoException;
  return new StartupError(
    `DATA_DIR ${dataDir} can't be written (${code}). Set DATA_DIR to a writable folder.`,
  );
}

function refuseOtherVersion(root: string, folder: string): void {
  const version = readVersion(folder) ?? otherFolderVersion(root, folder);
  if (version !== undefined && version !== MAJOR_VERSION) {
    throw new StartupError(
      `${root} holds data of PostgreSQL ${version}, this program brings PostgreSQL ${MAJOR_VERSION}. ` +
        `Dump it with the program that wrote it and load the dump, or set DATA_DIR to another folder.`,
    );
  }
}

function otherFolderVersion(root: string, folder: string): string | undefined {
  if (existsSync(folder)) {
    return undefined;
  }
  const versions = readdirSync(root).map((name) => /^pg(\d+)$/.exec(name)?.[1]);
  return versions.find((version) => version !== undefined);
}

function readVersion(folder: string): string | undefined {
  if (!existsSync(folder)) {
    return undefined;
  }
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(
      code === 'EACCES'
        ? `${folder} belongs to another user and can't be read. Run as its owner, or set DATA_DIR.`
        : `${folder} is no PostgreSQL data folder (PG_VERSION: ${code}). Move it away, or set DATA_DIR.`,
    );
  }
}

function readSecret(folder: string): string {
  try {
    return readFileSync(join(folder, SECRET_FILE), 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(
      `${join(folder, SECRET_FILE)} can't be read (${code}). It holds the database's password: ` +
        `run as its owner, or restore the folder from a backup.`,
    );
  }
}

function createCluster(
  root: string,
  folder: string,
  binaries: Binaries,
  launcher: Launcher,
  durable: boolean,
): void {
  removeAbandonedDrafts(root);
  const draft = join(root, `init-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    mkdirSync(draft, { mode: 0o700 });
    launcher.own(draft);
    fillCluster(draft, binaries, launcher, durable);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (error instanceof StartupError) {
      throw error;
    }
    // If another process has created the cluster meanwhile, that one is used.
    if (!existsSync(folder)) {
      throw unwritable(root, error);
    }
  }
}

/** Removes the unfinished clusters of processes that were killed while they created one. */
function removeAbandonedDrafts(root: string): void {
  for (const name of readdirSync(root)) {
    const maker = /^init-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker))) {
      rmSync(join(root, name), { recursive: true, force: true });
    }
  }
}

function fillCluster(draft: string, binaries: Binaries, launcher: Launcher, durable: boolean): void {
  const sync = durable ? [] : ['--no-sync'];
  const initialised = launcher.run(binaries.initdb, ['-D', draft, ...INITDB_OPTIONS, ...sync]);
  if (initialised.failed) {
    throw new StartupError(
      `PostgreSQL could not set up ${draft}: ${initialised.complaint || 'initdb failed without a word'}`,
    );
  }
  const secret = randomBytes(24).toString('base64url');
  const secretFile = join(draft, SECRET_FILE);
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  launcher.own(secretFile);
  writeFileSync(join(draft, 'pg_hba.conf'), HOST_ACCESS);
  // In single-user mode, each line is a statement, and errors only show on stderr.
  const statements = [
    `ALTER ROLE postgres PASSWORD '${secret}'`,
    `CREATE ROLE ${OWNER} LOGIN NOSUPERUSER CREATEROLE PASSWORD '${secret}'`,
    `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
  ];
  const parameters = ['--single', '-D', draft, ...(durable ? [] : ['-c', 'fsync=off']), 'postgres'];
  const filled = launcher.run(binaries.postgres, parameters, `${statements.join('\n')}\n`);
  if (filled.failed || /\b(ERROR|FATAL|PANIC):/.test(filled.stderr)) {
    throw new StartupError(`PostgreSQL could not make its database in ${draft}: ${filled.complaint}`);
  }
}
