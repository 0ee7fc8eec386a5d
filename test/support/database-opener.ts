import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const OPENER = `
const [, program, dataDir] = process.argv;
const { openEmbedded } = await import(program + '/embedded-postgres/embedded-database.js');
try {
  const database = await openEmbedded(dataDir);
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
interface Opening {
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
 * Starts an opener and waits until it has opened the database or was refused.
 *
 * @param program the folder of the compiled program
 * @param how environment variables and user of the process
 */
export async function startOpener(
  program: string,
  dataDir: string,
  how: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number } = {},
): Promise<Opener> {
  const script = ['--input-type=module', '--eval', OPENER, pathToFileURL(program).href];
  const child = spawn(process.execPath, [...script, dataDir], {
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
