import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NextFunction, type Request, type Response } from 'express';
import { findProgramPackage } from '../config/program-package.js';
import { type Settings } from '../config/settings.js';
import { publicBaseUri } from '../surfaces/http/base-uri.js';
import { preferredType } from '../surfaces/http/media-types.js';
import { SCRIPT_PAGE_POLICY } from './content-policy.js';
import { ROOT_TYPES } from './front-page.js';
import { type Routes } from './page.js';
import { sendProgramFile } from './program-files.js';

/** Where the console is, below the base URL of the server. */
export const CONSOLE_PATH = '/console';

/** The name of a built file has a hash of its content, so that another build has other names. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The folder with the built console; undefined where it was not built. */
export function findConsole(
  folder = join(findProgramPackage().folder, 'console', 'dist'),
): string | undefined {
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}

/**
 * Serves the console, and redirects browsers to it from `/`. Its files hold no data and are open to everybody; the data comes
 * from the admin API.
 *
 * @param folder with the built files
 */
export function serveConsole(
  routes: Routes,
  settings: Pick<Settings, 'publicUrl' | 'trustProxy'>,
  folder: string,
): void {
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  routes.get('/', (request: Request, response: Response, next: NextFunction) => {
    response.vary('Accept');
    if (preferredType(request, ROOT_TYPES) !== 'text/html') {
      next();
    } else response.redirect(303, `${publicBaseUri(request, settings)}${CONSOLE_PATH}/`);
  });
  for (const [path, name] of filesIn(folder)) {
    routes.get(`${CONSOLE_PATH}/${path}`, (_request: Request, response: Response, next: NextFunction) => {
      sendProgramFile(response, folder, path, next, path === name ? undefined : FOR_EVER);
    });
  }
  for (const path of [CONSOLE_PATH, `${CONSOLE_PATH}/*page`]) {
    routes.get(path, (request: Request, response: Response, next: NextFunction) => {
      if (request.path.startsWith(`${CONSOLE_PATH}/assets/`)) next();
      else sendPage(response, pageAt(index, publicBaseUri(request, settings)));
    });
  }
}

/** Every page of the console is the same document; its script shows what the address says. */
function sendPage(response: Response, markup: string): void {
  response
    .setHeader('Content-Security-Policy', SCRIPT_PAGE_POLICY)
    .setHeader('X-Frame-Options', 'DENY')
    .setHeader('Referrer-Policy', 'no-referrer')
    .setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.type('text/html').send(markup);
}

/** Behind a proxy that adds to the path, the files stand below that too. */
function pageAt(index: string, base: string): string {
  const { pathname } = new URL(base);
  return index.replaceAll(`="${CONSOLE_PATH}/`, `="${pathname.replace(/\/$/, '')}${CONSOLE_PATH}/`);
}

/** What is below the folder, by path, beside the page itself: files of its own, and those of `assets`. */
function filesIn(folder: string): readonly (readonly [path: string, name: string])[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'index.html')
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/');
      return [path, name] as const;
    });
}
