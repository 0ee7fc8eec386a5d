import { SURFACES } from '../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const FORWARDED = {
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'scim.example.com',
  'X-Forwarded-Prefix': '/rollcall',
};

let application: TestApplication;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({ settings: { TRUST_PROXY: 'true' } });
  client = application.scim(undefined, application.origin);
});
afterAll(() => application.close());

const open = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<ScimAnswer> =>
  client.get(path, { Accept: BROWSER, ...headers });

describe('the root', () => {
  it.each([
    [BROWSER, 200, 'text/html; charset=utf-8'],
    ['text/html', 200, 'text/html; charset=utf-8'],
    ['application/json;q=0.5, text/html;q=0.6', 200, 'text/html; charset=utf-8'],
    ['*/*', 200, 'application/json; charset=utf-8'],
    ['application/json, text/html', 200, 'application/json; charset=utf-8'],
    ['text/html;q=0, */*', 200, 'application/json; charset=utf-8'],
    ['application/scim+json', 404, 'application/scim+json; charset=utf-8'],
    ['image/png', 404, 'application/scim+json; charset=utf-8'],
  ])('for Accept: %s', async (accept, status, type) => {
    const answer = await client.get('/', { Accept: accept });
    expect([answer.status, answer.headers['content-type'], answer.headers.vary]).toEqual([
      status,
      type,
      'Accept',
    ]);
  });

  it('is the same for HEAD, without the body', async () => {
    const { headers } = await open('/');
    const head = await client.send({ method: 'HEAD', path: '/', headers: { Accept: BROWSER } });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(headers['content-length']);
  });

  it('names the base URL and the document of every surface, for people and for programs', async () => {
    const base = 'https://scim.example.com/rollcall';
    const { body } = await client.get('/', FORWARDED);
    const { text } = await open('/', FORWARDED);
    const page = text.replace(/<(\/?var|wbr)>/g, '');
    for (const { surface } of SURFACES) {
      const baseUrl = `${base}/${surface.mount.replace(':tenant_id', '{tenant_id}')}`;
      const document = `${base}/openapi/${surface.name}.json`;
      expect(body.surfaces).toContainEqual(
        expect.objectContaining({ name: surface.name, baseUrl, document }),
      );
      expect(page).toContain(`<code>${baseUrl}</code>`);
      expect(page).toContain(`href="openapi/${surface.name}.json"`);
    }
    expect(body.links).toMatchObject({ guides: `${base}/docs/guides`, ready: `${base}/health/ready` });
    expect(page).toContain('token issue');
  });

  it('tells nothing of a company', async () => {
    const { slug } = await application.company('told-nobody');
    for (const headers of [{ Accept: BROWSER }, {}]) {
      expect((await client.get('/', headers)).text).not.toContain(slug);
    }
  });

  it('does not repeat a host that is none', async () => {
    const answer = await open('/', { 'X-Forwarded-Host': '"><script>', Host: 'a"b' });
    expect(answer.text).not.toMatch(/<script|a"b/);
  });

  it('is reached by other methods as before', async () => {
    expect((await client.post('/', {})).status).toBe(404);
  });
});

describe('all pages', () => {
  const pages = new Map<string, ScimAnswer>();
  const links = new Map<string, Set<string>>();
  beforeAll(async () => {
    const waiting = [`${application.origin}/`];
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      const path = url.slice(application.origin.length);
      if (pages.has(path)) continue;
      const answer = await open(path);
      pages.set(path, answer);
      if (answer.headers['content-type'] !== 'text/html; charset=utf-8') continue;
      for (const [, target = ''] of answer.text.matchAll(/ (?:href|src)="([^"]+)"/g)) {
        const { origin, pathname, search, hash } = new URL(target.replaceAll('&amp;', '&'), url);
        if (origin !== application.origin) continue;
        links.set(pathname + search, (links.get(pathname + search) ?? new Set()).add(hash));
        waiting.push(origin + pathname + search);
      }
    }
  }, 60_000);

  it('are linked from the root, with all guides and descriptions of surfaces', () => {
    for (const path of ['/docs', '/docs/guides', '/docs/guides/running', '/docs/guides/settings']) {
      expect([...pages.keys()]).toContain(path);
    }
    for (const { surface } of SURFACES) expect([...pages.keys()]).toContain(`/docs/surfaces/${surface.name}`);
  });

  it('have no link that leads nowhere', () => {
    const broken = [...links].flatMap(([path, hashes]) => {
      const { status, text } = pages.get(path)!;
      if (status !== 200) return [`${path} is ${status}`];
      return [...hashes]
        .filter((hash) => hash !== '' && !text.includes(` id="${decodeURIComponent(hash.slice(1))}"`))
        .map((hash) => path + hash);
    });
    expect(broken).toEqual([]);
  });

  it('hold to a policy without inline scripts and styles, stand in no frame, and fit a phone', () => {
    for (const [path, { headers, text }] of pages) {
      if (headers['content-type'] !== 'text/html; charset=utf-8') continue;
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['cache-control']).toBe('no-store');
      expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
      expect(text).not.toMatch(/<style|<script>| style=| on\w+=/);
      if (!path.startsWith('/docs?') && path !== '/docs') expect(text).not.toContain('<script');
    }
  });
});

