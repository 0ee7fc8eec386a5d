import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from '@swc/core';

const PROJECT = join(import.meta.dirname, '..', '..');
/** What the room takes from others. */
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

/** What a process that opens the embedded database says first: that it has it, or why not. */
export interface Opening {
  readonly url?: string;
  readonly refused?: string;
}

/** A process of its own that opens the embedded database. */
export interface Opener extends Opening {
  readonly process: ChildProcess;
  /** Lets it close the database and waits for its end. */
  close(): Promise<void>;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

/** Compiles the rooms an opener needs, beside the project's modules. @returns The folder, to be removed at the end. */
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

/** Removes what `compileOpener` made. */
export function removeOpener(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Starts an opener and waits for its first word. @param how Environment and user of the process. */
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
