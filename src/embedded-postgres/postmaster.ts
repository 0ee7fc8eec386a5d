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
// Below the ranges that operating systems hand to outgoing connections, so that none of those takes the
// port while PostgreSQL is down for a moment.
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;

/** What `postmaster.pid` says of the server of a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The running server of a cluster; undefined where none runs, whatever stale file lies about. */
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

/** Process numbers are used again, after a restart of a container above all: the number alone says nothing. */
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
 * Starts the server and waits until it is ready or has ended. Where another process starts one at the same time,
 * PostgreSQL's own lock file decides, and the loser ends.
 * @param options More settings, `name=value`.
 * @returns True when it is ready.
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
    // Errors of statements quote what was sent; they reach us as errors, and stay out of this file.
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
 * PostgreSQL refuses to start while the number in its lock file is that of any living process of the same user. Where
 * that process is something else, or a dead one that nobody has buried, the number is replaced by one that no process
 * has. The file itself stays: by it PostgreSQL finds out whether processes of a killed server still write.
 */
function correctPidFile(cluster: Cluster): void {
  const file = join(cluster.folder, 'postmaster.pid');
  const stale = readPidFile(cluster.folder)?.pid;
  if (stale === undefined || !isAlive(stale) || isPostgres(stale, cluster)) {
    return;
  }
  // Moved before it is judged again: another process may have started a server meanwhile.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    const [pid, ...rest] = readFileSync(aside, 'utf8').split('\n');
    if (Number(pid) === stale) {
      writeFileSync(aside, [NO_PROCESS, ...rest].join('\n'));
    }
    linkSync(aside, file);
  } catch {
    // No file any more, or a fresh one: PostgreSQL decides.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Stops the server in order and waits until it is gone; its remaining connections are cut. */
export async function stopPostmaster(cluster: Cluster, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    // Signals end a Windows process on the spot.
    cluster.launcher.run(cluster.binaries.pgCtl, ['stop', '-w', '-m', 'fast', '-D', cluster.folder]);
    return;
  }
  // Fast first; a server that does not end is told to go at once, and recovers at its next start.
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

/** A loopback port that nobody listens on. */
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
