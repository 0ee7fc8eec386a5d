import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_LIMIT = 40_000;

/** The exit code of a process, or the signal that ended it. */
export type End = number | NodeJS.Signals;

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
  readonly cwd?: string;
}

const started: Running[] = [];
const folders: string[] = [];

/** Starts a command, with pipes for its input and output. `endProcesses` kills it if it still runs. */
export function startProcess(
  [file, ...args]: readonly [string, ...string[]],
  settings: ProcessSettings = {},
): Running {
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'], ...settings.env },
    cwd: settings.cwd,
    stdio: 'pipe',
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
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-start-')));
  folders.push(folder);
  return folder;
}

/**
 * Kills the started processes that still run, and the servers in their folders and in `dataDirs`; removes the
 * folders.
 */
export async function endProcesses(...dataDirs: readonly string[]): Promise<void> {
  for (const running of started.splice(0)) {
    if (running.child.exitCode === null && running.child.signalCode === null) await running.kill();
  }
  const left = folders.splice(0);
  for (const folder of [...left, ...dataDirs]) {
    const pid = postmasterOf(folder) ?? postmasterOf(join(folder, 'data'));
    if (pid !== undefined) {
      process.kill(pid, 'SIGQUIT');
      await until(() => !runsPostgres(pid), 'the end of PostgreSQL');
    }
  }
  for (const folder of left) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** The process id of the PostgreSQL server that runs on a data folder; undefined if none does. */
export function postmasterOf(dataDir: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dataDir, 'pg18', 'postmaster.pid'), 'utf8').split('\n')[0]);
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

/**
 * Waits until a condition holds.
 *
 * @throws Error after 40 seconds
 */
export async function until(condition: () => boolean, what: string | (() => string)): Promise<void> {
  for (const deadline = Date.now() + WAIT_LIMIT; !condition(); await sleep(10)) {
    if (Date.now() > deadline)
      throw new Error(`Waited in vain for ${typeof what === 'string' ? what : what()}`);
  }
}

/** The SCIM base URL of a server, from its banner. */
export async function baseOf(server: Running): Promise<string> {
  const [, base = ''] = await server.printed(/SCIM base URL +(\S+)[^]*curl [^\n]*\n/);
  return base;
}

/** Sends a SCIM request. */
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
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
}
