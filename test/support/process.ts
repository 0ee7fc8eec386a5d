import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_LIMIT = 40_000;

/** How a process ended: its exit code, or the signal that ended it. */
export type End = number | NodeJS.Signals;

/** A process, and what it has printed so far. */
export interface Running {
  readonly child: ChildProcess;
  out(): string;
  error(): string;
  /** Resolves when standard output matches. @throws when the process ends first. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  ended(): Promise<End>;
  /** SIGTERM, and its end. */
  stop(): Promise<End>;
  /** SIGKILL, and its end. */
  kill(): Promise<End>;
}

export interface ProcessSettings {
  /** The whole environment, but for PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const started: Running[] = [];
const folders: string[] = [];

/** Starts a command with a pipe at each of its ends; `endProcesses` ends what is left of it. */
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

/** An empty folder, removed by `endProcesses`. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-start-')));
  folders.push(folder);
  return folder;
}

/** Kills what still runs of the started processes and of the servers in `dataDirs`, and removes the folders. */
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

/** Process number of the PostgreSQL that runs on a data folder, if one does. */
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

/** Waits for a condition. @throws after 40 seconds. */
export async function until(condition: () => boolean, what: string | (() => string)): Promise<void> {
  for (const deadline = Date.now() + WAIT_LIMIT; !condition(); await sleep(10)) {
    if (Date.now() > deadline)
      throw new Error(`Waited in vain for ${typeof what === 'string' ? what : what()}`);
  }
}

/** Where a started server answers, from its banner. */
export async function baseOf(server: Running): Promise<string> {
  const [, base = ''] = await server.printed(/SCIM base URL +(\S+)[^]*curl [^\n]*\n/);
  return base;
}

/** Sends one SCIM request. */
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
