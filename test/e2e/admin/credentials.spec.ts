import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { JwtIssuer } from '../../support/jwt-issuer.js';

let service: TestApplication;
let admin: AdminClient;
let company: AdminClient;

beforeAll(async () => {
  service = await startTestApplication({
    settings: { ADMIN_TOKEN, ADMIN_JWKS_HOSTS: 'idp.example, keys.example' },
  });
  admin = new AdminClient(service);
  await service.company('acme');
  await service.company('birch');
  const { body } = await admin.post('/admin-credentials', { name: 'of acme', scopes: ['admin:acme'] });
  company = new AdminClient(service, `Bearer ${body.secret}`);
});
afterAll(() => service.close());

const statusOf = async (secret: string): Promise<number> =>
  (await service.scim(secret).get('/Groups')).status;
const inDays = (days: number): RegExp =>
  new RegExp(`^${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T`);

describe('tokens', () => {
  it('are issued, listed, changed, renewed and revoked', async () => {
    const issued = await company.post('/companies/acme/tokens', { name: 'Entra ID' });
    expect(issued).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        name: 'Entra ID',
        dialect: 'lenient',
        scopes: ['scim:read', 'scim:write'],
        daysLeft: 365,
        user: null,
      },
    });
    const { id, secret, ...shown } = issued.body;
    expect(await statusOf(secret)).toBe(200);
    expect((await company.get(`/companies/acme/tokens/${id}`)).body).toMatchObject({ id, name: shown.name });
    const changed = await company.patch(`/companies/acme/tokens/${id}`, {
      name: 'Okta',
      expires: '2099-01-31',
    });
    expect(changed.body).toMatchObject({ name: 'Okta', expires: '2099-01-31T00:00:00.000Z' });
    const renewed = await company.post(`/companies/acme/tokens/${id}/renew`, { overlapDays: 3 });
    expect(renewed.status).toBe(201);
    expect(renewed.body).toMatchObject({
      issued: { name: 'Okta', secret: expect.stringMatching(/^rollcall_/) },
      old: { id, expires: expect.stringMatching(inDays(3)) },
    });
    expect(await statusOf(renewed.body.issued.secret)).toBe(200);
    const revoked = await company.post(`/companies/acme/tokens/${id}/revoke`);
    expect(revoked.body).toMatchObject({ id, revoked: expect.any(String) });
    expect(await statusOf(secret)).toBe(401);
    expect((await company.post(`/companies/acme/tokens/${id}/renew`)).status).toBe(409);
    const listed = await company.get('/companies/acme/tokens?count=1');
    expect(listed.body).toMatchObject({ items: [{ id }], next: expect.any(String) });
    const rest = await company.get(`/companies/acme/tokens?cursor=${listed.body.next}`);
    expect(rest.body).toMatchObject({ items: [{ id: renewed.body.issued.id }], next: null });
    expect(JSON.stringify([listed.body, rest.body])).not.toContain('rollcall_');
  });

  it('of another company are not there, whatever the company in the path', async () => {
    const { body } = await admin.post('/companies/birch/tokens', { name: 'of birch' });
    for (const path of [body.id, 'x', '9'.repeat(30), '0', '%00']) {
      expect((await company.get(`/companies/acme/tokens/${path}`)).status).toBe(404);
      expect((await company.post(`/companies/acme/tokens/${path}/revoke`)).status).toBe(404);
    }
    expect(await statusOf(body.secret)).toBe(200);
  });

  it.each(['YWJj', 'MA', 'OTk5OTk5OTk5OTk5OTk5OTk5OTk5'])('are not listed behind %s', async (cursor) => {
    for (const path of ['/companies/acme/tokens', '/companies/acme/issuers', '/companies/acme/erasures']) {
      const { status, body } = await company.get(`${path}?cursor=${cursor}`);
      expect([path, status, body.errors]).toEqual([
        path,
        400,
        [expect.objectContaining({ parameter: 'cursor' })],
      ]);
    }
    for (const path of ['/admin-credentials', '/platform-credentials', '/issuers']) {
      expect((await admin.get(`${path}?cursor=${cursor}`)).status).toBe(400);
    }
  });

  it.each([
    [{}, '#/name'],
    [{ name: 'a\nb' }, '#/name'],
    [{ name: 'x', scopes: ['admin:write'] }, '#/scopes'],
    [{ name: 'x', scopes: [] }, '#/scopes'],
    [{ name: 'x', dialect: 'loose' }, '#/dialect'],
    [{ name: 'x', expires: '2020-01-01' }, '#/expires'],
    [{ name: 'x', expires: '2030-02-30' }, '#/expires'],
    [{ name: 'x', expires: '2099-01-31T00:00:00+02:00' }, '#/expires'],
    [{ name: 'x', expires: 4_070_908_800 }, '#/expires'],
    [{ name: 'x', expires: '9999-01-01' }, '#/expires'],
    [{ name: 'x', hash: 'x' }, '#/hash'],
    [{ name: 'x', user: 7 }, '#/user'],
  ])('are not issued for %j', async (token, pointer) => {
    const { status, body } = await company.post('/companies/acme/tokens', token);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('may live for ever, and stand for a user', async () => {
    const client = await (await service.company('users')).client();
    await client.post('/Users', { userName: 'ada' });
    const { body } = await admin.post('/companies/users/tokens', { name: 'ada', expires: null, user: 'ADA' });
    expect(body).toMatchObject({
      expires: null,
      daysLeft: null,
      user: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const unknown = await admin.post('/companies/users/tokens', { name: 'x', user: 'bob' });
    expect(unknown).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('no user "bob"') },
    });
  });
});

