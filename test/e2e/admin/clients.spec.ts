import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { JwtIssuer } from '../../support/jwt-issuer.js';

const PATH = '/companies/acme/clients';
const TENANT = '11111111-2222-3333-4444-555555555555';
const OF_ENTRA = { tenant: TENANT, subject: 'sync', audiences: ['api://rollcall'] };

let service: TestApplication;
let admin: AdminClient;
let company: AdminClient;
const lines: string[] = [];

beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, ADMIN_JWKS_HOSTS: 'idp.example', LOG_LEVEL: 'info' },
    log: (line) => void lines.push(line),
  });
  admin = new AdminClient(service);
  for (const slug of ['acme', 'birch']) await service.company(slug);
  const { body } = await admin.post('/admin-credentials', { name: 'of acme', scopes: ['admin:acme'] });
  company = new AdminClient(service, `Bearer ${body.secret}`);
});
afterAll(() => service.close());

/** Asks for a token. */
async function tokenOf(id: string, secret: string): Promise<{ status: number; token: string }> {
  const answer = await fetch(`${service.origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret }),
  });
  const { access_token: token = '' } = (await answer.json()) as { access_token?: string };
  return { status: answer.status, token };
}

const statusOf = async (token: string): Promise<number> => (await service.scim(token).get('/Groups')).status;
const create = async (body: object = { name: 'Entra ID' }): Promise<{ id: string; secret: string }> =>
  (await company.post(PATH, body)).body as { id: string; secret: string };
const inDays = (days: number): RegExp =>
  new RegExp(`^${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T`);

describe('OAuth clients', () => {
  it('are made with a secret that is shown once, and that opens the company', async () => {
    const created = await company.post(PATH, {
      name: 'Entra ID',
      scopes: ['scim:read'],
      secretExpires: '2027-01-31',
    });
    expect(created).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        id: expect.stringMatching(/^client_/),
        name: 'Entra ID',
        dialect: 'lenient',
        scopes: ['scim:read'],
        disabled: null,
        secret: expect.stringMatching(/^rollcall_secret_/),
        secrets: [{ expires: '2027-01-31T00:00:00.000Z', revoked: null }],
        federatedCredentials: [],
      },
    });
    const { id, secret, ...shown } = created.body;
    expect((await company.get(`${PATH}/${id}`)).body).toEqual({ id, ...shown });
    const { status, token } = await tokenOf(id, secret);
    expect([status, await statusOf(token)]).toEqual([200, 200]);
    expect((await company.get(PATH)).body.items[0].id).toBe(id);
  });

  it('are made without a secret where null is said', async () => {
    const { body } = await company.post(PATH, { name: 'federated', secretExpires: null });
    expect(body).toMatchObject({ secret: null, secrets: [] });
  });

  it('are listed part by part, in the order in which they were made', async () => {
    await service.company('many');
    const path = '/companies/many/clients';
    const made: string[] = [];
    for (const name of ['a', 'b', 'c']) made.push((await admin.post(path, { name })).body.id);
    const { id } = (await admin.get('/companies/many')).body;
    const first = (await admin.get(`/companies/${id}/clients?count=2`)).body;
    // What a part ended with may be gone when the next one is asked for.
    expect((await admin.delete(`${path}/${made[1]}`)).status).toBe(204);
    const rest = (await admin.get(`${path}?count=2&cursor=${first.next}`)).body;
    expect([...first.items, ...rest.items].map((each: { id: string }) => each.id)).toEqual(made);
    expect(rest.next).toBe(null);
    for (const cursor of ['YWJj', 'x', Buffer.from('9'.repeat(13)).toString('base64url')]) {
      expect((await admin.get(`${path}?cursor=${cursor}`)).body.errors).toMatchObject([
        { parameter: 'cursor' },
      ]);
    }
  });

  it('have secrets that are added, rotated and revoked', async () => {
    const { id, secret } = await create();
    const added = await company.post(`${PATH}/${id}/secrets`, {});
    expect(added).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        expires: expect.stringMatching(inDays(365)),
        secret: expect.stringMatching(/^rollcall_secret_/),
      },
    });
    const { token } = await tokenOf(id, added.body.secret);
    const rotated = await company.post(`${PATH}/${id}/rotate`, { overlapDays: 3, expires: '2028-01-31' });
    expect(rotated).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        issued: { expires: '2028-01-31T00:00:00.000Z', secret: expect.stringMatching(/^rollcall_secret_/) },
        client: {
          secrets: [
            { expires: expect.stringMatching(inDays(3)) },
            { id: added.body.id, expires: expect.stringMatching(inDays(3)) },
            { expires: '2028-01-31T00:00:00.000Z' },
          ],
        },
      },
    });
    for (const each of [secret, added.body.secret, rotated.body.issued.secret]) {
      expect((await tokenOf(id, each)).status).toBe(200);
    }
    const revoked = await company.delete(`${PATH}/${id}/secrets/${added.body.id}`);
    expect(revoked).toMatchObject({ status: 200, body: { id: added.body.id, revoked: expect.any(String) } });
    expect([(await tokenOf(id, added.body.secret)).status, await statusOf(token)]).toEqual([401, 401]);
    const shown = JSON.stringify([
      (await company.get(PATH)).body,
      (await company.get(`${PATH}/${id}`)).body,
      revoked.body,
    ]);
    expect(shown + lines.join('')).not.toMatch(/rollcall_secret_/);
  });

  it('are disabled with their tokens, enabled and removed', async () => {
    const { id, secret } = await create();
    const { token } = await tokenOf(id, secret);
    expect((await company.post(`${PATH}/${id}/disable`)).body.disabled).toEqual(expect.any(String));
    // RFC 6749 §5.2: unauthorized_client.
    expect([(await tokenOf(id, secret)).status, await statusOf(token)]).toEqual([400, 401]);
    expect((await company.post(`${PATH}/${id}/enable`)).body.disabled).toBe(null);
    expect((await tokenOf(id, secret)).status).toBe(200);
    expect(await company.delete(`${PATH}/${id}`)).toMatchObject({ status: 204, body: '' });
    expect((await company.get(`${PATH}/${id}`)).status).toBe(404);
    expect((await tokenOf(id, secret)).status).toBe(401);
  });

  it('have twenty secrets in force at most', async () => {
    const { id } = await create();
    for (let count = 1; count < 20; count += 1) {
      expect((await company.post(`${PATH}/${id}/secrets`)).status).toBe(201);
    }
    const refused = await company.post(`${PATH}/${id}/secrets`);
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('20 secrets in force') },
    });
    expect((await company.post(`${PATH}/${id}/rotate`, { overlapDays: 0 })).status).toBe(201);
    expect((await company.post(`${PATH}/${id}/secrets`)).status).toBe(201);
  });

  it('of another company are not there, whatever the company in the path', async () => {
    const { body: other } = await admin.post('/companies/birch/clients', { name: 'of birch' });
    const [{ id: secretId }] = other.secrets;
    for (const id of [other.id, 'x', '%00', 'client_'.padEnd(3000, 'x')]) {
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', ''],
        ['POST', '/disable'],
        ['POST', '/enable'],
        ['POST', '/secrets'],
        ['POST', '/rotate'],
        ['DELETE', `/secrets/${secretId}`],
        ['GET', '/federated-credentials'],
        ['DELETE', '/federated-credentials/1'],
      ] as const) {
        const { status, body } = await company.send(method, `${PATH}/${id}${path}`);
        expect([method, path, status, body.detail.length < 100]).toEqual([method, path, 404, true]);
      }
    }
    const own = await create();
    for (const id of [secretId, 'x', '%00', '0', '9'.repeat(30)]) {
      expect((await company.delete(`${PATH}/${own.id}/secrets/${id}`)).status).toBe(404);
      expect((await company.delete(`${PATH}/${own.id}/federated-credentials/${id}`)).status).toBe(404);
    }
    expect((await tokenOf(other.id, other.secret)).status).toBe(200);
  });

  it.each([
    ['', {}, '#/name'],
    ['', { name: 'x', scopes: ['admin:write'] }, '#/scopes'],
    ['', { name: 'x', dialect: 'loose' }, '#/dialect'],
    ['', { name: 'x', secretExpires: '2020-01-01' }, '#/secretExpires'],
    ['', { name: 'x', expires: '2027-01-01' }, '#/expires'],
    ['/{id}/secrets', { expires: null }, '#/expires'],
    ['/{id}/secrets', { expires: 'soon' }, '#/expires'],
    ['/{id}/rotate', { expires: null }, '#/expires'],
    ['/{id}/rotate', { overlapDays: -1 }, '#/overlapDays'],
    ['/{id}/federated-credentials', { ...OF_ENTRA, tenant: 'contoso' }, '#/tenant'],
    ['/{id}/federated-credentials', { ...OF_ENTRA, audiences: ['a b'] }, '#/audiences'],
    ['/{id}/federated-credentials', { ...OF_ENTRA, audiences: [] }, '#/audiences'],
    ['/{id}/federated-credentials', { ...OF_ENTRA, audiences: [null] }, '#/audiences'],
    ['/{id}/federated-credentials', { ...OF_ENTRA, subject: 7 }, '#/subject'],
    ['/{id}/federated-credentials', { tenant: TENANT }, '#/subject'],
    ['/{id}/federated-credentials', { subject: 'x', audiences: ['x'] }, '#/issuer'],
    ['/{id}/federated-credentials', { ...OF_ENTRA, issuer: 'https://idp.example/' }, '#/jwksUrl'],
    ['/{id}/federated-credentials', {}, '#/jwksUrl'],
  ])('are not changed by POST %s %j', async (path, body, pointer) => {
    const { id } = await create();
    const refused = await admin.post(PATH + path.replace('{id}', id), body);
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it.each([
    ['', { name: 'x', secretExpires: '2099-01-01' }, /three years/],
    ['/{id}/secrets', { expires: '2099-01-01' }, /three years/],
    [
      '/{id}/federated-credentials',
      {
        ...OF_ENTRA,
        tenant: undefined,
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        jwksUrl: 'https://idp.example/',
      },
      /needs the tenant id/,
    ],
    ['/{id}/federated-credentials', { jwksUrl: 'http://idp.example/keys' }, /no URL for keys/],
    ['/{id}/federated-credentials', { jwks: { keys: [] } }, /no signing key/],
  ])('are refused POST %s %j', async (path, body, detail) => {
    const { id } = await create();
    const refused = await admin.post(PATH + path.replace('{id}', id), body);
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } });
  });
});

describe('federated credentials', () => {
  it('of Entra ID need its tenant alone; they are listed and removed', async () => {
    const { id } = await create();
    const path = `${PATH}/${id}/federated-credentials`;
    const added = await admin.post(path, { ...OF_ENTRA, tenant: TENANT.toUpperCase() });
    expect(added).toMatchObject({
      status: 201,
      body: {
        ...OF_ENTRA,
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        jwksUrl: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
        keyIds: null,
      },
    });
    const other = await admin.post(path, { ...OF_ENTRA, audiences: ['other'] });
    const first = (await company.get(`${path}?count=1`)).body;
    expect(first).toMatchObject({ items: [added.body], next: expect.any(String) });
    expect((await company.get(`${path}?cursor=${first.next}`)).body).toEqual({
      items: [other.body],
      next: null,
    });
    expect((await company.delete(`${path}/${added.body.id}`)).status).toBe(204);
    expect((await company.get(path)).body.items).toEqual([other.body]);
  });

  it('of the client itself are keys alone', async () => {
    const idp = await JwtIssuer.start('https://idp.example/', 'RS256');
    const { keys } = idp.registration('x', { slug: 'acme' }, 'acme') as { keys: { url: string } };
    const jwks = (await (await fetch(keys.url)).json()) as object;
    await idp.close();
    const { id } = await create();
    const added = await company.post(`${PATH}/${id}/federated-credentials`, { jwks });
    expect(added).toMatchObject({
      status: 201,
      body: {
        issuer: null,
        subject: null,
        tenant: null,
        audiences: [],
        jwksUrl: null,
        keyIds: [expect.any(String)],
      },
    });
  });

  it('of a company administrator have their keys fetched from hosts that the operator has allowed', async () => {
    const { id } = await create();
    const path = `${PATH}/${id}/federated-credentials`;
    const claims = { issuer: 'https://idp.example/', subject: 'sync', audiences: ['rollcall'] };
    expect((await company.post(path, { ...claims, jwksUrl: 'https://idp.example/keys' })).status).toBe(201);
    for (const [body, pointer] of [
      [{ ...claims, jwksUrl: 'https://evil.example/keys' }, '#/jwksUrl'],
      [{ ...claims, jwksUrl: 'https://idp.example:8443/keys' }, '#/jwksUrl'],
      [{ jwksUrl: 'http://127.0.0.1/keys' }, '#/jwksUrl'],
      [OF_ENTRA, '#/tenant'],
    ] as const) {
      const refused = await company.post(path, body);
      expect([refused.status, refused.body.errors]).toEqual([403, [expect.objectContaining({ pointer })]]);
    }
    expect((await admin.post(path, { ...claims, jwksUrl: 'https://elsewhere.example/keys' })).status).toBe(
      201,
    );
    const own = await admin.post(path, { ...claims, jwksUrl: 'http://127.0.0.1/keys' });
    expect(own).toMatchObject({ status: 403, body: { detail: expect.stringContaining('command line') } });
  });

  it('are twenty at most', async () => {
    const { id } = await create();
    const path = `${PATH}/${id}/federated-credentials`;
    for (let count = 0; count < 20; count += 1) expect((await admin.post(path, OF_ENTRA)).status).toBe(201);
    expect((await admin.post(path, OF_ENTRA)).status).toBe(409);
  });
});