describe('the address of a page', () => {
  it.each(['/docs/', '/docs/guides/', '/DOCS/guides', '//docs//guides/tls', '/docs/guides/t%6cs?a=b'])(
    '%s leads to its one spelling',
    async (path) => {
      const { status, headers } = await open(path, FORWARDED);
      expect(status).toBe(308);
      expect(headers.location).toMatch(
        /^https:\/\/scim\.example\.com\/rollcall\/docs(\/guides(\/tls\?a=b|\/tls)?)?$/,
      );
    },
  );

  it.each([
    '/docs/guides/nope',
    '/docs/guides/tls/nope',
    '/docs/guides/tls.md',
    '/docs/guides/../../package.json',
    '/docs/guides/..%2f..%2fpackage.json',
    '/docs/guides/%2e%2e/decisions.md',
    '/docs/guides/..%5c..%5cpackage.json',
    '/docs/guides/constructor',
    '/docs/surfaces/%00',
  ])('%s is nobody’s', async (path) => {
    const { status, text } = await client.send({ method: 'GET', path, headers: { Accept: BROWSER } });
    expect(status).toBe(404);
    expect(text).not.toContain('"dependencies"');
  });

  it('links from a page that is not there to what is', async () => {
    const { text, headers } = await open('/docs/guides/tls/nope');
    expect(headers['content-type']).toContain('text/html');
    expect(text).toContain('<a href="../../../docs/guides">');
  });
});

it.each(['/docs/nope', '/docs/nope/nope', '/nope'])('%s is a page for browsers alone', async (path) => {
  const page = await open(path);
  expect([page.status, page.headers['content-type'], page.headers.vary]).toEqual([
    404,
    'text/html; charset=utf-8',
    'Accept',
  ]);
  expect(page.text).toContain('<h1>No such page</h1>');
  for (const Accept of ['*/*', 'application/json', 'application/scim+json']) {
    const answer = await client.get(path, { Accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([
      404,
      'application/scim+json; charset=utf-8',
    ]);
  }
});

it('has the icon that browsers ask for by themselves', async () => {
  const { status, headers } = await open('/favicon.ico');
  expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml']);
});

it('the root tells of OAuth clients and where they get tokens', async () => {
  const { text } = await open('/', FORWARDED);
  expect(text).toContain('npm run rollcall -- client create acme --name');
  expect(text.replaceAll('<wbr>', '')).toContain(
    '<code>https://scim.example.com/rollcall/oauth/token</code>',
  );
  for (const [, code = ''] of text.matchAll(/<pre><code>([^<]*)/g)) {
    for (const line of code.split('\n')) expect(line.length).toBeLessThan(80);
  }
});

it('no option is broken in two by the end of a line', async () => {
  const { text } = await open('/docs/guides/entra-id');
  expect(text).toContain('<span class="word">--no-follow</span>');
  expect(text).not.toMatch(/<code>[^<]* --?[a-z]/);
});

it('files of the program may be kept, and are asked for again', async () => {
  const first = await open('/docs/assets/rollcall.css');
  expect(first.headers['cache-control']).toBe('no-cache');
  const again = await open('/docs/assets/rollcall.css', { 'If-None-Match': first.headers.etag! });
  expect(again.status).toBe(304);
});

it('nothing of it is served with DOCS=false', async () => {
  const other = await startTestApplication({ settings: { DOCS: 'false' } });
  try {
    const stranger = other.scim(undefined, other.origin);
    for (const path of [
      '/',
      '/docs',
      '/docs/guides',
      '/docs/assets/rollcall.css',
      '/openapi/standard.json',
    ]) {
      const { status, body } = await stranger.get(path, { Accept: BROWSER });
      expect([status, body.status]).toEqual([404, '404']);
    }
    const { body } = await other.scim().get('/ServiceProviderConfig');
    expect(body).not.toHaveProperty('documentationUri');
  } finally {
    await other.close();
  }
});
