import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** Files that wire rooms together may import any of them. */
const WIRING = /(^|\/)(main|openapi|cli|application|app\.module)\.ts$|\.module\.ts$/;
/** Rooms that are made of wiring: how the process starts, what it documents, what the command line does. */
const WIRING_ROOMS = ['startup', 'documentation', 'cli', 'demo'];

/** What a room may import: whole rooms, or single files of one. */
const LAW: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  config: ['protocol/dialect/', 'protocol/schema/', 'protocol/json.ts'],
  logging: [],
  tenancy: ['auth/', 'protocol/error/'],
  auth: ['protocol/error/', 'protocol/dialect/', 'tenancy/company-scope.ts', 'scim/unavailable.error.ts'],
  scim: ['protocol/', 'tenancy/company-scope.ts'],
  health: ['auth/public.decorator.ts', 'scim/unavailable.error.ts'],
  surfaces: ['scim/', 'protocol/', 'auth/', 'tenancy/', 'config/settings.ts'],
  persistence: [
    'protocol/',
    'scim/',
    'tenancy/company-scope.ts',
    'config/',
    'auth/access-token.ts',
    'auth/access-tokens.store.ts',
    'auth/token-issuers.store.ts',
    'auth/credential.ts',
    'health/database.probe.ts',
  ],
};

/** Folders of `surfaces` that are no surface: what all of them use. */
const SHARED = ['http', 'openapi'];

/** Packages that a room may use, Node's own included; `*` stands for any. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  scim: ['@nestjs/common', 'node:crypto'],
};

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Path below `src`, or undefined for a package. */
  readonly target: string | undefined;
}

function sourceFiles(folder = SOURCE): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.ts$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const from = relative(SOURCE, path);
  const specifiers = [
    ...readFileSync(path, 'utf8').matchAll(
      /^(?:import|export)\b[^;]*?\bfrom '([^']+)';|^import '([^']+)';|\bimport\('([^']+)'\)/gm,
    ),
  ];
  return specifiers.map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? relative(SOURCE, resolve(dirname(path), specifier)).replace(/\.js$/, '.ts')
      : undefined;
    return { from, specifier, target };
  });
}

const roomOf = (path: string): string => path.split('/')[0] ?? '';
const imports = sourceFiles().flatMap(importsOf);

describe('the import law', () => {
  it('sees the imports of the sources', () => {
    expect(imports.length).toBeGreaterThan(200);
  });

  it('names every room', () => {
    const rooms = new Set(
      sourceFiles()
        .map((path) => relative(SOURCE, path))
        .filter((path) => path.includes('/'))
        .map(roomOf),
    );
    const unknown = [...rooms].filter((room) => !(room in LAW) && !WIRING_ROOMS.includes(room));
    expect(unknown).toEqual([]);
  });

  it('lets rooms import only what they may', () => {
    const broken = imports
      .filter(({ from, target }) => target !== undefined && from.includes('/') && !WIRING.test(from))
      .filter(({ from }) => !WIRING_ROOMS.includes(roomOf(from)))
      .filter(({ from, target = '' }) => {
        if (roomOf(from) === roomOf(target)) return false;
        return !(LAW[roomOf(from)] ?? []).some((allowed) => target.startsWith(allowed));
      })
      .map(({ from, specifier }) => `${from} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('lets no surface import another one', () => {
    const surfaceOf = (path: string): string | undefined => /^surfaces\/([^/]+)\//.exec(path)?.[1];
    const broken = imports
      .filter(({ from, target }) => {
        const [own, other] = [surfaceOf(from), surfaceOf(target ?? '')];
        return own !== undefined && other !== undefined && own !== other && !SHARED.includes(other);
      })
      .map(({ from, specifier }) => `${from} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('keeps frameworks out of the protocol and the use cases', () => {
    const broken = imports
      .filter(({ from, target }) => target === undefined && roomOf(from) in PACKAGES && !WIRING.test(from))
      .filter(({ from, specifier }) => !(PACKAGES[roomOf(from)] ?? []).includes(specifier))
      .map(({ from, specifier }) => `${from} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('lets only config read the environment', () => {
    const readers = sourceFiles()
      .filter((path) => /process\.env/.test(readFileSync(path, 'utf8')))
      .map((path) => relative(SOURCE, path))
      .filter((path) => !/^(main|cli|openapi)\.ts$|^config\//.test(path))
      // PATH is handed on to the programs of PostgreSQL.
      .filter((path) => path !== 'persistence/embedded/launcher.ts');
    expect(readers).toEqual([]);
  });

  it('gives every room the schemas of the deployment: only settings and documents know the built-in ones', () => {
    const users = imports
      .filter(({ target }) => target === 'protocol/schema/resource-types.ts')
      .map(({ from }) => from)
      .filter((from) => !from.startsWith('config/') && !from.endsWith('.openapi.ts'));
    expect(users).toEqual([]);
  });

  it('lets only the company guard make a scope', () => {
    const makers = imports
      .filter(({ target }) => target === 'tenancy/company-scope.ts')
      .map(({ from }) => from)
      .filter((from) => /makeCompanyScope/.test(readFileSync(join(SOURCE, from), 'utf8')))
      .filter((from) => from !== 'tenancy/company.guard.ts');
    expect(makers).toEqual([]);
  });
});
