import { originOf } from '../config/origin.js';
import { type Settings } from '../config/settings.js';
import { MOUNTS, type SurfaceName } from '../surfaces/mounts.js';
import { TOKEN_PATH } from '../oauth/paths.js';

/** The one surface that takes the token of a user, for `/Me`. */
const OF_USERS: SurfaceName = 'standard';

/**
 * The base URLs to enter at a client, by the name of the surface: those that a token may use.
 *
 * @param slug the company of the token
 * @param user the user that it stands for; null for a client service
 */
export function baseUrlsOf(
  settings: Settings,
  slug: string,
  user: string | null,
): Readonly<Record<string, string>> {
  const origin = originOf(settings, settings.port);
  const open = Object.entries(MOUNTS).filter(([name]) => user === null || name === OF_USERS);
  return Object.fromEntries(open.map(([name, mount]) => [name, `${origin}/${mount.replace(/:\w+/, slug)}`]));
}

/** Where an OAuth client asks for its tokens. */
export const tokenUrlOf = (settings: Settings): string => originOf(settings, settings.port) + TOKEN_PATH;
