import pg from 'pg';
import { AdminApiModule } from '../../../src/admin-api/admin-api.module.js';
import { PERMISSION } from '../../../src/admin-api/access/decorators.js';
import { type PermissionName, PERMISSIONS, type Role } from '../../../src/admin-api/access/roles.js';
import { Administration } from '../../../src/administration/administration.js';
import { SURFACES } from '../../../src/app.module.js';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import {
  concretePath,
  type DeclaredRoute,
  declaredRoutes,
  requestsOf,
  servedRoutes,
} from '../../support/declared-routes.js';

const MOUNT = '/admin/v1';

let lines: string[] = [];
let service: TestApplication;
let administration: Administration;
let scimToken: string;
let platform: string;

/** The secrets of credentials of the admin API. */
const secrets = {
  operator: '',
  companyAdministrator: '',
  reader: '',
  neighbour: '',
  expired: '',
  /** Expired too, and used once alone: of one that is used often not each refusal is logged. */
  forgotten: '',
  revoked: '',
};

beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, LOG_LEVEL: 'info' },
    log: (line) => void lines.push(line),
  });
  administration = await Administration.open(service.database.url);
  scimToken = await (await service.company('acme')).token();
  await service.company('birch');
  const { adminCredentials, platformCredentials } = administration;
  const issue = async (name: string, ...scopes: string[]): Promise<string> =>
    (await adminCredentials.issue({ name, scopes, expires: null })).secret;
  secrets.operator = await issue('operator', 'admin:write');
  secrets.reader = await issue('reader', 'admin:read');
  secrets.companyAdministrator = await issue('of acme', 'admin:acme');
  secrets.neighbour = await issue('of birch', 'admin:birch');
  secrets.expired = await issue('expired', 'admin:write');
  secrets.forgotten = await issue('forgotten', 'admin:write');
  const revoked = await adminCredentials.issue({ name: 'revoked', scopes: ['admin:write'], expires: null });
  await adminCredentials.revoke(revoked.id);
  secrets.revoked = revoked.secret;
  const made = { name: 'feed', scopes: ['feed'] as const, companies: null, expires: null };
  platform = (await platformCredentials.issue(made)).secret;
  const admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  await admin.query(
    "UPDATE admin_credentials SET expires = now() - interval '1 s' WHERE name IN ('expired', 'forgotten')",
  );
  await admin.end();
});
afterAll(async () => {
  await administration.close();
  await service.close();
});

const ROUTES = declaredRoutes<PermissionName>(AdminApiModule, PERMISSION);
const REQUESTS = requestsOf(ROUTES);

/** Some requests at a time, so that the whole does not take long. */
async function sideBySide<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += 10) {
    await Promise.all(items.slice(start, start + 10).map(each));
  }
}

