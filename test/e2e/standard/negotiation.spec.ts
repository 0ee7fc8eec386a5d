import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createUser,
  expectRefusal,
  groupBody,
  groupOf,
  LIST,
  namesWhere,
  NOBODY,
  unique,
  userBody,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;
let authorization: string;

beforeAll(async () => {
  application = await startTestApplication();
  client = await (await application.company()).client();
  authorization = `Bearer ${client.token}`;
});
afterAll(() => application.close());

const send = (method: string, path: string, headers: Record<string, string> = {}): Promise<ScimAnswer> =>
  client.send({ method, path, headers: { authorization, ...headers } });

describe('Accept', () => {
  it.each([
    'text/html',
    'text/html, application/xhtml+xml',
    'application/xml',
    'image/*',
    'application/scim+json;q=0',
    'application/json; q=0.0, */*;q=0',
  ])('HTTP-06 %s is 406 with a SCIM error', async (accept) => {
    const { id } = await createUser(client);
    const paths = [
      '/Users',
      `/Users/${id}`,
      '/Groups',
      '/Schemas',
      '/ResourceTypes/User',
      '/ServiceProviderConfig',
      '',
    ];
    for (const path of paths)
      expectRefusal(await client.get(path, { Accept: accept }), 406, undefined, /scim\+json/);
  });

  it.each(['text/html, */*;q=0.1', 'text/html, application/json;q=0.9', 'APPLICATION/*', '*', '', ' '])(
    'HTTP-06 %j leaves a form to answer in',
    async (accept) => {
      const answer = await client.get('/Users?count=1', { Accept: accept });
      expect([answer.status, answer.body.schemas]).toEqual([200, [LIST]]);
    },
  );

  it('HTTP-06 nothing is written for a client that could not read the answer', async () => {
    const { id } = await createUser(client);
    const body = userBody();
    const headers = { Accept: 'text/html' };
    expectRefusal(await client.post('/Users', body, headers), 406);
    expectRefusal(await client.delete(`/Users/${id}`, headers), 406);
    expectRefusal(await client.post('/Bulk', {}, headers), 406);
    expect(await namesWhere(client, '/Users', `userName eq "${String(body['userName'])}"`)).toEqual([]);
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
  });

  it('HTTP-06 other refusals are whole', async () => {
    expectRefusal(await client.get('/Nope', { Accept: 'text/html' }), 404);
    expectRefusal(await application.scim('wrong').get('/Users', { Accept: 'text/html' }), 401);
  });
});

describe('HEAD', () => {
  it('HTTP-16 answers for a group without reading its members', async () => {
    const members = await Promise.all([createUser(client), createUser(client)]);
    const { id } = await groupOf(client, ...members.map((member) => (member as { id: string }).id));
    const get = await client.get(`/Groups/${id}`);
    const head = await send('HEAD', `/Groups/${id}`);
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['content-type', 'etag', 'cache-control']) {
      expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
    }
    expect(head.headers['content-length']).toBeUndefined();
    const current = await send('HEAD', `/Groups/${id}`, { 'If-None-Match': get.headers.etag ?? '' });
    expect(current.status).toBe(304);
  });

  it.each([
    ['/Groups', 200],
    ['/Groups?filter=nonsense', 400],
    [`/Groups/${NOBODY}`, 404],
    [`/Users/${NOBODY}`, 404],
    ['/Nope', 404],
    ['/Bulk', 405],
  ])('HTTP-16 %s is %d, as GET is', async (path, status) => {
    const [head, get] = [await send('HEAD', path), await send('GET', path)];
    expect([head.status, get.status, head.text]).toEqual([status, status, '']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });
});