describe('token issuers', () => {
  it('are added with keys that are kept here, and removed', async () => {
    const idp = await JwtIssuer.start('https://idp.example/', 'RS256');
    const { keys } = idp.registration('x', { slug: 'acme' }, 'acme') as { keys: { url: string } };
    const jwks = (await (await fetch(keys.url)).json()) as object;
    const issuer = { issuer: 'https://idp.example/', audience: 'acme' };
    const added = await company.post('/companies/acme/issuers', { ...issuer, jwks });
    expect(added).toMatchObject({
      status: 201,
      body: { company: 'acme', name: issuer.issuer, jwksUrl: null },
    });
    const token = await idp.sign({ aud: 'acme' });
    expect(await statusOf(token)).toBe(200);
    const again = await company.post('/companies/acme/issuers', { ...issuer, jwks });
    expect(again).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('registered for audience acme') },
    });
    expect((await company.get('/companies/acme/issuers')).body.items).toEqual([added.body]);
    expect((await admin.post(`/companies/birch/issuers/${added.body.id}/remove`)).status).toBe(404);
    expect((await company.post(`/companies/acme/issuers/${added.body.id}/remove`)).body).toMatchObject({
      revoked: expect.any(String),
    });
    expect(await statusOf(token)).toBe(401);
    await idp.close();
  });

  it('of a company administrator have their keys fetched from hosts that the operator has allowed', async () => {
    const add = (client: AdminClient, jwksUrl: string): Promise<number> =>
      client
        .post('/companies/acme/issuers', { issuer: jwksUrl, audience: 'hosts', jwksUrl })
        .then(({ status }) => status);
    expect(await add(company, 'https://KEYS.example/a')).toBe(201);
    for (const url of [
      'https://evil.example/',
      'https://idp.example:8443/',
      'https://idp.example.evil/',
      'nonsense',
    ]) {
      expect([url, await add(company, url)]).toEqual([url, 403]);
    }
    expect(await add(company, 'http://idp.example/')).toBe(400);
    expect(await add(admin, 'https://elsewhere.example/')).toBe(201);
  });

  it('are twenty of a company at most, so that what names one of them stays cheap to look up', async () => {
    const add = (audience: string): Promise<number> =>
      company
        .post('/companies/acme/issuers', {
          issuer: 'https://many.example/',
          audience,
          jwksUrl: 'https://keys.example/',
        })
        .then(({ status }) => status);
    const inForce = async (): Promise<{ id: string }[]> => {
      const { items } = (await company.get('/companies/acme/issuers?count=200')).body;
      return (items as { id: string; revoked: string | null }[]).filter(({ revoked }) => revoked === null);
    };
    const before = (await inForce()).length;
    for (let count = before; count < 20; count += 1) expect(await add(`aud-${count}`)).toBe(201);
    expect(await add('one-more')).toBe(409);
    const [first] = await inForce();
    await company.post(`/companies/acme/issuers/${first?.id}/remove`);
    const answers = await Promise.all(['one-more', 'and-another'].map(add));
    expect(answers.sort()).toEqual([201, 409]);
    expect(await inForce()).toHaveLength(20);
  });

  it('for all companies are the affair of operators', async () => {
    const added = await admin.post('/issuers', {
      issuer: 'https://all.example/',
      audience: 'all',
      jwksUrl: 'https://all.example/keys',
      companyClaim: 'tenant_id',
    });
    expect(added).toMatchObject({ status: 201, body: { company: null, companyClaim: 'tenant_id' } });
    expect((await admin.get('/issuers')).body.items).toContainEqual(added.body);
    expect((await admin.post(`/issuers/${added.body.id}/remove`)).body.revoked).toEqual(expect.any(String));
  });

  it.each([
    [{ jwks: {}, jwksUrl: 'https://idp.example/' }, /either fetched or kept/],
    [{}, /either fetched or kept/],
    [{ jwks: { keys: [] } }, /no signing key/],
    [{ jwks: [] }, /object/],
  ])('are not added with %j', async (keys, detail) => {
    const refused = await company.post('/companies/acme/issuers', { issuer: 'i', audience: 'a', ...keys });
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } });
  });
});

