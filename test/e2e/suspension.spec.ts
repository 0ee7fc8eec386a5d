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
  await service.issuers.addIssuer(idp.registration('idp', { claim: 'tenant_id' }, 'rollcall'));
});
afterAll(async () => {
  await idp.close();
  await service.close();
});
afterEach(() => service.lifecycle.resumeCompany('acme'));

const baseOf = (mount: string, slug: string): string => `${service.origin}/${mount.replace(/:\w+/, slug)}`;
const statusOf = async (secret: string): Promise<number> =>
  (await service.scim(secret).get('/Groups')).status;

describe.each(SURFACES.map(({ surface }) => [surface.name, surface] as const))('%s', (_name, surface) => {
  const ask = (method: 'GET' | 'POST', secret = token, slug = 'acme'): Promise<ScimAnswer> => {
    const client = service.scim(secret, baseOf(surface.mount, slug));
    return method === 'GET' ? client.get('/Users') : client.post('/Users', {});
  };

  it('refuses reads and writes of a suspended company in its own form, and no other company', async () => {
    // What this surface answers for another 403, with another text.
    const readOnly = await service.tokens.issueToken('acme', {
      name: 'reader',
      dialect: 'lenient',
      scopes: ['scim:read'],
      expires: null,
    });
    const form = await ask('POST', readOnly.secret);
    await service.lifecycle.suspendCompany('acme');
    for (const answer of [await ask('GET'), await ask('POST')]) {
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('This company is suspended');
      expect(answer.headers['content-type']).toBe(form.headers['content-type']);
      expect(Object.keys(answer.body)).toEqual(Object.keys(form.body));
    }
    expect((await ask('GET', neighbour, 'birch')).status).toBe(200);
    await service.lifecycle.resumeCompany('acme');
    expect((await ask('GET')).status).toBe(200);
  });
});

it('refuses signed tokens of a suspended company, whether a claim or the issuer names it', async () => {
  await service.issuers.addIssuer(idp.registration('own', { slug: 'acme' }, 'acme'));
  const named = await idp.sign({ aud: 'rollcall', tenant_id: 'acme' });
  const own = await idp.sign({ aud: 'acme' });
  const other = await idp.sign({ aud: 'rollcall', tenant_id: 'birch' });
  expect(await Promise.all([named, own, other].map(statusOf))).toEqual([200, 200, 200]);
  await service.lifecycle.suspendCompany('acme');
  expect(await Promise.all([named, own, other].map(statusOf))).toEqual([403, 403, 200]);
});

it('tells an unknown token nothing of a suspension', async () => {
  await service.lifecycle.suspendCompany('acme');
  expect(await statusOf('unknown')).toBe(401);
  const { id, secret } = await service.tokens.issueToken('acme', {
    name: 'gone',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  expect(await statusOf(secret)).toBe(403);
  await service.tokens.revokeToken('acme', id);
  expect(await statusOf(secret)).toBe(401);
});

it('leaves out no request that begins after the suspension, however many are under way', async () => {
  const flood = async (): Promise<number[]> => {
    const statuses: number[] = [];
    for (let sent = 0; sent < 20; sent += 1) statuses.push(await statusOf(token));
    return statuses;
  };
  const under = Array.from({ length: 5 }, flood);
  await service.lifecycle.suspendCompany('acme');
  expect(await flood()).toEqual(Array<number>(20).fill(403));
  await Promise.all(under);
});

it('a deleted company is refused until it is brought back', async () => {
  await service.lifecycle.deleteCompany('acme', 30);
  expect(await statusOf(token)).toBe(403);
  await expect(service.lifecycle.resumeCompany('acme')).rejects.toThrow(/company restore acme/);
  await service.lifecycle.restoreCompany('acme');
  expect(await statusOf(token)).toBe(200);
  await service.lifecycle.suspendCompany('acme');
  await service.lifecycle.deleteCompany('acme', 30);
  await service.lifecycle.restoreCompany('acme');
  expect(await statusOf(token)).toBe(403);
});
