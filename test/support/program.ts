import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './run-folder.js';

const PROJECT = join(import.meta.dirname, '..', '..');
/** How often it is checked whether another spec file has finished compiling. */
const WAIT_MS = 50;

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

/**
 * Compiles the program as `npm run build` does, once in a test run. The compiler reuses the results of the run
 * before.
 *
 * @returns the folder with `main.js` and `cli.js`
 */
export function compileProgram(): string {
  const folder = join(PROJECT, 'node_modules', '.cache', 'rollcall-program');
  const done = join(runFolder(), 'program-compiled');
  const turn = join(runFolder(), 'program-compiling');
  while (!existsSync(done)) {
    if (!takeTurn(turn)) {
      // Another spec file is compiling. This one waits without doing anything else.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      continue;
    }
    try {
      compile(folder);
      writeFileSync(done, '');
    } finally {
      rmdirSync(turn);
    }
  }
  return folder;
}

function takeTurn(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function compile(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc'),
      ...['-p', join(PROJECT, 'tsconfig.build.json')],
      ...['--outDir', folder, '--tsBuildInfoFile', join(folder, '.tsbuildinfo')],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The program does not compile:\n${stdout}`);
}

/** Starts `main.js` or `cli.js` of the compiled program, with only PATH and these settings as its environment. */
export function startProgram(
  folder: string,
  [script, ...args]: readonly [string, ...string[]],
  settings: Readonly<Record<string, string>>,
): Program {
  const child = spawn(process.execPath, [join(folder, script), ...args], {
    env: { PATH: process.env['PATH'], ...settings },
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
