import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..', '..');

/** Writes a page as Vite does, notes that it was called, and fails where a source has a fault. */
const VITE = `
  import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
  appendFileSync('../calls', 'x');
  const source = readFileSync('src/main.tsx', 'utf8');
  if (source.includes('fault')) { console.error('main.tsx:1: a fault'); process.exit(1); }
  mkdirSync('dist/assets', { recursive: true });
  writeFileSync('dist/index.html', source);
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollcall-console-'));
  cpSync(join(PROJECT, 'scripts'), join(root, 'scripts'), { recursive: true });
  const vite = join(root, 'node_modules', 'vite');
  write('package.json', '{ "type": "module" }');
  mkdirSync(join(vite, 'bin'), { recursive: true });
  write('node_modules/vite/package.json', '{ "type": "module" }');
  write('node_modules/vite/bin/vite.js', VITE);
  mkdirSync(join(root, 'console', 'src'), { recursive: true });
  write('console/src/main.tsx', 'first');
  mkdirSync(join(root, 'dist'));
  write('dist/main.js', `console.log('the service runs');`);
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
const page = (): string => readFileSync(join(root, 'console/dist/index.html'), 'utf8');

/** How often the console was built so far. */
const calls = (): number =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').length : 0;

/** Starts the service as `npm start` does. */
const start = (program = 'dist/main.js'): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(root, 'scripts/run.mjs'), 'tsconfig.build.json', program], {
    encoding: 'utf8',
  });

it('a start builds the console once, and again where a source has changed', () => {
  expect(start()).toMatchObject({
    status: 0,
    stdout: 'the service runs\n',
    stderr: 'Building the console …\n',
  });
  expect(start()).toMatchObject({ status: 0, stderr: '' });
  expect(calls()).toBe(1);
  write('console/dist/assets/of-before.js', '');
  write('console/src/main.tsx', 'second');
  expect(start()).toMatchObject({ status: 0, stderr: 'Building the console …\n' });
  expect([calls(), page(), existsSync(join(root, 'console/dist/assets/of-before.js'))]).toEqual([
    2,
    'second',
    false,
  ]);
});

/** Does its work when the process that waits for it has given a sign of life, and fails where none comes. */
const PATIENT_VITE = `
  import { statSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  const sign = () => statSync('dist/.building').mtimeMs;
  const first = sign();
  for (let tries = 0; sign() === first; tries += 1) {
    if (tries === 100) { console.error('no sign of life'); process.exit(1); }
    await sleep(50);
  }
  ${VITE}
`;

it('others see that a build goes on, however long it takes', () => {
  write('node_modules/vite/bin/vite.js', PATIENT_VITE);
  expect(start()).toMatchObject({ status: 0, stderr: 'Building the console …\n' });
  expect(existsSync(join(root, 'console/dist/.building'))).toBe(false);
});

it('is built for production, in whatever environment the service starts', () => {
  write('node_modules/vite/bin/vite.js', `${VITE} writeFileSync('dist/index.html', process.env.NODE_ENV);`);
  vi.stubEnv('NODE_ENV', 'development');
  expect(start()).toMatchObject({ status: 0 });
  vi.unstubAllEnvs();
  expect(page()).toBe('production');
});

it('what another process holds by now is left to it', () => {
  write('node_modules/vite/bin/vite.js', `${VITE} writeFileSync('dist/.building', 'of another one');`);
  expect(start()).toMatchObject({ status: 0 });
  expect(readFileSync(join(root, 'console/dist/.building'), 'utf8')).toBe('of another one');
});

it('a fault ends the start with what the compiler said, and the next one tries again', () => {
  write('console/src/main.tsx', 'fault');
  const { status, stdout, stderr } = start();
  expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('main.tsx:1: a fault')]);
  write('console/src/main.tsx', 'mended');
  expect(start()).toMatchObject({ status: 0, stdout: 'the service runs\n' });
  expect(page()).toBe('mended');
});

it('other programs do without it, and a service that was installed without sources or Vite serves what it has', () => {
  write('dist/cli.js', '');
  expect(start('dist/cli.js')).toMatchObject({ status: 0, stderr: '' });
  rmSync(join(root, 'node_modules'), { recursive: true });
  expect(start()).toMatchObject({ status: 0, stderr: expect.stringContaining('vite is not installed') });
  rmSync(join(root, 'console'), { recursive: true });
  expect(start()).toMatchObject({ status: 0, stderr: '' });
  expect(calls()).toBe(0);
});
