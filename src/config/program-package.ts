import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Name of the program in its `package.json`. */
const NAME = 'rollcall';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

/** The program as it was installed. */
export interface ProgramPackage {
  /** In which `docs` and `assets` stand: next to `src`, and next to `dist` in a deployment. */
  readonly folder: string;
  readonly version: string;
}

/**
 * Looks for the program's `package.json` above this file, so that it does not matter where the process was started, nor
 * where the program was compiled to. Where it has lost its `package.json`, the folder is that around `dist`.
 */
export function findProgramPackage(): ProgramPackage {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const { name, version = 'unknown' } = readManifest(join(folder, 'package.json'));
    if (name === NAME) return { folder, version };
    if (folder === dirname(folder)) return { folder: join(import.meta.dirname, '../..'), version: 'unknown' };
  }
}

function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch {
    return {};
  }
}
