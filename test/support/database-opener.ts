import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from '@swc/core';

const PROJECT = join(import.meta.dirname, '..', '..');
/** The files that the room `embedded-postgres` imports from others. */
const CONFIG = ['config/program-environment.ts', 'config/startup-error.ts'];

const OPENER = `
import { openEmbedded } from './embedded-postgres/embedded-database.js';
try {
  const database = await openEmbedded(process.argv[2]);
  console.log(JSON.stringify({ url: database.url }));
  process.stdin.once('data', async () => {
    await database.close();
    process.exit(0);
  });
} catch (error) {
  console.log(JSON.stringify({ refused: error.name + ': ' + error.message }));
  process.exit(1);
}
`;

/** The result of opening the embedded database in another process: its URL, or why it was refused. */
export interface Opening {
  readonly url?: string;
  readonly refused?: string;
}

/** Another process that has opened the embedded database. */
export interface Opener extends Opening {
  readonly process: ChildProcess;
  /** Makes the process close the database, and waits until it has ended. */
  close(): Promise<void>;
  /** Kills the process, so that it cannot close the database. */
  kill(): Promise<void>;
}

/**
 * Compiles the files that an opener needs, to a folder where it finds the project's node_modules.
 *
 * @returns the folder, to be removed by `removeOpener`
 */
export function compileOpener(): string {
  const folder = join(PROJECT, 'node_modules', '.cache', `rollcall-opener-${process.pid}`);
  const room = 'embedded-postgres';
  const names = readdirSync(join(PROJECT, 'src', room)).filter((name) => !name.endsWith('.spec.ts'));
  for (const source of [...CONFIG, ...names.map((name) => `${room}/${name}`)]) {
    const { code } = transformSync(readFileSync(join(PROJECT, 'src', source), 'utf8'), {
      swcrc: false,
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    write(join(folder, source.replace(/\.ts$/, '.js')), code);
  }
  write(join(folder, 'package.json'), '{ "type": "module" }');
  write(join(folder, 'opener.js'), OPENER);
  return folder;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Removes the folder of `compileOpener`. */
export function removeOpener(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Starts an opener and waits until it has opened the database or was refused.
 *
 * @param how environment variables and user of the process
 */
export async function startOpener(
  folder: string,
  dataDir: string,
  how: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number } = {},
): Promise<Opener> {
  const child = spawn(process.execPath, [join(folder, 'opener.js'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: how.env ?? process.env,
    ...(how.uid === undefined ? {} : { uid: how.uid, gid: how.uid }),
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), exited.then(() => [])])) as string[];
  const finish = async (): Promise<void> => {
    await exited;
    lines.close();
  };
  return {
    ...(JSON.parse(line ?? '{"refused":"nothing said"}') as Opening),
    process: child,
    close: () => {
      child.stdin.end('close\n');
      return finish();
    },
    kill: () => {
      child.kill('SIGKILL');
      return finish();
    },
  };
}
