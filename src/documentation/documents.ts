import { type INestApplication, type Type } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { AdminApiModule } from '../admin-api/admin-api.module.js';
import { ADMIN_SCHEME, ProblemView } from '../admin-api/http/operation.js';
import { ADMIN_MOUNT } from '../admin-api/http/mount.js';
import { AuthzenConfigurationModule, AuthzenModule } from '../authzen/authzen.module.js';
import { AUTHZEN_MOUNT } from '../authzen/mount.js';
import { type MountedSurface } from '../app.module.js';
import { PLATFORM_MOUNT } from '../platform-api/http/mount.js';
import { PLATFORM_SCHEME } from '../platform-api/http/operation.js';
import { PlatformApiModule } from '../platform-api/platform-api.module.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SchemaRegistry } from '../protocol/schema/schema-registry.js';
import { CLIENT_BASIC, OAUTH_MESSAGES } from '../oauth/oauth.openapi.js';
import { OauthModule } from '../oauth/oauth.module.js';
import { publicBaseUri } from '../surfaces/http/base-uri.js';
import { descriptionPath, type Surface } from '../surfaces/http/surface.js';
import { once } from './once.js';
import { type Routes } from './page.js';
import { shareExamples } from './shared-examples.js';

type ServerObject = NonNullable<OpenAPIObject['servers']>[number];

/** Version of the documents, which is the version of the wire format and not of the program. */
const DOCUMENT_VERSION = '2.0';

/** Name of the document of {@link createOauthDocument}. */
export const OAUTH_DOCUMENT = 'oauth';

/** Name of the document of the admin API. */
export const ADMIN_DOCUMENT = 'admin';

/** Name of the document of the platform API. */
export const PLATFORM_DOCUMENT = 'platform';

/** Former names of documents, whose addresses redirect to the present ones. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  company: 'paradigm',
  tenant: 'scaikey',
  directory: 'oud',
  provisioning: 'strongdm',
};

/** The beginning of a document, in Markdown: what the surface is, and how to get a token for it. */
const introduce = ({ document }: Surface): string => `${document.description}

A request carries the token of a company: \`Authorization: Bearer …\`. Whoever runs the server makes both:

    npm run rollcall -- company create acme --name "Acme Corporation"
    npm run rollcall -- token issue acme --name "Entra ID"

The second command prints the token, which is shown this once. A client that asks for tokens itself, by OAuth 2.0, is made by
\`npm run rollcall -- client create acme --name "Entra ID"\`; the token endpoint is \`/oauth/token\`.
`;

/** The OpenAPI document of one surface, with the attributes that `schemas` has; the same whichever host it is served from. */
export function createDocument(
  app: INestApplication,
  { surface, module }: MountedSurface,
  schemas: SchemaRegistry,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(surface.document.title)
    .setDescription(introduce(surface))
    .setVersion(DOCUMENT_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setExternalDoc('What this surface takes and answers, and its limits', descriptionPath(surface))
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A token made by: rollcall token issue' })
    .build();
  const document = documentModule(app, config, {
    module,
    mount: surface.mount,
    models: surface.document.messages,
  });
  const components = document.components ?? {};
  return shareExamples({
    ...document,
    components: {
      ...components,
      schemas: { ...components.schemas, ...surface.document.components(schemas) },
      ...(surface.document.securitySchemes && { securitySchemes: surface.document.securitySchemes }),
    },
  });
}

/** The OpenAPI document of the admin API. */
export function createAdminDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Rollcall admin API')
    .setDescription(ADMIN_INTRODUCTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setExternalDoc('Each task with curl, and who may do what', '/docs/guides/admin-api')
    .addServer('/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or an admin credential' },
      ADMIN_SCHEME,
    )
    .build();
  return documentModule(app, config, { module: AdminApiModule, mount: ADMIN_MOUNT, models: [ProblemView] });
}

/** The OpenAPI document of the platform API. */
export function createPlatformDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Rollcall platform API')
    .setDescription(PLATFORM_INTRODUCTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setExternalDoc('How a platform follows changes', '/docs/guides/platform-api')
    .addServer('/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A platform credential, or a token of the company' },
      PLATFORM_SCHEME,
    )
    .build();
  const modules = [
    { module: PlatformApiModule, mount: PLATFORM_MOUNT, models: [ProblemView] },
    { module: AuthzenModule, mount: AUTHZEN_MOUNT, models: [] },
    { module: AuthzenConfigurationModule, mount: '', models: [] },
  ];
  const [first, ...others] = modules.map((each) => documentModule(app, config, each));
  if (!first) throw new Error('the platform API has no modules');
  return others.reduce(joinDocuments, first);
}

/** The OpenAPI document of the token endpoint, and of what clients find out by themselves. */
export function createOauthDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Rollcall: OAuth 2.0')
    .setDescription(
      'Where clients of a company get access tokens (RFC 6749 §4.4), which every surface takes.',
    )
    .setVersion(DOCUMENT_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setExternalDoc('How clients are made, federated and rotated', '/docs/guides/oauth-clients')
    .addServer('/')
    .addSecurity(CLIENT_BASIC, {
      type: 'http',
      scheme: 'basic',
      description: 'Client id and secret, made by: rollcall client create',
    })
    .build();
  return documentModule(app, config, { module: OauthModule, mount: '', models: OAUTH_MESSAGES });
}

/** The document with the paths and schemas of another one. */
const joinDocuments = (document: OpenAPIObject, other: OpenAPIObject): OpenAPIObject => ({
  ...document,
  paths: { ...document.paths, ...other.paths },
  components: {
    ...document.components,
    schemas: { ...document.components?.schemas, ...other.components?.schemas },
  },
});

