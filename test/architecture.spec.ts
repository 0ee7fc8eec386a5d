import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/** Files that wire rooms together may import any of them. */
const WIRING = /(^|\/)(main|openapi|cli|ormconfig|application|app\.module)\.ts$|\.module\.ts$/;
/** Rooms that are made of wiring: what is measured, how the process starts, what it documents, what the command line does. */
const WIRING_ROOMS = ['metrics', 'startup', 'documentation', 'cli', 'demo'];

/** The rooms that a room may import. No two import each other. */
const LAW: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  config: ['protocol'],
  logging: ['protocol'],
  scim: ['protocol'],
  checks: ['scim', 'protocol'],
  access: ['scim', 'protocol'],
  health: ['access', 'scim', 'protocol'],
  tracing: [],
  limits: ['access', 'protocol', 'config'],
  surfaces: ['tracing', 'limits', 'access', 'scim', 'protocol', 'config'],
  oauth: ['surfaces', 'access', 'scim', 'protocol', 'config'],
  feed: ['scim', 'protocol', 'config'],
  webhooks: ['tracing', 'feed', 'access', 'scim', 'protocol', 'config'],
  recording: ['webhooks', 'surfaces', 'tracing', 'access', 'scim', 'protocol', 'config'],
  persistence: [
    ...[
      'recording',
      'tracing',
      'webhooks',
      'oauth',
      'feed',
      'health',
      'access',
      'checks',
      'scim',
      'protocol',
      'config',
    ],
  ],
  administration: ['persistence', 'recording', 'webhooks', 'feed', 'access', 'scim', 'protocol', 'config'],
  'admin-api': [
    'administration',
    'recording',
    'webhooks',
    'surfaces',
    'access',
    'scim',
    'protocol',
    'config',
  ],
  'platform-api': [
    'admin-api',
    'checks',
    'feed',
    'limits',
    'surfaces',
    'access',
    'scim',
    'protocol',
    'config',
  ],
  authzen: ['platform-api', 'admin-api', 'checks', 'surfaces', 'access', 'scim', 'protocol', 'config'],
  'embedded-postgres': ['config'],
};

/** Folders of `surfaces` that are no surface: what all of them use. */
const SHARED = ['http', 'openapi'];

/** Packages that a room may use, Node's own included; `*` stands for any. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  scim: ['@nestjs/common', 'node:crypto'],
  checks: ['@nestjs/common'],
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

/** The imports that are carried out when a file is loaded: no types, and none that a function asks for later. */
function loadsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const later = new Set([...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, specifier]) => specifier));
  return importsOf(path).filter(({ specifier }) => {
    const [, names] =
      new RegExp(`^(?:import|export) \\{([^}]*)\\} from '${specifier}'`, 'm').exec(text) ?? [];
    if (names === undefined) return !later.has(specifier);
    return names.split(',').some((name) => name.trim() !== '' && !name.trim().startsWith('type '));
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
        return !(LAW[roomOf(from)] ?? []).includes(roomOf(target));
      })
      .map(({ from, specifier }) => `${from} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  it('has no circle of files, not even of types', () => {
    const targets = new Map<string, readonly string[]>();
    for (const { from, target } of imports) {
      if (target !== undefined) targets.set(from, [...(targets.get(from) ?? []), target]);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const follow = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
      if (way.includes(file) || done.has(file)) return;
      for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
      done.add(file);
    };
    for (const file of targets.keys()) follow(file, []);
    expect(circles).toEqual([]);
  });

  it.each([
    ['to print the help of the command line', 'cli.ts', /^(@nestjs\/|typeorm|pg$|express|rxjs)/],
    ['to refuse wrong settings', 'main.ts', /^(@nestjs\/|typeorm|pg$|express|rxjs)/],
    ['to find no database', 'startup/server.ts', /^(@nestjs\/|typeorm|express|rxjs)/],
    ['to find no migration', 'persistence/database/migrate.ts', /^(@nestjs\/|typeorm|express|rxjs)/],
    ['to manage companies', 'administration/administration.ts', /^(@nestjs\/|express|rxjs)/],
  ])('loads nothing that takes long %s', (_what, entry, heavy) => {
    const reached = new Set<string>();
    const packages = new Set<string>();
    const follow = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { specifier, target } of loadsOf(join(SOURCE, file))) {
        if (target === undefined) packages.add(specifier);
        else follow(target);
      }
    };
    follow(entry);
    expect([...packages].filter((name) => heavy.test(name))).toEqual([]);
    expect(reached.size).toBeGreaterThan(10);
  });

  it('lets the command line load the service for the demonstration alone', () => {
    const service = ['app.module.ts', 'application.ts', 'startup/service.ts', 'startup/server.ts'];
    const loaders = imports
      .filter(({ from, target = '' }) => from.startsWith('cli/') && service.includes(target))
      .map(({ from }) => from);
    expect(loaders).toEqual(['cli/demo-server.ts']);
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
      .filter((path) => !/^(main|cli|openapi|ormconfig)\.ts$|^config\//.test(path));
    expect(readers).toEqual([]);
  });

  it('gives every room the schemas of the deployment: only settings and documents know the built-in ones', () => {
    const users = imports
      .filter(({ target }) => target === 'protocol/schema/resource-types.ts')
      .map(({ from }) => from)
      .filter((from) => !from.startsWith('config/') && !from.endsWith('.openapi.ts'));
    expect(users).toEqual([]);
  });

  it('lets only the company guard make a scope, and the store that serves no request', () => {
    const makers = imports
      .filter(({ target }) => target === 'scim/company-scope.ts')
      .map(({ from }) => from)
      .filter((from) => /makeCompanyScope/.test(readFileSync(join(SOURCE, from), 'utf8')))
      .filter(
        (from) =>
          !['access/company.guard.ts', 'persistence/webhooks/postgres-webhooks.store.ts'].includes(from),
      );
    expect(makers).toEqual([]);
  });
});
