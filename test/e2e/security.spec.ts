import { vi } from 'vitest';
import { AccessTokensStore } from '../../src/access/access-tokens.store.js';
import { UnavailableError } from '../../src/protocol/error/unavailable.error.js';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';
import { dumpDatabase } from '../support/database-dump.js';
import { type Headers, type ScimAnswer, type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const JSON_TYPE = { 'Content-Type': 'application/scim+json' };

let service: TestApplication;
let company: TestCompany;
let token: string;
let client: ScimClient;
let anonymous: ScimClient;
let user: string;

beforeAll(async () => {
  service = await startTestApplication({ settings: { BODY_LIMIT: '64KiB' } });
  company = await service.company('acme');
  token = await company.token();
  client = service.scim(token);
  anonymous = service.scim();
  user = (await client.post('/Users', { schemas: [USER], userName: 'ada' })).body.id as string;
});
afterAll(() => service.close());

const get = (headers: Headers, path = '/Users'): Promise<ScimAnswer> =>
  anonymous.send({ method: 'GET', path, headers });

function expectUnauthorized(answer: ScimAnswer): void {
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="/);
  expect(answer.body).toEqual({
    schemas: [ERROR],
    status: '401',
    detail: expect.stringMatching(/Authorization header|bearer token/),
  });
  expect(answer.text).not.toContain('ada');
}

describe('who is calling', () => {
  it.each<[string, Headers]>([
    ['nothing', {}],
    ['an empty header', { Authorization: '' }],
    ['a scheme alone', { Authorization: 'Bearer' }],
    ['a scheme and a blank', { Authorization: 'Bearer ' }],
    ['no scheme', { Authorization: 'non-token' }],
    ['Basic', { Authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}` }],
    ['an unknown token', { Authorization: 'Bearer rollcall_0000' }],
    ['a token of 9,000 characters', { Authorization: `Bearer ${'x'.repeat(9000)}` }],
    ['SQL', { Authorization: `Bearer ' OR 1=1 --` }],
    ['bytes of Latin-1', { Authorization: 'Bearer \u00e9\u00ff' }],
    ['another header', { 'X-Authorization': 'Bearer rollcall_0000', 'X-Access-Token': 'rollcall_0000' }],
  ])('SEC-02 ERR-05 %s is 401', async (_, headers) => {
    expectUnauthorized(await get(headers));
  });

  it('SEC-02 a valid token in the wrong place or damaged is 401', async () => {
    expectUnauthorized(await get({}, `/Users?access_token=${token}`));
    expectUnauthorized(await get({ Authorization: token }));
    expectUnauthorized(await get({ Authorization: `Basic ${token}` }));
    expectUnauthorized(await get({ Authorization: `Bearer ${token}x` }));
    expectUnauthorized(await get({ Authorization: `Bearer ${token.slice(0, -1)}` }));
    expectUnauthorized(await get({ Authorization: `Bearer ${token.toUpperCase()}` }));
    expectUnauthorized(await get({ Authorization: `Bearer ${token} ${token}` }));
    expectUnauthorized(await get({ Authorization: `Bearer "${token}"` }));
    expectUnauthorized(await get({ Cookie: `access_token=${token}` }));
    expectUnauthorized(
      await anonymous.send({
        method: 'POST',
        path: '/Users',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `access_token=${token}`,
      }),
    );
    expectUnauthorized(await anonymous.post('/Users', { access_token: token, userName: 'x' }));
  });

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('SEC-02 the scheme %s opens', async (scheme) => {
    expect((await get({ Authorization: `${scheme} ${token}` })).status).toBe(200);
  });

  it('SEC-02 ERR-14 401 comes before everything else', async () => {
    for (const path of [
      '/Nope',
      '/Users/x/y',
      '/Me',
      '/Bulk',
      `/Users/${user}`,
      '/Users?filter=(((',
      '/%00',
      '/%zz',
    ]) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        expectUnauthorized(await anonymous.send({ method, path }));
      }
    }
    for (const body of ['{', '', '[]', JSON.stringify({ userName: 'x'.repeat(60_000) })]) {
      expectUnauthorized(await anonymous.send({ method: 'POST', path: '/Users', headers: JSON_TYPE, body }));
    }
    expectUnauthorized(
      await anonymous.send({
        method: 'POST',
        path: '/Users',
        headers: { 'Content-Type': 'text/xml' },
        body: '<a/>',
      }),
    );
    expectUnauthorized(await anonymous.delete(`/Users/${user}`, { 'If-Match': 'W/"99"' }));
  });

  it('SEC-12 a caller without a token cannot make the server read a body over the limit', async () => {
    const answer = await anonymous.send({
      method: 'POST',
      path: '/Users',
      headers: JSON_TYPE,
      body: 'x'.repeat(2_000_000),
    });
    expectUnauthorized(answer);
  });

  it('DISC-04 only ServiceProviderConfig and health are open', async () => {
    expect((await anonymous.get('/ServiceProviderConfig')).status).toBe(200);
    const root = service.scim(undefined, service.origin);
    expect((await root.get('/health/live')).status).toBe(200);
    expect((await root.get('/health/ready')).status).toBe(200);
    for (const path of ['/Schemas', '/ResourceTypes', '/Schemas/x', '/ResourceTypes/User']) {
      expectUnauthorized(await anonymous.get(path));
    }
    for (const path of ['/standard/scim/v2/users', '/STANDARD/scim/v2/Users', '/standard//scim/v2/Users']) {
      expect([path, (await root.get(path)).status]).toEqual([path, expect.any(Number)]);
      expect((await root.get(path)).text).not.toContain('ada');
    }
  });

  it('DISC-04 an open route does not mind a bad token', async () => {
    expect((await get({ Authorization: 'Bearer nonsense' }, '/ServiceProviderConfig')).status).toBe(200);
  });

  it('ERR-01 an unknown path outside every surface is a SCIM error', async () => {
    const answer = await service.scim(undefined, service.origin).get('/nope');
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ schemas: [ERROR], status: '404' });
  });
});