it('SEC-02 knows every route of the admin API that the router has', () => {
  const served = servedRoutes(service, MOUNT);
  expect(served.length).toBeGreaterThan(25);
  expect(ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(served.sort());
});

it('SEC-02 every route names a permission', () => {
  expect(ROUTES.filter(({ access }) => access === undefined)).toEqual([]);
});

const WRONG: readonly (readonly [what: string, authorization: () => string | null])[] = [
  ['no credential', () => null],
  ['an empty header', () => ''],
  ['a scheme alone', () => 'Bearer'],
  ['the admin token without a scheme', () => ADMIN_TOKEN],
  ['the admin token twice', () => `Bearer ${ADMIN_TOKEN} ${ADMIN_TOKEN}`],
  ['the admin token by Basic', () => `Basic ${Buffer.from(`x:${ADMIN_TOKEN}`).toString('base64')}`],
  ['a part of the admin token', () => `Bearer ${ADMIN_TOKEN.slice(0, -1)}`],
  ['a token of a company', () => `Bearer ${scimToken}`],
  ['a JWT', () => 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.'],
  ['an unknown admin credential', () => `Bearer rollcall_admin_${'A'.repeat(43)}`],
  ['an expired admin credential', () => `Bearer ${secrets.expired}`],
  ['a revoked admin credential', () => `Bearer ${secrets.revoked}`],
  ['a platform credential', () => `Bearer ${platform}`],
];

it.each(WRONG)('SEC-02 every route answers 401 to %s', async (_what, authorization) => {
  const client = new AdminClient(service, authorization());
  await sideBySide(REQUESTS, async ({ method, path }) => {
    const answer = await client.send(method, concretePath(path, 'acme'));
    expect([method, path, answer.status]).toEqual([method, path, 401]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'www-authenticate': expect.stringMatching(/^Bearer /),
    });
    expect(answer.body).toMatchObject({ type: 'about:blank', title: 'Unauthorized', status: 401 });
  });
});

const isOfCompany = ({ path }: DeclaredRoute<PermissionName>): boolean => path.includes(':company');
const may = (role: Role, { access }: DeclaredRoute<PermissionName>): boolean =>
  PERMISSIONS[access!].roles.includes(role);

describe.each(['operator', 'companyAdministrator', 'reader'] as const)(
  'SEC-02 a credential of %s',
  (role) => {
    it('does on each route what the table of roles says', async () => {
      const client = new AdminClient(service, `Bearer ${secrets[role]}`);
      // An operator would really delete the company.
      const company = role === 'operator' ? 'nobody' : 'acme';
      for (const route of REQUESTS) {
        const { method, path } = route;
        const { status, body } = await client.send(method, concretePath(path, company));
        const isRefused = status === 401 || status === 403;
        expect([method, path, isRefused, status >= 500]).toEqual([method, path, !may(role, route), false]);
        if (isRefused)
          expect(body).toMatchObject({ status: 403, detail: expect.stringContaining('may not') });
      }
    });
  },
);

it("TEN-02 another company's administrator is told that there is no such company, on each of its routes", async () => {
  const client = new AdminClient(service, `Bearer ${secrets.neighbour}`);
  const [acme, nobody] = [await administration.companies.showCompany('acme'), '0000000000000fff'];
  for (const route of REQUESTS.filter(isOfCompany)) {
    const { method, path } = route;
    await sideBySide(['acme', acme.id, nobody], async (company) => {
      const { status, body } = await client.send(method, concretePath(path, company));
      expect([method, path, status]).toEqual([method, path, 404]);
      expect(body.detail).toBe(`There is no company ${company}.`);
    });
  }
  expect((await client.get('/companies')).body.items).toEqual([expect.objectContaining({ slug: 'birch' })]);
  expect(await administration.companies.showCompany('acme')).toEqual(acme);
});

it.each(SURFACES.map(({ surface }) => [surface.name, surface.mount]))(
  'SEC-02 what opens the admin API opens nothing on %s',
  async (_name, mount) => {
    const base = `${service.origin}/${mount.replace(/:\w+/, 'acme')}`;
    for (const secret of [ADMIN_TOKEN, secrets.operator, secrets.companyAdministrator, platform]) {
      expect((await service.scim(secret, base).get('/Users')).status).toBe(401);
    }
  },
);

it('a role that is bound to no company goes beside one that is', async () => {
  const { secret } = await administration.adminCredentials.issue({
    name: 'both',
    scopes: ['admin:read', 'admin:acme'],
    expires: null,
  });
  const client = new AdminClient(service, `Bearer ${secret}`);
  expect((await client.get('/companies/birch')).status).toBe(200);
  expect((await client.patch('/companies/birch', { name: 'B' })).status).toBe(403);
  expect((await client.patch('/companies/acme', { name: 'A' })).status).toBe(200);
  expect((await client.get('/self')).body).toMatchObject({
    name: 'both',
    roles: ['reader', 'companyAdministrator'],
    companies: [{ slug: 'acme' }],
  });
});

it('a company that is removed and made anew is another one for its administrator', async () => {
  await service.company('cedar');
  const { secret, scopes } = await administration.adminCredentials.issue({
    name: 'of cedar',
    scopes: ['admin:cedar'],
    expires: null,
  });
  expect(scopes).toEqual(['admin:cedar']);
  const client = new AdminClient(service, `Bearer ${secret}`);
  expect((await client.get('/companies/cedar')).status).toBe(200);
  await service.lifecycle.deleteCompany('cedar', 0);
  await service.purge.purgeCompany('cedar');
  await service.company('cedar');
  expect((await client.get('/companies/cedar')).status).toBe(404);
  expect((await client.get('/companies')).status).toBe(403);
});

it('the log tells who called for what, and whose an expired credential was, and no secret', async () => {
  lines = [];
  const caller = new AdminClient(service, `Bearer ${secrets.operator}`);
  await caller.post('/companies', { slug: 'logged' });
  for (const call of ['pause', 'unpause']) await caller.post(`/companies/logged/${call}`, {});
  await new AdminClient(service, `Bearer ${secrets.forgotten}`).get('/companies');
  await expect.poll(() => lines.join('')).toContain('"credential":"forgotten"');
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged).toContainEqual(
    expect.objectContaining({
      credential: 'operator',
      surface: 'admin',
      operation: 'createCompany',
      status: 201,
    }),
  );
  const operations = logged.map(({ operation }) => operation);
  expect(operations.slice(1, 3)).toEqual(['pauseCompany', 'unpauseCompany']);
  expect(logged).toContainEqual(
    expect.objectContaining({ credential: 'forgotten', reason: 'expired', status: 401 }),
  );
  expect(lines.join('')).not.toMatch(new RegExp(`${ADMIN_TOKEN}|rollcall_admin`));
});
