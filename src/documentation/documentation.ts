import { type NestExpressApplication } from '@nestjs/platform-express';
import { type NextFunction, type Request, type Response } from 'express';
import { type MountedSurface } from '../app.module.js';
import { findProgramPackage } from '../config/program-package.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { preferredType } from '../surfaces/http/media-types.js';
import { serveArticles } from './article-pages.js';
import { Articles } from './articles.js';
import { documentsOf, serveDocuments } from './documents.js';
import { serveFrontPage } from './front-page.js';
import { once } from './once.js';
import { PageSender, type Routes } from './page.js';
import { sendProgramFile } from './program-files.js';
import { serveSwaggerUi } from './swagger-page.js';

/** The files that pages load. */
const ASSETS = ['icon.svg', 'rollcall.css', 'swagger-ui.css', 'swagger-ui.js'];

/** Serves what people read: the page at `/`, the OpenAPI documents, Swagger UI, guides and descriptions of the surfaces. */
export function serveDocumentation(app: NestExpressApplication, mounted: readonly MountedSurface[]): void {
  const settings = app.get<Settings>(SETTINGS);
  const routes = app.getHttpAdapter().getInstance() as Routes;
  const surfaces = mounted.map(({ surface }) => surface);
  const { folder } = findProgramPackage();
  const articles = once(() => new Articles(folder));
  const sender = new PageSender(settings);
  for (const name of ASSETS) {
    routes.get(`/docs/assets/${name}`, (_request: Request, response: Response, next: NextFunction) =>
      sendProgramFile(response, `${folder}/assets`, name, next),
    );
  }
  routes.get('/favicon.ico', (_request: Request, response: Response, next: NextFunction) =>
    sendProgramFile(response, `${folder}/assets`, 'icon.svg', next),
  );
  serveFrontPage(routes, surfaces, articles, settings, sender);
  const documents = documentsOf(app, mounted);
  serveDocuments(documents, settings, routes);
  serveSwaggerUi(routes, documents, sender);
  serveArticles(routes, articles, sender);
  serveMissingPages(routes, sender);
}

/** Answers browsers that ask for a page which does not exist with a page; others get the 404 of the API. */
function serveMissingPages(routes: Routes, sender: PageSender): void {
  for (const [path, list] of [
    ['/docs/*name', '/docs/guides'],
    ['/:name', '/'],
  ] as const) {
    routes.get(path, (request: Request, response: Response, next: NextFunction) => {
      response.vary('Accept');
      if (preferredType(request, ['application/json', 'text/html']) === 'text/html') {
        sender.sendMissing(request, response, list);
      } else next();
    });
  }
}