describe('tokens', () => {
  const issue = (expires: Date | null): ReturnType<typeof service.tokens.issueToken> =>
    service.tokens.issueToken('acme', {
      name: 'short-lived',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      expires,
    });

  it('SEC-03 are worthless from the moment they are revoked', async () => {
    const { id, secret } = await issue(null);
    const caller = service.scim(secret);
    expect((await caller.get('/Users')).status).toBe(200);
    await service.tokens.revokeToken('acme', id);
    expectUnauthorized(await caller.get('/Users'));
    expectUnauthorized(await caller.post('/Users', { schemas: [USER], userName: 'late' }));
    expect((await client.get('/Users')).status).toBe(200);
  });

  it('SEC-03 are worthless from the moment they expire', async () => {
    const expires = Date.now() + 4000;
    const { secret } = await issue(new Date(expires));
    const caller = service.scim(secret);
    expect((await caller.get('/Users')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, expires + 100 - Date.now()));
    expectUnauthorized(await caller.get('/Users'));
    expectUnauthorized(await service.scim((await issue(new Date(0))).secret).get('/Users'));
  });

  it('SEC-04 are kept as hashes alone', async () => {
    const dump = await dumpDatabase(service.database);
    expect(dump.filter((line) => line.startsWith('public.access_tokens')).length).toBeGreaterThan(0);
    expect(dump.filter((line) => line.includes(token) || line.includes(token.slice(9)))).toEqual([]);
  });

  it('SEC-05 ERR-06 that only read may not write', async () => {
    const reader = await company.client('lenient', ['scim:read']);
    expect((await reader.get('/Users')).status).toBe(200);
    expect((await reader.get(`/Users/${user}`)).status).toBe(200);
    const before = await dumpDatabase(service.database);
    const body = { schemas: [USER], userName: 'eve' };
    const refused = [
      await reader.post('/Users', body),
      await reader.put(`/Users/${user}`, body),
      await reader.patch(`/Users/${user}`, [{ op: 'replace', path: 'active', value: false }]),
      await reader.delete(`/Users/${user}`),
      await reader.post('/Users', '{'),
      await reader.delete('/Users/0000000000000000'),
      await reader.post('/Nope', {}),
    ];
    for (const answer of refused) {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: '403' });
      expect(answer.body.detail).toContain('scim:write');
    }
    expect(await dumpDatabase(service.database)).toEqual(before);
  });

  it('SEC-05 that only write may not read', async () => {
    const writer = await company.client('lenient', ['scim:write']);
    expect((await writer.get('/Users')).status).toBe(403);
    expect((await writer.post('/Users', { schemas: [USER], userName: 'written' })).status).toBe(201);
  });
});

describe('requests at once', () => {
  it('TEN-10 SEC-02 each get their own company and credential', async () => {
    const callers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const slug = `parallel-${index}`;
        const own = await (await service.company(slug)).client();
        await own.post('/Users', { schemas: [USER], userName: slug });
        return { slug, own };
      }),
    );
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        callers.flatMap(({ slug, own }) => [
          own.get('/Users').then(({ status, body }) => [slug, status, body.Resources[0]?.userName] as const),
          get({ Authorization: 'Bearer unknown' }).then(
            ({ status }) => ['nobody', status, 'nobody'] as const,
          ),
        ]),
      );
      for (const [slug, status, userName] of answers) {
        expect([slug, status, userName]).toEqual([slug, slug === 'nobody' ? 401 : 200, slug]);
      }
    }
  });
});

describe('without the store of tokens', () => {
  // What is remembered is confirmed by the requests' own transactions, and not looked up.
  beforeEach(() => vi.spyOn(service.app.get(AccessTokensStore), 'recall').mockReturnValue(undefined));
  afterEach(() => vi.restoreAllMocks());

  it.each<[string, Error, number]>([
    ['fails', new Error('find_token is gone; secret detail'), 500],
    ['is away', new UnavailableError('The database is not available.', 5), 503],
  ])('SEC-02 ERR-11 a store that %s opens nothing', async (_, error, status) => {
    vi.spyOn(service.app.get(AccessTokensStore), 'findByHash').mockRejectedValue(error);
    for (const answer of [
      await client.get('/Users'),
      await client.get(`/Users/${user}`),
      await client.post('/Users', { schemas: [USER], userName: 'unseen' }),
      await client.delete(`/Users/${user}`),
    ]) {
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: String(status) });
      expect(answer.text).not.toMatch(/ada|secret detail|find_token/);
      if (status === 503) expect(answer.headers['retry-after']).toBe('5');
    }
    vi.restoreAllMocks();
    expect((await client.get(`/Users/${user}`)).status).toBe(200);
    expect((await client.get(`/Users?filter=userName%20eq%20%22unseen%22`)).body.totalResults).toBe(0);
  });

  it('SEC-02 an answer of the store that is no credential opens nothing', async () => {
    vi.spyOn(service.app.get(AccessTokensStore), 'findByHash').mockResolvedValue(undefined);
    expectUnauthorized(await client.get('/Users'));
  });
});

describe('answers', () => {
  it('SEC-13 are kept by no cache', async () => {
    for (const answer of [
      await client.get('/Users'),
      await client.get(`/Users/${user}`),
      await client.get('/Users/nobody'),
      await anonymous.get('/Users'),
    ]) {
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['x-powered-by']).toBeUndefined();
      expect(answer.headers['x-request-id']).toMatch(/.+/);
    }
  });
});
