import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './run-folder.js';

const PROJECT = join(import.meta.dirname, '..', '..');
/** Between two looks whether another spec file has compiled, in milliseconds. */
const WAIT = 50;

/** A process of the compiled program, and what it has printed so far. */
export interface Program {
  readonly process: ChildProcess;
  readonly pid: number;
  out(): string;
  error(): string;
  /** Resolves when standard output matches. @throws when the process ends first. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** The exit code, 128 and more after a signal that nobody handled. */
  ended(): Promise<number>;
}

/**
 * Compiles the program as `npm run build` does, once in a run of the tests and on top of what the run before compiled.
 * @returns The folder that holds `main.js` and `cli.js`.
 */
export function compileProgram(): string {
  const folder = join(PROJECT, 'node_modules', '.cache', 'rollcall-program');
  const done = join(runFolder(), 'program-compiled');
  const turn = join(runFolder(), 'program-compiling');
  while (!existsSync(done)) {
    if (!takeTurn(turn)) {
      // Another spec file compiles; this one has nothing else to do.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT);
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

/** Starts `main.js` or `cli.js` of a compiled program with nothing but these settings in its environment. */
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
