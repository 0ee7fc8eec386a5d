import pg from 'pg';
import { vi } from 'vitest';
import { type PlatformScope } from '../../../src/access/platform-credentials.store.js';
import { Administration } from '../../../src/administration/administration.js';
import { SURFACES } from '../../../src/app.module.js';
import { PLATFORM_SCOPE } from '../../../src/platform-api/access/decorators.js';
import { PlatformApiModule } from '../../../src/platform-api/platform-api.module.js';
import { ADMIN_TOKEN } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { PlatformClient } from '../../support/platform-client.js';
import { concretePath, declaredRoutes, requestsOf, servedRoutes } from '../../support/declared-routes.js';

const MOUNT = '/platform/v1';

let lines: string[] = [];
let service: TestApplication;
let administration: Administration;
let admin: pg.Client;
const ids = { acme: '', birch: '' };
const tokens = { acme: '', writer: '', birch: '' };
/** Secrets of platform credentials. */
const secrets = {
  all: '',
  ofAcme: '',
  ofBirch: '',
  feed: '',
  check: '',
  search: '',
  expired: '',
  revoked: '',
};

const issue = async (
  name: string,
  companies: readonly string[] | null,
  scopes: readonly PlatformScope[] = ['feed', 'check', 'search'],
): Promise<string> =>
  (await administration.platformCredentials.issue({ name, scopes, companies, expires: null })).secret;

beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, LOG_LEVEL: 'info', PLATFORM_RATE_LIMIT: '1000000' },
    log: (line) => void lines.push(line),
  });
  administration = await Administration.open(service.database.url);
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  for (const slug of ['acme', 'birch'] as const) {
    const company = await service.company(slug);
    tokens[slug] = await company.token('lenient', ['scim:read']);
    ids[slug] = (await administration.companies.showCompany(slug)).id;
    if (slug === 'acme') tokens.writer = await company.token('lenient', ['scim:write']);
  }
  secrets.all = await issue('all', null);
  secrets.ofAcme = await issue('of acme', ['acme']);
  secrets.ofBirch = await issue('of birch', ['birch']);
  for (const scope of ['feed', 'check', 'search'] as const)
    secrets[scope] = await issue(scope, null, [scope]);
  secrets.expired = await issue('expired', ['acme']);
  secrets.revoked = await issue('revoked', null);
  const [revoked] = (await administration.platformCredentials.list()).filter(
    ({ name }) => name === 'revoked',
  );
  await administration.platformCredentials.revoke(revoked!.id);
  await admin.query(
    "UPDATE platform_credentials SET expires = now() - interval '1 s' WHERE name = 'expired'",
  );
});
afterAll(async () => {
  await admin.end();
  await administration.close();
  await service.close();
});

const bearer = (secret: string): PlatformClient => new PlatformClient(service, `Bearer ${secret}`);

const ROUTES = declaredRoutes<PlatformScope | 'any'>(PlatformApiModule, PLATFORM_SCOPE);
const REQUESTS = requestsOf(ROUTES);

it('SEC-02 knows every route of the platform API that the router has, and each names a scope', () => {
  const served = servedRoutes(service, MOUNT);
  expect(ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(served.sort());
  expect(ROUTES.filter(({ access }) => access === undefined)).toEqual([]);
});

// First, since the log tells only of some refusals one by one.
it('the log and the journal tell of the company whose credential was refused, and hold no secret', async () => {
  lines = [];
  await bearer(secrets.expired).get('/companies/acme');
  await bearer(secrets.ofBirch).get('/companies/acme');
  const told = [
    { credential: 'expired', reason: 'expired', status: 401, surface: 'platform' },
    { credential: 'of birch', status: 404, operation: 'showPlatformCompany' },
  ];
  await vi.waitFor(
    () =>
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
        told.map((each) => expect.objectContaining(each) as unknown),
      ),
    { timeout: 20_000 },
  );
  expect(lines.join('')).not.toContain('rollcall_platform');
  const noted = await vi.waitFor(
    async () => {
      const { rows } = await admin.query(
        "SELECT credential_name AS name, detail->>'reason' AS reason FROM activity WHERE surface = 'platform' AND status = 401",
      );
      expect(rows).not.toEqual([]);
      return rows as unknown[];
    },
    { timeout: 20_000 },
  );
  expect(noted).toContainEqual({ name: 'expired', reason: 'expired' });
});

it('the document describes every route, and Swagger UI has it', async () => {
  const document = (await (await fetch(`${service.origin}/openapi/platform.json`)).json()) as {
    paths: Record<string, Record<string, { security: unknown }>>;
  };
  const own = Object.entries(document.paths).filter(([path]) => path.startsWith(`${MOUNT}/`));
  const operations = own.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      route: `${method.toUpperCase()} ${path}`,
      security,
    })),
  );
  const served = ROUTES.filter(({ method }) => method !== 'ALL').map(
    ({ method, path }) => `${method} ${MOUNT}${path.replace(/:(\w+)/g, '{$1}')}`,
  );
  expect(operations.map(({ route }) => route).sort()).toEqual(served.sort());
  for (const { security } of operations) expect(security).toEqual([{ platform: [] }]);
  expect(await (await fetch(`${service.origin}/docs`)).text()).toContain('openapi/platform.json');
});

