import { spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../config/startup-error.js';
import { type Cluster } from './cluster.js';
import { isAlive } from './process-state.js';

const LOG_LIMIT = 16 * 1024 * 1024;
const POLL = 15;
const NO_PROCESS = 2_147_483_647;
const STOP_LIMIT = 30_000;
// The ports are below those that operating systems give to outgoing connections, so that no connection takes the port
// while the server is restarted.
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;

/** The content of `postmaster.pid`, the file in which a server of PostgreSQL notes how it runs. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The running server of a cluster; undefined if none runs, even if a killed one has left its `postmaster.pid`. */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const written = readPidFile(cluster.folder);
  return written !== undefined && isPostgres(written.pid, cluster) ? written : undefined;
}

function readPidFile(folder: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) {
      return undefined;
    }
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * Whether a process is the cluster's server. Its number alone does not tell, since the system gives the numbers of
 * ended processes to new ones, most of all after a container was restarted.
 */
function isPostgres(pid: number, cluster: Cluster): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  if (process.platform === 'win32') {
    return true;
  }
  const line = commandLine(pid);
  return line.includes('postgres') && line.includes(cluster.folder);
}

function commandLine(pid: number): string {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-ww', '-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Starts the server and waits until it is ready or has ended. If another process starts one at the same time,
 * PostgreSQL's lock file lets only one of them run, and the other ends.
 *
 * @param options more settings, as `name=value`
 * @returns whether the server is ready
 */
export async function startPostmaster(
  cluster: Cluster,
  port: number,
  options: readonly string[] = [],
): Promise<boolean> {
  correctPidFile(cluster);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    // Errors of statements quote data, so they are not logged here. The client that sent the statement gets them.
    'log_min_messages=log',
    'log_min_error_statement=panic',
    ...options,
  ].flatMap((setting) => ['-c', setting]);
  const log = openLog(cluster.log);
  cluster.launcher.own(cluster.log);
  const child = cluster.launcher.detach(
    cluster.binaries.postgres,
    ['-D', cluster.folder, '-p', String(port), ...settings],
    log,
  );
  closeSync(log);
  return waitUntilReady(cluster, child);
}

async function waitUntilReady(cluster: Cluster, child: ChildProcess): Promise<boolean> {
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  while (!ended) {
    const running = readPidFile(cluster.folder);
    if (running?.pid === child.pid && running?.ready) {
      return true;
    }
    await sleep(POLL);
  }
  return false;
}

function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  try {
    return openSync(file, size > LOG_LIMIT ? 'w' : 'a', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(`${file} can't be written (${code}). Run as the owner of DATA_DIR.`);
  }
}

/**
 * Makes a server possible to start after another was killed. PostgreSQL refuses to start while its lock file has the
 * number of an existing process of the same user. If that process is another program, or a zombie, the number in the
 * file is replaced by one that no process can have. The file itself must stay, since PostgreSQL uses it to find out
 * whether child processes of the killed server are still writing.
 */
function correctPidFile(cluster: Cluster): void {
  const file = join(cluster.folder, 'postmaster.pid');
  const stale = readPidFile(cluster.folder)?.pid;
  if (stale === undefined || !isAlive(stale) || isPostgres(stale, cluster)) {
    return;
  }
  // The file is moved away and then read again, since another process may have started a server meanwhile.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    const [pid, ...rest] = readFileSync(aside, 'utf8').split('\n');
    if (Number(pid) === stale) {
      writeFileSync(aside, [NO_PROCESS, ...rest].join('\n'));
    }
    linkSync(aside, file);
  } catch {
    // The file is gone, or another server has written a new one. PostgreSQL then decides which server may run.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Shuts the server down and waits until it has ended. Connections that are still open are closed. */
export async function stopPostmaster(cluster: Cluster, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    // On Windows, a signal would kill the process without a shutdown.
    cluster.launcher.run(cluster.binaries.pgCtl, ['stop', '-w', '-m', 'fast', '-D', cluster.folder]);
    return;
  }
  // SIGINT is a fast shutdown. If it takes too long, SIGQUIT ends the server at once, and it recovers at the next
  // start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (findPostmaster(cluster)?.pid === pid) {
      process.kill(pid, signal);
    }
    const deadline = Date.now() + STOP_LIMIT;
    while (findPostmaster(cluster)?.pid === pid && Date.now() < deadline) {
      await sleep(POLL);
    }
  }
}

/** A port on which no process listens on the loopback address. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORT_COUNT);
    if (await isFree(port)) {
      return port;
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
