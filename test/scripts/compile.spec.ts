import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../support/process.js';

const PROJECT = join(import.meta.dirname, '..', '..');

/** The compiler, which notes what it compiles, and takes as long as a file `slow` is there. */
const COMPILER = `
  import { appendFileSync, existsSync } from 'node:fs';
  import swc from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('@swc/core')).href)};
  export async function transformFile(file, options) {
    appendFileSync('calls', file.endsWith('main.ts') ? 'x' : '');
    while (existsSync('slow')) await new Promise((resolve) => setTimeout(resolve, 10));
    return swc.transformFile(file, options);
  }
`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rollcall-scripts-'));
  cpSync(join(PROJECT, 'scripts'), join(root, 'scripts'), { recursive: true });
  cpSync(join(PROJECT, '.swcrc'), join(root, '.swcrc'));
  const compiler = join(root, 'node_modules', '@swc', 'core');
  mkdirSync(compiler, { recursive: true });
  writeFileSync(join(compiler, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
  writeFileSync(join(compiler, 'index.js'), COMPILER);
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  const compilerOptions = { rootDir: 'src', outDir: 'out', tsBuildInfoFile: 'out/.tsbuildinfo' };
  writeFileSync(join(root, 'tsconfig.build.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  mkdirSync(join(root, 'src'));
  writeSource(
    'main',
    `import { part, type Kind } from './part.js'; const kind: Kind = part; console.log(process.pid, kind, ...process.argv.slice(2));`,
  );
  writeSource('part', part('first'));
});
afterEach(() => rmSync(root, { recursive: true }));

const part = (value: string): string => `export type Kind = string; export const part: Kind = '${value}';`;

const writeSource = (name: string, text: string): void =>
  writeFileSync(join(root, 'src', `${name}.ts`), text);

/** How often the compiler has run so far. */
const calls = (): number =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').length : 0;

interface Outcome {
  readonly code: unknown;
  readonly out: string;
  readonly error: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** What was printed on standard error so far. */
  error(): string;
}

function start(...args: string[]): Started {
  const run = join(root, 'scripts', 'run.mjs');
  const child = spawn(process.execPath, [run, 'tsconfig.build.json', 'out/main.js', ...args], { cwd: root });
  let [out, error] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (error += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, out, error }));
  return { child, ended, error: () => error };
}

const run = (...args: string[]): Promise<Outcome> => start(...args).ended;

it('compiles once, and runs the program with its arguments in the same process', async () => {
  const first = start('a', '--b');
  expect(await first.ended).toEqual({
    code: 0,
    out: `${first.child.pid} first a --b\n`,
    error: 'Compiling src …\n',
  });
  expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/ first\n$/), error: '' });
  expect(calls()).toBe(1);
});

it('compiles anew where a source is changed, also to an older one, new, or gone', async () => {
  await run();
  writeSource('part', part('second'));
  utimesSync(join(root, 'src', 'part.ts'), 0, 0);
  expect(await run()).toMatchObject({ out: expect.stringMatching(/ second\n$/) });
  writeSource('more', '');
  writeSource('more.spec', '');
  await run();
  expect([calls(), existsSync(join(root, 'out', 'more.js'))]).toEqual([3, true]);
  rmSync(join(root, 'src', 'more.ts'));
  writeSource('more.spec', '// changed');
  await run();
  expect([calls(), existsSync(join(root, 'out', 'more.js'))]).toEqual([4, false]);
});

it('compiles anew where another compiler has written, unless that is noted', async () => {
  await run();
  appendFileSync(join(root, 'out', '.tsbuildinfo'), 'by nest build');
  await run();
  expect(calls()).toBe(2);
  // The other compiler would not write again what it has written by its own record.
  expect(existsSync(join(root, 'out', '.tsbuildinfo'))).toBe(false);
  appendFileSync(join(root, 'out', '.tsbuildinfo'), 'by nest build');
  const noted = spawn(process.execPath, [join(root, 'scripts', 'compiled.mjs'), 'tsconfig.build.json']);
  expect(await once(noted, 'close')).toEqual([0, null]);
  await run();
  expect(calls()).toBe(2);
});

