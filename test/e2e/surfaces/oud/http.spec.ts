import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  expectRefusal,
  GROUP,
  groupBody,
  LIST,
  MOUNT,
  NOBODY,
  openDirectory,
  SCIM_TYPE,
  USER,
} from './oud.js';

let application: TestApplication;
let client: ScimClient;
let token: string;

beforeAll(async () => {
  application = await startTestApplication({ settings: { BODY_LIMIT: '20000' } });
  ({ client, token } = await openDirectory(application));
});
afterAll(() => application.close());

const anonymous = (): ScimClient => application.scim(undefined, application.origin + MOUNT);
const basic = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;

describe('who is calling', () => {
  it('may send the token as the password of HTTP Basic, under any user name', async () => {
    for (const user of ['cn=Directory Manager,dc=example,dc=com', '', 'someone']) {
      const answer = await anonymous().get('/Groups', { Authorization: basic(`${user}:${token}`) });
      expect([user, answer.status]).toEqual([user, 200]);
    }
    const headers = { Authorization: basic(`x:${token}`), 'Content-Type': 'application/scim+json' };
    const body = JSON.stringify(groupBody());
    const made = await anonymous().send({ method: 'POST', path: '/Groups', headers, body });
    expect(made.status).toBe(201);
  });

  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an unknown bearer token', 'Bearer nonsense'],
    ['a password that is no token', basic('x:nonsense')],
    ['Basic without a colon', basic('nonsense')],
    ['Basic that is no base64', 'Basic ***'],
    ['another scheme', 'Digest x'],
  ])('401 in the format for %s, on every route, with both challenges', async (_, Authorization) => {
    const headers = Authorization === undefined ? {} : { Authorization };
    for (const path of ['/Groups', `/Users/${NOBODY}`, '/Schemas', '/ResourceTypes', '/Me', '/nonsense']) {
      const answer = await anonymous().get(path, headers);
      expectRefusal(answer, 401);
      expect(answer.headers['www-authenticate']).toMatch(/Bearer realm=.*Basic realm=/);
    }
  });

  it('403 in the format for a token that may not write', async () => {
    const company = await application.company();
    const reader = application.scim(
      await company.token('lenient', ['scim:read']),
      application.origin + MOUNT,
    );
    expectRefusal(await reader.post('/Groups', groupBody()), 403, /scim:write/);
    expect((await reader.get('/Groups')).status).toBe(200);
  });
});

