import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_LIMIT = 90_000;

/** The exit code of a process, or the signal that ended it. */
type End = number | NodeJS.Signals;

/** A process and its output so far. */
export interface Running {
  readonly child: ChildProcess;
  out(): string;
  error(): string;
  /**
   * Waits until the standard output matches.
   *
   * @throws Error where the process ends without a match
   */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits until the process has ended. */
  ended(): Promise<End>;
  /** Sends SIGTERM and waits until the process has ended. */
  stop(): Promise<End>;
  /** Sends SIGKILL and waits until the process has ended. */
  kill(): Promise<End>;
}

export interface ProcessSettings {
  /** The environment variables besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** By default a folder without `.env`. */
  readonly cwd?: string;
  /** By default the user of this process. */
  readonly identity?: Readonly<Identity>;
}

/** The user and group of a process. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: Identity = { uid: 65534, gid: 65534 };

/** For programs that refuse to run as root, or are not to: `nobody` where this process is root, else no other user. */
export const unprivileged = (): Identity | undefined => (process.getuid?.() === 0 ? NOBODY : undefined);

const started: Running[] = [];
const folders: string[] = [];

/** Starts a command, with pipes for its input and output. `endProcesses` kills it if it still runs. */
export function startProcess(
  [file, ...args]: readonly [string, ...string[]],
  settings: ProcessSettings = {},
): Running {
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'], ...settings.env },
    cwd: settings.cwd ?? tmpdir(),
    stdio: 'pipe',
    ...settings.identity,
  });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const ended = async (): Promise<End> => {
    const [code, signal] = await closed;
    return code ?? signal!;
  };
  const endBy = (signal: NodeJS.Signals): Promise<End> => {
    child.kill(signal);
    return ended();
  };
  const running: Running = {
    child,
    out: () => out,
    error: () => error,
    ended,
    stop: () => endBy('SIGTERM'),
    kill: () => endBy('SIGKILL'),
    printed: async (pattern) => {
      const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
      await until(
        () => pattern.test(out) || hasEnded(),
        () => `${String(pattern)} in: ${out}${error}`,
      );
      const match = pattern.exec(out);
      if (match === null) throw new Error(`Ended without ${String(pattern)}: ${out}${error}`);
      return match;
    },
  };
  started.push(running);
  return running;
}

/** Makes an empty folder, which `endProcesses` removes. */
export function makeFolder(parent = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(parent, 'rollcall-start-')));
  folders.push(folder);
  return folder;
}

/**
 * Kills the started processes that still run, and the servers in their folders and in `dataDirs`; removes the
 * folders.
 */
export async function endProcesses(...dataDirs: readonly string[]): Promise<void> {
  const ending = started.splice(0).filter(({ child }) => child.pid !== undefined);
  for (const { child } of ending)
    if (isAlive(child))
      for (const each of [child.pid!, ...descendantsOf(child.pid!)]) signalIfThere(each, 'SIGKILL');
  await until(() => !ending.some(({ child }) => isAlive(child)), 'the end of the processes');
  const left = folders.splice(0);
  // What a process has started may hold its output open until it is gone, and may have been about to start.
  let isOver = false;
  const over = Promise.all(ending.map((running) => running.ended())).then(() => (isOver = true));
  await until(() => !stopServers([...left, ...dataDirs]) && isOver, 'the end of PostgreSQL');
  await over;
  for (const folder of left) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** @returns whether one of them still runs */
function stopServers(dataDirs: readonly string[]): boolean {
  const pids = dataDirs.flatMap((folder) =>
    ['', 'pg18', 'data', 'data/pg18'].flatMap((each) => runningIn(join(folder, each)) ?? []),
  );
  for (const pid of pids) {
    // A test may have stopped it where it was.
    signalWithChildren(pid, 'SIGCONT');
    signalIfThere(pid, 'SIGQUIT');
  }
  return pids.length > 0;
}

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** The process id of the PostgreSQL server that runs on a data folder; undefined if none does. */
export function postmasterOf(dataDir: string): number | undefined {
  return runningIn(join(dataDir, 'pg18'));
}

function runningIn(cluster: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return runsPostgres(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function runsPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

/** Kills a PostgreSQL server with all of its processes, which could otherwise finish what they are doing. */
export const killWithChildren = (postmaster: number): void => signalWithChildren(postmaster, 'SIGKILL');

/** Sends a signal to a process and to those that it has started, in this order. */
export function signalWithChildren(parent: number, signal: NodeJS.Signals): void {
  for (const pid of [parent, ...childrenOf(parent)]) signalIfThere(pid, signal);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(list) ? readFileSync(list, 'utf8') : '';
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** A server that npm has started is the child of its shell. */
function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** A port of loopback that is in use until it is released. */
export async function takePort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** A port of loopback that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const { port, release } = await takePort();
  await release();
  return port;
}

/**
 * Waits until a condition holds.
 *
 * @throws Error after 90 seconds
 */
export async function until(condition: () => boolean, what: string | (() => string)): Promise<void> {
  for (const deadline = Date.now() + WAIT_LIMIT; !condition(); await sleep(10)) {
    if (Date.now() > deadline)
      throw new Error(`Waited in vain for ${typeof what === 'string' ? what : what()}`);
  }
}

/** The SCIM base URL of a server, from its banner. */
export async function baseOf(server: Running): Promise<string> {
  const [, base = ''] = await server.printed(/SCIM base URL +(\S+)[^]*curl [^\n]*\n[^\n]*\n/);
  return base;
}

/**
 * Sends a SCIM request on a connection of its own. One kept from an earlier request could lead to a process that a test
 * has ended since.
 */
export async function send(
  base: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${base}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/scim+json',
      Connection: 'close',
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
}
