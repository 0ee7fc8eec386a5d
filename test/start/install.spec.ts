import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  baseOf,
  endProcesses,
  makeFolder,
  postmasterOf,
  send,
  startProcess,
  until,
} from '../support/process.js';
import { diskFolder } from '../support/run-folder.js';

const LIMIT = 300_000;
const PROJECT = join(import.meta.dirname, '..', '..');
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** What was compiled here stays here. */
const isSource = (path: string): boolean => basename(path) !== 'dist';

let folder: string;

// Scripts of packages do not run, as npm 12 or a careful administrator would have it.
beforeAll(() => {
  folder = makeFolder(diskFolder());
  const copied = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    '.swcrc',
    'packages',
    'scripts',
    'src',
  ];
  for (const name of copied)
    cpSync(join(PROJECT, name), join(folder, name), { recursive: true, filter: isSource });
  run('npm', 'ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund');
}, LIMIT);
afterAll(() => endProcesses(), LIMIT);

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

/** `npm start` with nothing set but the port, and its end by SIGTERM. */
async function startAndStop(prefix: readonly string[]): Promise<void> {
  const [file = 'npm', ...args] = [...prefix, 'npm', 'start'];
  const server = startProcess([file, ...args], { cwd: folder, env: { HOME: folder, PORT: '0' } });
  const base = await baseOf(server);
  const token = readFileSync(join(folder, 'data', 'initial-token'), 'utf8').trim();
  expect((await send(base, token, 'GET', '/Users')).status).toBe(200);
  await server.stop();
  // npm ends with its shell, a moment before the server.
  await until(() => postmasterOf(join(folder, 'data')) === undefined, 'the end of PostgreSQL');
  // But for npm's own lines and those of the log the banner comes first: the compiler has nothing to say.
  expect(server.out().replace(/^(> .*|\{"level":30.*)?\n/gm, '')).toMatch(/^Rollcall is running\.\n/);
  expect(server.out()).toMatch(
    /"msg":"Starting on [^"]+"[^]*"msg":"Loading the service …"[^]*Rollcall is running/,
  );
  expect(server.error().replace(/^Compiling .*\n/gm, '')).not.toMatch(/Error|rollcall|dist\//);
}

it(
  'npm start runs for the user who owns the project, who is not root',
  async () => {
    if (isRoot) run('chown', '-R', `${NOBODY}:${NOBODY}`, '.');
    await startAndStop(isRoot ? asNobody : []);
    expect(statSync(join(folder, 'data')).uid).toBe(isRoot ? NOBODY : process.getuid?.());
  },
  LIMIT,
);

it(
  'npm start runs in a folder that only its user can enter, who may be root',
  async () => {
    rmSync(join(folder, 'data'), { recursive: true });
    if (isRoot) run('chown', '-R', '0:0', '.');
    chmodSync(folder, 0o700);
    await startAndStop([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, 'data', 'pg18'))).toBe(true);
  },
  LIMIT,
);