const ADMIN_INTRODUCTION = `Does what the \`rollcall\` command does, for companies and what opens them.

A request carries \`Authorization: Bearer …\` with the value of \`ADMIN_TOKEN\`, or an admin credential that was made here or
by \`rollcall admin issue\`. The tokens of companies open nothing here. Errors are problems (RFC 9457). Times are RFC 3339 in
UTC; where a time is taken, a date alone is its first moment in UTC.
`;

const PLATFORM_INTRODUCTION = `What a platform reads of the companies that push their users and groups here.

A request carries \`Authorization: Bearer …\` with a platform credential, made by \`rollcall platform issue\` for some
companies or all. What is below \`/platform/v1/companies/{company}\` also takes a token of that company with the scope
\`scim:read\`, and what is at \`/access/v1\` is for tokens alone. Errors are problems (RFC 9457); those of AuthZEN, below
\`/access/v1\`, are messages. Times are RFC 3339 in UTC, ids 16 hexadecimal digits.
`;

interface DocumentedModule {
  readonly module: Type;
  /** Path in front of its routes. */
  readonly mount: string;
  /** Classes that no operation names. */
  readonly models: readonly Type[];
}

function documentModule(
  app: INestApplication,
  config: Omit<OpenAPIObject, 'paths'>,
  { module, mount, models }: DocumentedModule,
): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, config, {
    include: [module],
    extraModels: [...models],
    // Tags are what the document prints; a second one for the class would list operations twice.
    autoTagControllers: false,
  });
  // Nest's builder puts an empty contact there.
  const { contact: _contact, ...info } = document.info;
  const paths = Object.fromEntries(
    searchesLast(Object.entries(document.paths)).map(([path, operations]) => [
      mountedPath(path, mount),
      operations,
    ]),
  );
  return { ...document, info, paths };
}

const SEARCH = '/.search';

/** The paths with each search after what it searches; the router needs the other order. */
function searchesLast<T>(paths: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  const isSearch = ([path]: readonly [string, T]): boolean => path.endsWith(SEARCH);
  const others = paths.filter((each) => !isSearch(each));
  const searches = paths.filter(isSearch);
  const searched = new Set(others.map(([path]) => path));
  const searchesOf = (path: string): readonly (readonly [string, T])[] =>
    searches.filter(([search]) => search.slice(0, -SEARCH.length) === path);
  return [
    ...others.flatMap((each) => [each, ...searchesOf(each[0])]),
    ...searches.filter(([search]) => !searched.has(search.slice(0, -SEARCH.length))),
  ];
}

/** A document by the name that it is served under. */
export interface NamedDocument {
  readonly name: string;
  readonly create: () => OpenAPIObject;
}

/** The documents of all that an application serves. */
export function documentsOf(
  app: NestExpressApplication,
  surfaces: readonly MountedSurface[],
): readonly NamedDocument[] {
  const { adminToken } = app.get<Settings>(SETTINGS);
  const ofSurfaces = surfaces.map((mounted) => ({
    name: mounted.surface.name,
    create: () => createDocument(app, mounted, app.get(SchemaRegistry, { strict: false })),
  }));
  const all = [
    ...ofSurfaces,
    { name: OAUTH_DOCUMENT, create: () => createOauthDocument(app) },
    { name: PLATFORM_DOCUMENT, create: () => createPlatformDocument(app) },
  ];
  if (adminToken === undefined) return all;
  return [...all, { name: ADMIN_DOCUMENT, create: () => createAdminDocument(app) }];
}

/**
 * Serves `/openapi/<name>.json`. A document is made when it is first asked for, so that a start doesn't wait for what is
 * rarely read.
 */
export function serveDocuments(
  documents: readonly NamedDocument[],
  settings: Settings,
  routes: Routes,
): void {
  for (const { name, create } of documents) {
    const document = once(create);
    routes.get(`/openapi/${name}.json`, (request: Request, response: Response) => {
      response.json(servedAt(serversFor(request, settings), document()));
    });
  }
  for (const [former, name] of Object.entries(FORMER_NAMES)) {
    routes.get(`/openapi/${former}.json`, (request: Request, response: Response) => {
      response.redirect(308, `${publicBaseUri(request, settings)}/openapi/${name}.json`);
    });
  }
}

/** Where the document's service is reached: by `PUBLIC_URL` and, for who comes by another address, by that. */
function serversFor(request: Request, settings: Settings): readonly [ServerObject, ...ServerObject[]] {
  const { publicUrl } = settings;
  const isElsewhere = publicUrl !== undefined && new URL(publicUrl).host !== request.get('host');
  return [
    { url: publicBaseUri(request, settings) },
    // It is resolved against the address of the document.
    ...(isElsewhere ? [{ url: '..', description: 'this address' }] : []),
  ];
}

/** The document with the addresses that it has behind the first of these. */
const servedAt = (
  servers: readonly [ServerObject, ...ServerObject[]],
  document: OpenAPIObject,
): OpenAPIObject => ({
  ...document,
  servers: [...servers],
  ...(document.externalDocs && {
    externalDocs: { ...document.externalDocs, url: servers[0].url + document.externalDocs.url },
  }),
});

/** A document made from modules that are only looked at knows nothing of where they are mounted. */
function mountedPath(path: string, mount: string): string {
  if (mount === '') return path;
  const prefix = `/${mount.replace(/:(\w+)/g, '{$1}')}`;
  if (path === prefix || path.startsWith(`${prefix}/`)) return path;
  return path === '/' ? prefix : prefix + path;
}
