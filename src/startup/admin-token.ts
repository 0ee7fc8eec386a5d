import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAccessToken } from '../access/access-token.js';
import { isLoopback } from '../access/url-host.js';
import { makeFolder } from '../config/make-folder.js';
import { isToken } from '../config/read-settings.js';
import { type Settings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';

/** In `DATA_DIR`. */
export const ADMIN_TOKEN_FILE = 'admin-token';

/** Whether the service uses the embedded database and can be reached from this machine alone. */
export const isOwnMachine = ({
  databaseUrl,
  host,
  publicUrl,
}: Pick<Settings, 'databaseUrl' | 'host' | 'publicUrl'>): boolean =>
  databaseUrl === undefined && isLoopback(host) && publicUrl === undefined;

/**
 * Gives a service that has its own database and listens on this machine alone an `ADMIN_TOKEN`, where none is set, so that
 * its console opens without further ado: the one in `DATA_DIR/admin-token`, which is made where it is missing and which
 * only the user who runs the service can read. Any other service has what is set.
 *
 * @throws StartupError where the file can't be read or written
 */
export function withAdminToken(settings: Settings): Settings {
  const { adminToken, dataDir } = settings;
  if (adminToken !== undefined || !isOwnMachine(settings)) return settings;
  const file = join(dataDir, ADMIN_TOKEN_FILE);
  try {
    makeFolder(dataDir);
    return { ...settings, adminToken: readToken(file) ?? makeToken(file, settings.cell) };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupError(
      `The token of the admin API can't be kept in ${file} (${code}). Set ADMIN_TOKEN, or DATA_DIR to a writable folder.`,
    );
  }
}

function readToken(file: string): string | undefined {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (isToken(token)) return token;
  throw new StartupError(`${file} holds no token of the admin API. Remove it, and the next start makes one.`);
}

function makeToken(file: string, cell: number): string {
  const token = makeAccessToken(cell, 'admin');
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return token;
}