describe('OPTIONS', () => {
  it.each([
    ['/Users', 'GET, HEAD, POST, OPTIONS'],
    ['/Groups/', 'GET, HEAD, POST, OPTIONS'],
    [`/Groups/${NOBODY}`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['/Bulk', 'POST, OPTIONS'],
    ['/.search', 'POST, OPTIONS'],
    ['/Schemas', 'GET, HEAD, OPTIONS'],
  ])('HTTP-16 %s says what is allowed', async (path, allowed) => {
    const answer = await send('OPTIONS', path);
    expect([answer.status, answer.headers.allow, answer.text]).toEqual([204, allowed, '']);
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/Users/', 200],
    ['GET', '/Schemas/', 200],
    ['GET', '/ServiceProviderConfig/', 200],
    ['POST', '/Bulk/', 400],
    ['POST', '/Users/', 400],
  ])('%s %s means the same without its slash', async (method, path, status) => {
    expect([(await send(method, path)).status, (await send(method, path.slice(0, -1))).status]).toEqual([
      status,
      status,
    ]);
  });

  it('HTTP-20 an id is decoded once', async () => {
    const { id } = (await createUser(client)) as { id: string };
    const [first = '', ...rest] = id;
    const encoded = `%${first.charCodeAt(0).toString(16)}${rest.join('')}`;
    expect((await client.get(`/Users/${encoded}`)).body.id).toBe(id);
    expectRefusal(await client.get(`/Users/${encoded.replace('%', '%25')}`), 404);
    expectRefusal(await client.get(`/Users/x%2F${id}`), 404);
    const result = await client.post('/Bulk', {
      Operations: [encoded, encoded.replace('%', '%25')].map((segment) => ({
        method: 'DELETE',
        path: `/Users/${segment}`,
      })),
    });
    expect(result.body.Operations.map((operation: { status: string }) => operation.status)).toEqual([
      '204',
      '404',
    ]);
  });
});

describe('versions', () => {
  const at = (path: string): ScimClient => application.scim(client.token, `${application.origin}${path}`);

  it('HTTP-13 without a version the newest one answers, and its links name it', async () => {
    const plain = at('/standard/scim');
    const created = await plain.post('/Users', userBody());
    expect([created.status, created.headers.location]).toEqual([
      201,
      `${application.base}/Users/${created.body.id}`,
    ]);
    expect((await plain.get(`/Users/${created.body.id}?attributes=userName`)).body.userName).toBe(
      created.body.userName,
    );
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/Users?count=0', '/', '', '?count=0']) {
      expect([path, (await plain.get(path)).status]).toEqual([path, 200]);
    }
    expectRefusal(await plain.get('/Nope'), 404);
    expectRefusal(await application.scim(undefined, plain.base).get('/Users'), 401);
  });

  it.each(['/standard/scim/v9', '/standard/scim/v1', '/standard/scim/v22', '/standard/scimx', '/standard'])(
    'HTTP-12 %s is no version that is served',
    async (mount) => {
      expectRefusal(await at(mount).get('/Users'), 404);
      expectRefusal(await at(mount).post('/Users', userBody()), 404);
    },
  );
});

describe('behind a proxy with a path prefix', () => {
  let proxied: TestApplication;

  beforeAll(async () => {
    proxied = await startTestApplication({ settings: { TRUST_PROXY: 'true' } });
  });
  afterAll(() => proxied.close());

  it('HTTP-21 the links of bulk jobs and minimal answers carry it too', async () => {
    const own = await (await proxied.company()).client();
    const headers = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'id.example.org',
      'X-Forwarded-Prefix': '/a/b/',
    };
    const base = /^https:\/\/id\.example\.org\/a\/b\/standard\/scim\/v2\/(Users|Groups)\/[0-9a-f]{16}$/;
    const data = groupBody({ displayName: unique('Group') });
    const operations = [
      { method: 'POST', path: '/Groups', bulkId: 'g', data },
      { method: 'DELETE', path: `/Users/${NOBODY}` },
    ];
    const bulk = await own.post('/Bulk', { Operations: operations }, headers);
    const locations = (bulk.body.Operations as { location: string }[]).map(({ location }) => location);
    const minimal = await own.post('/Users', userBody(), { ...headers, Prefer: 'return=minimal' });
    for (const link of [...locations, minimal.headers.location]) expect(link).toMatch(base);
    const listed = await own.get('/Groups', headers);
    expect(listed.body.Resources[0].meta.location).toBe(locations[0]);
  });
});