it('compiles what a project refers to in front of it, each where it has changed', async () => {
  const folder = join(root, 'packages', 'greeting');
  const writeGreeting = (word: string): void =>
    writeFileSync(join(folder, 'src', 'main.ts'), `export const word: string = '${word}';`);
  mkdirSync(join(folder, 'src'), { recursive: true });
  cpSync(join(root, '.swcrc'), join(folder, '.swcrc'));
  writeGreeting('hello');
  const compilerOptions = { rootDir: 'src', outDir: 'out', tsBuildInfoFile: 'out/.tsbuildinfo' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const references = [{ path: 'packages/greeting' }];
  writeFileSync(
    join(root, 'tsconfig.build.json'),
    JSON.stringify({ compilerOptions, include: ['src'], references }),
  );
  writeSource('main', `import { word } from '../packages/greeting/out/main.js'; console.log(word);`);
  expect(await run()).toEqual({
    code: 0,
    out: 'hello\n',
    error: 'Compiling packages/greeting/src …\nCompiling src …\n',
  });
  writeGreeting('good morning');
  expect(await run()).toMatchObject({
    out: 'good morning\n',
    error: 'Compiling packages/greeting/src …\n',
  });
  writeFileSync(join(folder, 'src', 'main.ts'), 'export const = ;');
  expect(await run()).toMatchObject({ code: 1, out: '' });
});

it('leaves a way from what is compiled to the source', async () => {
  await run();
  expect(readFileSync(join(root, 'out', 'part.js'), 'utf8')).toContain('//# sourceMappingURL=part.js.map');
  const { sources } = JSON.parse(readFileSync(join(root, 'out', 'part.js.map'), 'utf8'));
  expect(sources).toEqual(['../src/part.ts']);
});

it('runs nothing where the sources have faults, and says so each time', async () => {
  writeSource('part', 'export const = ;');
  writeSource('more', 'export const = ;');
  for (const time of [1, 2]) {
    const { code, out, error } = await run();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toMatch(/more\.ts:1:[^]*part\.ts:1:/);
    expect(error).not.toContain('Caused by');
    expect(calls()).toBe(time);
  }
});

it('lets one of several compile, and the others wait', async () => {
  writeFileSync(join(root, 'slow'), '');
  const one = start();
  await until(() => calls() === 1, 'the compiler');
  const [two, three] = [start(), start()];
  await until(() => two.error() !== '' && three.error() !== '', 'the others');
  rmSync(join(root, 'slow'));
  for (const each of [one, two, three]) expect(await each.ended).toMatchObject({ code: 0 });
  expect(two.error()).toBe('Waiting for another process that compiles …\n');
  expect(calls()).toBe(1);
});

it.each<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])(
  'begins anew after a compilation that %s has interrupted, although the sources are those of before',
  async (signal) => {
    await run();
    const before = readFileSync(join(root, 'src', 'part.ts'), 'utf8');
    writeSource('part', part('second'));
    writeFileSync(join(root, 'slow'), '');
    const interrupted = start();
    await until(() => calls() === 2, 'the compiler');
    interrupted.child.kill(signal);
    await once(interrupted.child, 'exit');
    rmSync(join(root, 'slow'));
    expect((await interrupted.ended).code).toBe(signal === 'SIGTERM' ? 143 : signal);
    writeSource('part', before);
    // What a process has left that was killed.
    const turn = join(root, 'out', '.compiling');
    expect(existsSync(turn)).toBe(signal === 'SIGKILL');
    if (signal === 'SIGKILL') utimesSync(turn, 0, 0);
    expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/ first\n$/) });
  },
);

it('runs what is there where sources or compiler are not', async () => {
  await run();
  writeSource('part', part('second'));
  rmSync(join(root, 'node_modules'), { recursive: true });
  expect(await run()).toMatchObject({
    code: 0,
    out: expect.stringMatching(/ first\n$/),
    error: 'out was not compiled from these sources, and @swc/core is not installed: it is run as it is.\n',
  });
  rmSync(join(root, 'src'), { recursive: true });
  expect(await run()).toMatchObject({ code: 0, out: expect.stringMatching(/ first\n$/), error: '' });
  rmSync(join(root, 'tsconfig.build.json'));
  expect(await run()).toMatchObject({ code: 0, error: '' });
});