describe('Accept', () => {
  const paths = ['/Groups', '/Users', '/Schemas', `/Schemas/${GROUP}`, '/ResourceTypes', '/Me'];

  it.each(['text/html', 'application/xml, text/*', 'application/json;q=0', '*/*;q=0', 'application/scim'])(
    '406 in the format for %s, before anything is done',
    async (Accept) => {
      for (const path of paths) expectRefusal(await client.get(path, { Accept }), 406, /Accept/);
      const body = groupBody();
      expectRefusal(await client.post('/Groups', body, { Accept }), 406);
      expect((await client.post('/Groups', body)).status).toBe(201);
      const { id } = await createGroup(client);
      expectRefusal(await client.delete(`/Groups/${id}`, { Accept }), 406);
      expect((await client.get(`/Groups/${id}`)).status).toBe(200);
    },
  );

  it.each<[string, string]>([
    ['application/scim+json', SCIM_TYPE],
    ['*/*', SCIM_TYPE],
    ['application/*', SCIM_TYPE],
    ['', SCIM_TYPE],
    ['application/json', 'application/json; charset=utf-8'],
    ['Application/JSON; charset=utf-8', 'application/json; charset=utf-8'],
    ['application/json, */*;q=0.5', 'application/json; charset=utf-8'],
    ['application/json, text/plain, */*', SCIM_TYPE],
    ['text/html, application/scim+json;q=0.1', SCIM_TYPE],
    ['application/scim+json;q=0, application/*', 'application/json; charset=utf-8'],
  ])('%j is answered in %s', async (Accept, type) => {
    const answer = await client.get('/Groups', { Accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
    const refused = await client.get(`/Groups/${NOBODY}`, { Accept });
    expect([refused.status, refused.headers['content-type']]).toEqual([404, type]);
  });

  it('the absence of it admits everything', async () => {
    const headers = { Authorization: `Bearer ${token}` };
    expect((await client.send({ method: 'GET', path: '/Groups', headers })).status).toBe(200);
  });
});

describe('routes', () => {
  const send = (method: string, path: string): Promise<ScimAnswer> =>
    client.send({ method, path, headers: { Authorization: `Bearer ${token}` } });

  it.each([
    ['GET', ''],
    ['GET', '/nonsense'],
    ['GET', '/ServiceProviderConfig'],
    ['POST', '/Bulk'],
    ['POST', '/.search'],
    ['GET', '/Groups/x/y'],
    ['GET', '/ResourceTypes/User'],
    ['GET', '/Schemas/urn:nonsense'],
  ])('404 for %s %s', async (method, path) => {
    expectRefusal(await send(method, path), 404);
  });

  it.each([
    ['PUT', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['PATCH', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['POST', `/Groups/${NOBODY}`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['POST', '/Users/.search', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['POST', '/Groups/.search', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['POST', '/Me', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['POST', '/Schemas', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/ResourceTypes', 'GET, HEAD, OPTIONS'],
  ])('405 for %s %s, with Allow', async (method, path, allow) => {
    const answer = await send(method, path);
    expectRefusal(answer, 405, new RegExp(method));
    expect(answer.headers.allow).toBe(allow);
  });

  it('204 with Allow for OPTIONS', async () => {
    const answer = await send('OPTIONS', '/Groups');
    expect([answer.status, answer.headers.allow]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('501 for %s /Me: nobody is logged in', async (method) => {
    expectRefusal(await send(method, '/Me'), 501);
  });

  it('413 for a body over the limit, 415 for one that is no JSON', async () => {
    expectRefusal(await client.post('/Groups', groupBody({ displayName: 'x'.repeat(30_000) })), 413);
    const headers = { 'Content-Type': 'text/xml' };
    expectRefusal(await client.post('/Groups', '<group/>', headers), 415);
  });

  it.each(['application/json', 'application/scim+json; charset=utf-8', 'application/scim+json'])(
    'a body as %s is read',
    async (type) => {
      expect((await client.post('/Groups', groupBody(), { 'Content-Type': type })).status).toBe(201);
    },
  );

  it('412 for an If-Match that does not fit', async () => {
    const { id } = await createGroup(client);
    const headers = { 'If-Match': 'W/"99"' };
    expectRefusal(await client.delete(`/Groups/${id}`, headers), 412);
    expectRefusal(await client.put(`/Groups/${id}`, groupBody(), headers), 412);
  });
});

describe('discovery', () => {
  it('GET /ResourceTypes lists both types in the wrapper', async () => {
    const { body, status } = await client.get('/ResourceTypes');
    expect([status, body.schemas, body.totalResults]).toEqual([200, LIST, 2]);
    expect(body.Resources).toMatchObject([
      { name: 'User', endpoint: '/Users', schema: USER },
      { name: 'Group', endpoint: '/Groups', schema: GROUP },
    ]);
    expect(Object.keys(body).sort()).toEqual(['Resources', 'schemas', 'totalResults']);
  });

  it('GET /Schemas lists all of them in the wrapper; GET /Schemas/{schemaID} answers one, bare', async () => {
    const { body } = await client.get('/Schemas');
    expect([body.schemas, body.totalResults]).toEqual([LIST, body.Resources.length]);
    for (const schema of body.Resources as { id: string; schemas: unknown; meta: { location: string } }[]) {
      const one = await client.get(`/Schemas/${schema.id}`);
      expect([one.status, one.body]).toEqual([200, schema]);
      expect(schema.schemas).toEqual(['urn:ietf:params:scim:schemas:core:2.0:Schema']);
      expect(schema.meta.location).toBe(`${application.origin}${MOUNT}/Schemas/${schema.id}`);
    }
    expect(body.Resources.map(({ id }: { id: string }) => id)).toContain(
      'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group',
    );
  });
});
