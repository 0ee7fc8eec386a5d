import { type NextFunction, type Request, type Response } from 'express';
import { type Settings } from '../config/settings.js';
import { TOKEN_PATH } from '../oauth/paths.js';
import { publicBaseUri } from '../surfaces/http/base-uri.js';
import { preferredType } from '../surfaces/http/media-types.js';
import { type Surface } from '../surfaces/http/surface.js';
import { articleLinks } from './article-pages.js';
import { type Articles } from './articles.js';
import { markup, type Html } from './html.js';
import { type PageSender, type Routes } from './page.js';

const NAME = 'Rollcall';
const DESCRIPTION =
  'Rollcall tells a platform who is in which group. Identity providers push users, groups and memberships into it over ' +
  'SCIM 2.0; platform services and administrators read them back.';

/**
 * The media types among which `Accept` chooses at the root: an index for programs, which wins where several weigh the same,
 * or a page for browsers. A client of SCIM gets 404.
 */
export const ROOT_TYPES = ['application/json', 'text/html', 'application/scim+json'] as const;

/** Serves the root: what this server is, and where everything else is found. It says nothing of any company. */
export function serveFrontPage(
  routes: Routes,
  surfaces: readonly Surface[],
  articles: () => Articles,
  settings: Settings,
  sender: PageSender,
): void {
  routes.get('/', (request: Request, response: Response, next: NextFunction) => {
    const base = publicBaseUri(request, settings);
    response.vary('Accept');
    switch (preferredType(request, ROOT_TYPES)) {
      case 'application/json':
        response.json(indexOf(base, surfaces));
        break;
      case 'text/html':
        sender.send(request, response, {
          title: NAME,
          path: '/',
          content: frontPage(base, surfaces, articles()),
        });
        break;
      case 'application/scim+json':
      case undefined:
        next();
    }
  });
}

/** The base URL of a surface, as a URI template where its path names the company. */
const baseUrlOf = (base: string, { mount }: Surface): string => `${base}/${mount.replace(/:(\w+)/g, '{$1}')}`;

function indexOf(base: string, surfaces: readonly Surface[]): object {
  return {
    name: NAME,
    description: DESCRIPTION,
    surfaces: surfaces.map((surface) => ({
      name: surface.name,
      description: surface.document.description,
      baseUrl: baseUrlOf(base, surface),
      document: `${base}/openapi/${surface.name}.json`,
    })),
    links: {
      tokenEndpoint: `${base}${TOKEN_PATH}`,
      swaggerUi: `${base}/docs`,
      guides: `${base}/docs/guides`,
      live: `${base}/health/live`,
      ready: `${base}/health/ready`,
    },
  };
}

function frontPage(base: string, surfaces: readonly Surface[], articles: Articles): Html {
  const guides = articles.groups('/docs/guides');
  return markup`<main class="text">
<h1>${NAME}</h1>
<p class="lead">${DESCRIPTION}</p>
<h2>Surfaces</h2>
<p>Each surface is the same service in another dialect of SCIM. An identity provider is given the base URL of one,
usually of <b>standard</b>, and a token; or a client id, a secret and the token endpoint, where it gets itself tokens.</p>
${surfaces.map((surface) => surfaceEntry(base, surface, articles))}
<h2>Tokens and clients</h2>
<p>A token belongs to one company. Whoever runs this server makes both on its command line:</p>
<pre><code>npm run rollcall -- company create acme --name "Acme Corporation"
npm run rollcall -- token issue acme --name "Entra ID"</code></pre>
<p>An OAuth client, which gets itself tokens of an hour, is made there too. Its token endpoint is
<code>${withPlaceholder(`${base}${TOKEN_PATH}`)}</code> (<a href="docs?urls.primaryName=oauth">try it</a>):</p>
<pre><code>npm run rollcall -- client create acme --name "Entra ID"</code></pre>
${surfaces.slice(0, 1).map((surface) => tryout(baseUrlOf(base, surface)))}
${guides.length > 0 ? markup`<h2>Guides</h2>${articleLinks(guides, '/')}` : undefined}
<h2>Health</h2>
<p><a href="health/live">health/live</a> says that the process runs, <a href="health/ready">health/ready</a> that it can
serve requests now.</p>
</main>`;
}

function surfaceEntry(base: string, surface: Surface, articles: Articles): Html {
  const { name, document, mount } = surface;
  const [, company] = /:(\w+)/.exec(mount) ?? [];
  const article = articles.folder('/docs/surfaces').articles.get(name);
  return markup`<section class="surface">
<h3>${name}</h3>
<p>${document.description}</p>
<p><code>${withPlaceholder(baseUrlOf(base, surface))}</code></p>
${company === undefined ? undefined : markup`<p class="quiet"><var>{${company}}</var> is the company’s slug, such as acme.</p>`}
<p class="links"><a href="docs?urls.primaryName=${name}">Try it</a>
<a href="openapi/${name}.json">OpenAPI document</a>
${article && markup`<a href="${article.path.slice(1)}">Description</a>`}</p>
</section>
`;
}

const tryout = (
  baseUrl: string,
): Html => markup`<p>See that it works, with the token in <code>$TOKEN</code>:</p>
<pre><code>curl -H "Authorization: Bearer $TOKEN" \\
  "${baseUrl}/Users?count=1"</code></pre>`;

/** What has to be filled in stands out, and a narrow page breaks the line behind a slash. */
const withPlaceholder = (url: string): Html =>
  markup`${url
    .split(/(\{\w+\}|(?<=[^/]\/)(?=[^/]))/)
    .map((part) =>
      part.startsWith('{') ? markup`<var>${part}</var>` : part === '' ? markup`<wbr>` : part,
    )}`;
