import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type NextFunction, type Request, type Response } from 'express';
import { SCRIPT_PAGE_POLICY } from './content-policy.js';
import { type NamedDocument } from './documents.js';
import { markup } from './html.js';
import { type Page, type PageSender, type Routes } from './page.js';
import { sendProgramFile } from './program-files.js';

/** What the page takes of Swagger UI. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js'];

/** Serves Swagger UI at `/docs`, with a picker of the documents. */
export function serveSwaggerUi(
  routes: Routes,
  documents: readonly NamedDocument[],
  sender: PageSender,
): void {
  const page = swaggerPage(documents.map(({ name }) => name));
  routes.get('/docs', (request: Request, response: Response) => sender.send(request, response, page));
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const name of FILES) {
    routes.get(`/docs/${name}`, (_request: Request, response: Response, next: NextFunction) =>
      sendProgramFile(response, folder, name, next),
    );
  }
}

/** `assets/swagger-ui.js` starts Swagger UI with the documents that the element names. */
function swaggerPage(names: readonly string[]): Page {
  const documents = names.map((name) => ({ name, url: `openapi/${name}.json` }));
  return {
    title: 'API – Rollcall',
    path: '/docs',
    policy: SCRIPT_PAGE_POLICY,
    head: markup`<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
`,
    content: markup`<p class="note">A token that you enter under <b>Authorize</b> serves all surfaces, and one of the
admin API that alone. It is kept for this tab alone, until you close it or log out there. Requests that you execute are real ones.</p>
<div id="swagger-ui" data-documents="${JSON.stringify(documents)}"></div>
<noscript><p class="note">Swagger UI needs JavaScript. These are the documents that it shows:
${documents.map(({ name, url }) => markup`<a href="${url}">${name}</a> `)}</p></noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/swagger-ui-standalone-preset.js"></script>
<script src="docs/assets/swagger-ui.js"></script>`,
  };
}
