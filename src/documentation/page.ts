import { type Express, type Request, type Response } from 'express';
import { type Settings } from '../config/settings.js';
import { publicBaseUri } from '../surfaces/http/base-uri.js';
import { PAGE_POLICY } from './content-policy.js';
import { markup, type Html } from './html.js';

/** Application of Express, in front of Nest's own routes. */
export type Routes = Pick<Express, 'get'>;

/** A page of this server, which loads nothing from elsewhere. */
export interface Page {
  readonly title: string;
  /** Its one address below the base URL: `/docs/guides/tls`. */
  readonly path: string;
  /** Further elements of the page's head. */
  readonly head?: Html;
  readonly content: Html;
  /** Its Content-Security-Policy, where it is not that of all pages. */
  readonly policy?: string;
}

const SECTIONS: readonly (readonly [path: string, name: string])[] = [
  ['/docs', 'API'],
  ['/docs/guides', 'Guides'],
  ['/docs/surfaces', 'Surfaces'],
];

/** The relative path from a page to the base URL, so that links hold behind a proxy that adds to the path. */
export const rootOf = (path: string): string => '../'.repeat(path.split('/').length - 2) || './';

/** Sends pages at their addresses. */
export class PageSender {
  constructor(private readonly settings: Pick<Settings, 'publicUrl' | 'trustProxy'>) {}

  /**
   * Another spelling of the address (a slash at its end, upper case) leads to the page's own, because the links of the
   * page are relative to it.
   */
  send(request: Request, response: Response, page: Page): void {
    const [path, query] = sentTarget(request);
    if (path === page.path) sendMarkup(response, page);
    else response.redirect(308, `${publicBaseUri(request, this.settings)}${page.path}${query}`);
  }

  /** 404, with a link to the list of what there is. */
  sendMissing(request: Request, response: Response, list: string): void {
    const [path] = sentTarget(request);
    const address = rootOf(path) + list.slice(1);
    response.status(404);
    sendMarkup(response, {
      title: 'No such page – Rollcall',
      path,
      content: markup`<main class="text">
        <h1>No such page</h1>
        <p>Here is <a href="${address}">what there is</a>.</p>
      </main>`,
    });
  }
}

function sendMarkup(response: Response, page: Page): void {
  response
    .setHeader('Content-Security-Policy', page.policy ?? PAGE_POLICY)
    .setHeader('X-Frame-Options', 'DENY')
    .setHeader('Referrer-Policy', 'no-referrer');
  response.type('text/html').send(renderPage(page).text);
}

/** Path and query as they were sent, before empty segments were dropped. A proxy may send the whole URL. */
function sentTarget({ originalUrl }: Request): readonly [path: string, query: string] {
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)(.*)$/is.exec(originalUrl) ?? [];
  return [path === '' ? '/' : path, query];
}

function renderPage({ title, path, head, content }: Page): Html {
  const root = rootOf(path);
  const address = (target: string): string => root + target.slice(1);
  const links = SECTIONS.map(([target, name]) => {
    const current = target === path ? markup` aria-current="page"` : undefined;
    return markup`<a href="${address(target)}"${current}>${name}</a>`;
  });
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${address('/docs/assets/icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${address('/docs/assets/rollcall.css')}">
${head}</head>
<body>
<header class="bar">
<a class="home" href="${root}"><img src="${address('/docs/assets/icon.svg')}" alt="" width="24" height="24">Rollcall</a>
<nav>${links}</nav>
</header>
${content}
</body>
</html>
`;
}
