import pg from 'pg';
import { SURFACES } from '../../src/app.module.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { JwtIssuer } from '../support/jwt-issuer.js';
import { type ScimAnswer } from '../support/scim-client.js';

let service: TestApplication;
let idp: JwtIssuer;
let token: string;
let neighbour: string;

beforeAll(async () => {
  service = await startTestApplication();
  token = await (await service.company('acme')).token();
  neighbour = await (await service.company('birch')).token();
  idp = await JwtIssuer.start('https://idp.example/', 'RS256');
});
afterAll(async () => {
  await idp.close();
  await service.close();
});
afterEach(() => service.lifecycle.unpauseCompany('acme'));

const client = (mount: string, secret = token, slug = 'acme'): ReturnType<TestApplication['scim']> =>
  service.scim(secret, `${service.origin}/${mount.replace(/:\w+/, slug)}`);

describe.each(SURFACES.map(({ surface }) => [surface.name, surface] as const))('%s', (_name, surface) => {
  it('refuses the writes of a paused company in its own form, and serves its reads', async () => {
    const form = await client(surface.mount).get('/Users/0000000000000001');
    await service.lifecycle.pauseCompany('acme', 30);
    const refused = await client(surface.mount).post('/Users', { userName: 'ada' });
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'rollcall-reason': 'paused',
      'content-type': form.headers['content-type'],
    });
    const left = Number(refused.headers['retry-after']);
    expect(left).toBeGreaterThan(29 * 60);
    expect(left).toBeLessThanOrEqual(30 * 60);
    expect(refused.text).toContain('This company is paused');
    expect(Object.keys(refused.body)).toEqual(Object.keys(form.body));
    expect((await client(surface.mount).get('/Users')).status).toBe(200);
    expect((await client(surface.mount, neighbour, 'birch').get('/Users')).status).toBe(200);
    await service.lifecycle.unpauseCompany('acme');
    const { status } = await client(surface.mount).post('/Users', {});
    expect(status).not.toBe(429);
  });
});

const write = (secret: string): Promise<ScimAnswer> => service.scim(secret).delete('/Users/0000000000000001');

it('refuses Bulk jobs and serves searches of a paused company', async () => {
  await service.lifecycle.pauseCompany('acme', 30);
  expect((await service.scim(token).post('/Bulk', {})).status).toBe(429);
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] };
  expect((await service.scim(token).post('/Users/.search', search)).status).toBe(200);
});

it('holds for signed tokens, whether a claim or the issuer names the company', async () => {
  await service.issuers.addIssuer(idp.registration('claim', { claim: 'tenant_id' }, 'rollcall'));
  await service.issuers.addIssuer(idp.registration('own', { slug: 'acme' }, 'acme'));
  const signed = [await idp.sign({ aud: 'rollcall', tenant_id: 'acme' }), await idp.sign({ aud: 'acme' })];
  const statuses = async (): Promise<number[]> =>
    Promise.all(signed.map(async (secret) => (await write(secret)).status));
  expect(await statuses()).toEqual([404, 404]);
  await service.lifecycle.pauseCompany('acme', 30);
  expect(await statuses()).toEqual([429, 429]);
});

it('ends by itself', async () => {
  await service.lifecycle.pauseCompany('acme', 1);
  const admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  await admin.query("UPDATE companies SET paused_until = now() - interval '1 second'");
  await admin.end();
  expect((await write(token)).status).toBe(404);
  expect(await service.administration.showCompany('acme')).toMatchObject({
    state: 'active',
    pausedUntil: null,
    movedTo: null,
  });
});

it('lasts a day at most, and is nothing for a company that serves nothing', async () => {
  for (const minutes of [0, 1.5, 24 * 60 + 1]) {
    await expect(service.lifecycle.pauseCompany('acme', minutes)).rejects.toThrow('from 1 to 1440');
  }
  await service.lifecycle.suspendCompany('birch');
  await expect(service.lifecycle.pauseCompany('birch', 30)).rejects.toThrow('birch is suspended');
});

it('tells nobody without the scope to write', async () => {
  await service.lifecycle.pauseCompany('acme', 30);
  const reader = await service.tokens.issueToken('acme', {
    name: 'reader',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  expect((await write(reader.secret)).status).toBe(403);
  expect((await write('unknown')).status).toBe(401);
});
