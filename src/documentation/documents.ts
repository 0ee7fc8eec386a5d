import { type INestApplication } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { type MountedSurface } from '../app.module.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SchemaRegistry } from '../protocol/schema/schema-registry.js';
import { publicBaseUri } from '../surfaces/http/base-uri.js';
import { shareExamples } from './shared-examples.js';

/** Version of the documents, which is the version of the wire format and not of the program. */
const DOCUMENT_VERSION = '2.0';

/** Names that documents had before surfaces were named after who speaks them; their addresses lead on. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  company: 'paradigm',
  tenant: 'scaikey',
  directory: 'oud',
  provisioning: 'strongdm',
};

/** The OpenAPI document of one surface, with the attributes that `schemas` has; the same whichever host it is served from. */
export function createDocument(
  app: INestApplication,
  { surface, module }: MountedSurface,
  schemas: SchemaRegistry,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(surface.document.title)
    .setDescription(surface.document.description)
    .setVersion(DOCUMENT_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A token made by: rollcall token issue' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    include: [module],
    extraModels: [...surface.document.messages],
    // Tags are what the document prints; a second one for the class would list operations twice.
    autoTagControllers: false,
  });
  const components = document.components ?? {};
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, operations]) => [
      mountedPath(path, surface.mount),
      operations,
    ]),
  );
  return shareExamples({
    ...document,
    paths,
    components: {
      ...components,
      schemas: { ...components.schemas, ...surface.document.components(schemas) },
      ...(surface.document.securitySchemes && { securitySchemes: surface.document.securitySchemes }),
    },
  });
}

/**
 * Serves `/openapi/<surface>.json` and Swagger UI at `/docs`, with a picker where there are several. A document is made
 * when it is first asked for, so that a start doesn't wait for what is rarely read.
 */
export function serveDocuments(app: NestExpressApplication, surfaces: readonly MountedSurface[]): void {
  const settings = app.get<Settings>(SETTINGS);
  const documents = surfaces.map((mounted) => ({
    name: mounted.surface.name,
    document: once(() => createDocument(app, mounted, app.get(SchemaRegistry, { strict: false }))),
  }));
  const router = app.getHttpAdapter().getInstance();
  for (const { name, document } of documents) {
    router.get(`/openapi/${name}.json`, (request: Request, response: Response) => {
      response.json({ ...document(), servers: [{ url: publicBaseUri(request, settings) }] });
    });
  }
  for (const [former, name] of Object.entries(FORMER_NAMES)) {
    router.get(`/openapi/${former}.json`, (request: Request, response: Response) => {
      response.redirect(308, `${publicBaseUri(request, settings)}/openapi/${name}.json`);
    });
  }
  const [first] = documents;
  if (!first) return;
  SwaggerModule.setup('docs', app, first.document, {
    raw: false,
    explorer: documents.length > 1,
    customSiteTitle: 'Rollcall API',
    swaggerOptions: {
      urls: documents.map(({ name }) => ({ url: `../openapi/${name}.json`, name })),
    },
  });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** A document made from modules that are only looked at knows nothing of where they are mounted. */
function mountedPath(path: string, mount: string): string {
  const prefix = `/${mount.replace(/:(\w+)/g, '{$1}')}`;
  if (path === prefix || path.startsWith(`${prefix}/`)) return path;
  return path === '/' ? prefix : prefix + path;
}