describe('admin credentials', () => {
  it('are issued, used, listed and revoked', async () => {
    const issued = await admin.post('/admin-credentials', {
      name: 'console',
      scopes: ['admin:read', 'admin:birch'],
    });
    expect(issued).toMatchObject({
      status: 201,
      body: {
        scopes: ['admin:read', 'admin:birch'],
        companies: [{ slug: 'birch' }],
        daysLeft: 365,
        lastUsed: null,
        secret: expect.stringMatching(/^rollcall_admin_[\w-]{43}$/),
      },
    });
    const { id, secret } = issued.body;
    const client = new AdminClient(service, `bearer  ${secret}`);
    expect((await client.get('/self', { 'User-Agent': `console ${'of ours '.repeat(30)}` })).body.name).toBe(
      'console',
    );
    const shown = await admin.get(`/admin-credentials/${id}`);
    expect(shown.body).toMatchObject({
      lastUsed: expect.any(String),
      client: expect.stringMatching(/^console of ours/),
    });
    expect(JSON.stringify((await admin.get('/admin-credentials')).body)).not.toContain(secret);
    expect((await admin.post(`/admin-credentials/${id}/revoke`)).body.revoked).toEqual(expect.any(String));
    expect((await client.get('/self')).status).toBe(401);
  });

  it.each([
    [[], /at least one/],
    [['admin'], /admin:read/],
    [['scim:read'], /admin:read/],
    [['admin:'], /admin:read/],
  ])('are not issued with scopes %j', async (scopes, detail) => {
    const refused = await admin.post('/admin-credentials', { name: 'x', scopes });
    expect(refused).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } });
  });

  it('of unknown companies are not issued, and leave no trace', async () => {
    const before = (await admin.get('/admin-credentials?count=200')).body.items.length;
    expect((await admin.post('/admin-credentials', { name: 'x', scopes: ['admin:nobody'] })).status).toBe(
      404,
    );
    expect((await admin.get('/admin-credentials?count=200')).body.items).toHaveLength(before);
  });

  it('name a company by its id where its slug means something else', async () => {
    await service.company('write');
    const { body: read } = await admin.get('/companies/write');
    const { body } = await admin.post('/admin-credentials', { name: 'x', scopes: [`admin:${read.id}`] });
    expect(body).toMatchObject({ scopes: [`admin:${read.id}`], companies: [{ slug: 'write' }] });
    expect((await new AdminClient(service, `Bearer ${body.secret}`).get('/companies/acme')).status).toBe(404);
  });
});

describe('platform credentials', () => {
  it('are issued for some companies or for all, listed and revoked', async () => {
    const some = await admin.post('/platform-credentials', {
      name: 'sync',
      scopes: ['feed', 'check'],
      companies: ['birch', 'acme', 'acme'],
    });
    expect(some).toMatchObject({
      status: 201,
      body: {
        scopes: ['feed', 'check'],
        companies: [{ slug: 'acme' }, { slug: 'birch' }],
        secret: expect.stringMatching(/^rollcall_platform_/),
      },
    });
    const all = await admin.post('/platform-credentials', {
      name: 'all',
      scopes: ['search'],
      companies: null,
    });
    expect(all.body).toMatchObject({ companies: null });
    const { items } = (await admin.get('/platform-credentials')).body;
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['sync', 'all']);
    expect((await admin.post(`/platform-credentials/${some.body.id}/revoke`)).body.revoked).toEqual(
      expect.any(String),
    );
    expect((await admin.get(`/platform-credentials/${some.body.id}`)).body.revoked).toEqual(
      expect.any(String),
    );
  });

  it.each([
    [{ scopes: ['feed'] }, '#/companies'],
    [{ scopes: ['feed'], companies: [] }, '#/companies'],
    [{ scopes: ['scim:read'], companies: null }, '#/scopes'],
  ])('are not issued for %j', async (credential, pointer) => {
    const { status, body } = await admin.post('/platform-credentials', { name: 'x', ...credential });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});
