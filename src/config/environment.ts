import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StartupError } from './startup-error.js';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The file that is read, in the working directory. */
const FILE = '.env';

/**
 * The environment of the process, and what `.env` in the working directory adds to it, if there is such a file. A
 * variable that is set already stays as it is, even where it is empty. Names and values are written as Node reads
 * them with `--env-file`.
 *
 * @throws StartupError where the file can't be read
 */
export function loadEnvironment(): Environment {
  for (const [name, value] of Object.entries(readFile())) process.env[name] ??= value;
  return process.env;
}

function readFile(): Environment {
  try {
    // Editors of Windows put a byte order mark in front.
    return parseEnv(readFileSync(FILE, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new StartupError(`${FILE} in ${process.cwd()} can't be read (${code}).`);
  }
}
