import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileIfChanged } from '../../scripts/compile.mjs';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { runFolder } from './run-folder.js';

const PROJECT = join(import.meta.dirname, '..', '..');

/** A process of the compiled program and its output so far. */
export interface Program {
  readonly process: ChildProcess;
  readonly pid: number;
  out(): string;
  error(): string;
  /**
   * Waits until the standard output matches.
   *
   * @throws Error where the process ends without a match
   */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /**
   * Waits until the process has ended. Its exit code is 137 after SIGKILL, and 128 after any other unhandled signal.
   */
  ended(): Promise<number>;
}

/** How long a hook may take that compiles the program, in milliseconds. */
export const COMPILE_LIMIT = 300_000;

/**
 * Compiles the program, and builds its console, where their sources have changed, as `npm start` does.
 *
 * @returns the folder with `main.js` and `cli.js`
 * @throws Error where the sources have faults, which have been printed
 */
export async function compileProgram(): Promise<string> {
  if (!(await compileIfChanged(PROJECT, 'tsconfig.build.json'))) {
    throw new Error('The program does not compile.');
  }
  if (!(await buildConsoleIfChanged(PROJECT))) throw new Error('The console can not be built.');
  return join(PROJECT, 'dist');
}

/** Starts `main.js` or `cli.js` of the compiled program, with only PATH and these settings as its environment. */
export function startProgram(
  folder: string,
  [script, ...args]: readonly [string, ...string[]],
  settings: Readonly<Record<string, string>>,
): Program {
  const child = spawn(process.execPath, [join(folder, script), ...args], {
    env: { PATH: process.env['PATH'], ...settings },
    // Where there is no `.env`.
    cwd: runFolder(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (error += text));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    process: child,
    pid: child.pid!,
    out: () => out,
    error: () => error,
    ended: async () => {
      const [code, signal] = await closed;
      return code ?? (signal === 'SIGKILL' ? 137 : 128);
    },
    printed: async (pattern) => {
      for (;;) {
        const match = pattern.exec(out);
        if (match) return match;
        const ended = await Promise.race([closed, once(child.stdout, 'data').then(() => undefined)]);
        if (ended && !pattern.test(out)) throw new Error(`Ended without ${String(pattern)}: ${out}${error}`);
      }
    },
  };
}
