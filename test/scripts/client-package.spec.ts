import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diskFolder } from '../support/run-folder.js';

const PROJECT = join(import.meta.dirname, '..', '..');
const PACKAGE = join(PROJECT, 'packages', 'rollcall-client');

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly license: string;
}

const read = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

let folder: string;

/** Builds a copy: the package itself is what running programs load. */
beforeAll(() => {
  folder = mkdtempSync(join(diskFolder(), 'rollcall-client-'));
  for (const name of ['package.json', 'README.md', 'LICENSE'])
    cpSync(join(PACKAGE, name), join(folder, name));
  const compiler = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');
  const output = [
    '--outDir',
    join(folder, 'dist'),
    '--tsBuildInfoFile',
    join(folder, 'dist', '.tsbuildinfo'),
  ];
  execFileSync(process.execPath, [compiler, '-p', PACKAGE, ...output]);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('packs the compiled package with its types, its guide and its licence, and nothing else', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(packed) as [{ files: readonly { path: string }[] }];
  const names = files.map(({ path }) => path);
  const beside = names.filter((name) => !/^dist\/[a-z-]+\.(js|d\.ts)$/.test(name));
  expect(beside.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  const modules = readdirSync(join(PACKAGE, 'src')).filter((name) => !name.endsWith('.spec.ts'));
  const compiled = modules.flatMap((name) => [
    `dist/${name.replace(/ts$/, 'js')}`,
    `dist/${name.replace(/ts$/, 'd.ts')}`,
  ]);
  expect(names.filter((name) => name.startsWith('dist/')).sort()).toEqual(compiled.sort());
});

it('needs no other package, and the same Node.js as the service', () => {
  const manifest = read(PACKAGE);
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
  const { version, engines, license } = read(PROJECT);
  expect(manifest).toMatchObject({ version, engines, license });
});

it('is loaded by Node.js as it is packed', () => {
  const entry = pathToFileURL(join(folder, 'dist', 'index.js')).href;
  const script = `import('${entry}').then((all) => console.log(Object.keys(all).join()))`;
  const out = execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' });
  expect(out.trim().split(',')).toContain('WebhookVerifier');
});
