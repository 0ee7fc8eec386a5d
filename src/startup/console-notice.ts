import { join } from 'node:path';
import { localOrigin } from '../administration/local-origin.js';
import { originOf } from '../config/origin.js';
import { type Settings } from '../config/settings.js';
import { CONSOLE_PATH, findConsole } from '../documentation/console-files.js';
import { ADMIN_TOKEN_FILE, isOwnMachine } from './admin-token.js';

const LINK_MS = 10 * 60_000;

/** How the person who starts the service gets into the console. */
export interface ConsoleNotice {
  readonly url: string;
  /** Signs an operator in, once. */
  readonly link?: string;
  /** The file with the token that the start has made. */
  readonly tokenFile?: string;
}

/**
 * Says where the console is. On a terminal, and where the service is for this machine alone, it comes with a link that
 * signs in.
 *
 * @param settings with the token of the admin API, where there is one
 * @param isMade whether the start has made that, or an earlier one
 * @param directUrl URL for the owner of the database
 * @param port the port on which the server listens
 * @returns undefined where there is no console
 */
export async function describeConsole(
  settings: Settings,
  isMade: boolean,
  directUrl: string,
  port: number,
): Promise<ConsoleNotice | undefined> {
  if (settings.adminToken === undefined || findConsole() === undefined) return undefined;
  const base = originOf(settings, port);
  const url = `${base}${CONSOLE_PATH}/`;
  if (!isOwnMachine(settings)) return { url };
  if (!process.stdout.isTTY)
    return isMade ? { url, tokenFile: join(settings.dataDir, ADMIN_TOKEN_FILE) } : { url };
  const [{ Administration }, { signInUrl }] = await Promise.all([
    import('../administration/administration.js'),
    import('../administration/console/sign-in-url.js'),
  ]);
  const administration = await Administration.open(directUrl, localOrigin('server'));
  try {
    const { secret } = await administration.consoleLinks.issue({
      company: undefined,
      name: 'the terminal of the start',
      lifetime: LINK_MS,
    });
    return { url, link: signInUrl(base, secret) };
  } finally {
    await administration.close();
  }
}