it.each<readonly [what: string, authorization: () => string | null]>([
  ['no credential', () => null],
  ['an empty header', () => ''],
  ['a scheme alone', () => 'Bearer'],
  ['a credential without a scheme', () => secrets.all],
  ['a credential by Basic', () => `Basic ${Buffer.from(`x:${secrets.all}`).toString('base64')}`],
  ['a part of a credential', () => `Bearer ${secrets.all.slice(0, -1)}`],
  ['the admin token', () => `Bearer ${ADMIN_TOKEN}`],
  ['a JWT', () => 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.'],
  ['an unknown platform credential', () => `Bearer rollcall_platform_${'A'.repeat(43)}`],
  ['an expired platform credential', () => `Bearer ${secrets.expired}`],
  ['a revoked platform credential', () => `Bearer ${secrets.revoked}`],
])('SEC-02 every route answers 401 to %s', async (_what, authorization) => {
  const client = new PlatformClient(service, authorization());
  for (const { method, path } of REQUESTS) {
    const answer = await client.send(method, concretePath(path, 'acme'));
    expect([method, path, answer.status]).toEqual([method, path, 401]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'www-authenticate': expect.stringMatching(/^Bearer /),
    });
  }
});

it.each(['feed', 'check', 'search'] as const)(
  'a credential with the scope %s opens its routes alone',
  async (own) => {
    const client = bearer(secrets[own]);
    for (const { method, path, access } of REQUESTS) {
      const { status } = await client.send(method, concretePath(path, 'acme'));
      expect([method, path, status === 403, status >= 500]).toEqual([
        method,
        path,
        access !== 'any' && access !== own,
        false,
      ]);
    }
  },
);

const OF_COMPANY = REQUESTS.filter(({ path }) => path.includes(':company'));

it.each([
  ['a platform credential of another company', () => secrets.ofBirch],
  ['a token of another company', () => tokens.birch],
])('TEN-02 %s is told that there is no such company, by each of its names', async (_what, secret) => {
  const client = bearer(secret());
  expect(OF_COMPANY.length).toBeGreaterThan(0);
  for (const { method, path } of OF_COMPANY) {
    for (const company of ['acme', ids.acme, 'nobody', '0000000000000fff', '%00', '..%2Facme', 'ACME']) {
      const { status, body } = await client.send(method, concretePath(path, company));
      expect([method, path, company, status]).toEqual([method, path, company, 404]);
      expect(body.detail).toMatch(/^There is no company /);
    }
  }
});

it.each([
  ['a platform credential for the company', () => secrets.ofAcme],
  ['one for all companies', () => secrets.all],
  ['a token of the company that may read', () => tokens.acme],
])('%s opens the company by slug and id', async (_what, secret) => {
  for (const named of ['acme', ids.acme]) {
    const { status, body } = await bearer(secret()).get(`/companies/${named}`);
    expect([status, body]).toEqual([200, { id: ids.acme, slug: 'acme', suspended: false }]);
  }
});

it('a token opens nothing where it may not read', async () => {
  for (const { method, path } of REQUESTS) {
    const { status } = await bearer(tokens.writer).send(method, concretePath(path, 'acme'));
    expect([method, path, status]).toEqual([method, path, 403]);
  }
});

it('a credential tells what it may read', async () => {
  expect((await bearer(secrets.ofAcme).get('/credential')).body).toEqual({
    id: expect.stringMatching(/^platform:\d+$/),
    name: 'of acme',
    scopes: ['feed', 'check', 'search'],
    companies: 1,
  });
  expect((await bearer(secrets.all).get('/credential')).body).toMatchObject({ companies: null });
  expect((await bearer(tokens.acme).get('/credential')).body).toMatchObject({ name: 'test', companies: 1 });
});

it('a company that comes later is open to a credential for all', async () => {
  await service.company('later');
  expect((await bearer(secrets.all).get('/companies/later')).status).toBe(200);
  expect((await bearer(secrets.ofAcme).get('/companies/later')).status).toBe(404);
});

it('a suspended company is open to platforms, and closed to its own tokens', async () => {
  const token = await (await service.company('paused')).token();
  await service.lifecycle.suspendCompany('paused');
  expect((await bearer(secrets.all).get('/companies/paused')).body).toMatchObject({ suspended: true });
  expect((await bearer(token).get('/companies/paused')).status).toBe(403);
});

it.each(SURFACES.map(({ surface }) => [surface.name, surface.mount]))(
  'SEC-02 a platform credential opens nothing on %s',
  async (_name, mount) => {
    const base = `${service.origin}/${mount.replace(/:\w+/, 'acme')}`;
    expect((await service.scim(secrets.all, base).get('/Users')).status).toBe(401);
  },
);

it('the use of a credential is noted, and a revocation ends it at once', async () => {
  const { id, secret } = await administration.platformCredentials.issue({
    name: 'noted',
    scopes: ['feed'],
    companies: null,
    expires: null,
  });
  expect((await bearer(secret).get('/credential')).status).toBe(200);
  await vi.waitFor(
    async () => {
      const { lastUsed, client } = await administration.platformCredentials.show(id);
      expect([lastUsed, client]).toEqual([expect.any(String), expect.stringContaining('axios')]);
    },
    { timeout: 20_000 },
  );
  await administration.platformCredentials.revoke(id);
  expect((await bearer(secret).get('/credential')).status).toBe(401);
});
