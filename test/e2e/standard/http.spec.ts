import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { createUser, expectRefusal, groupBody, LIST, NOBODY, unique, USER, userBody } from './messages.js';

let application: TestApplication;
let client: ScimClient;
let authorization: string;

beforeAll(async () => {
  application = await startTestApplication();
  const token = await (await application.company()).token();
  client = application.scim(token);
  authorization = `Bearer ${token}`;
});
afterAll(() => application.close());

describe('endpoints', () => {
  it('HTTP-01 every endpoint of /ResourceTypes answers a list', async () => {
    const types = (await client.get('/ResourceTypes')).body.Resources as { endpoint: string }[];
    expect(types.map(({ endpoint }) => endpoint).sort()).toEqual(['/Groups', '/Users']);
    for (const { endpoint } of types) {
      const answer = await client.get(endpoint);
      expect([answer.status, answer.body.schemas]).toEqual([200, [LIST]]);
    }
  });

  it('HTTP-02 an endpoint is the name of its type with an s', async () => {
    const types = (await client.get('/ResourceTypes')).body.Resources as { name: string; endpoint: string }[];
    expect(types.map(({ name }) => `/${name}s`)).toEqual(types.map(({ endpoint }) => endpoint));
  });

  it.each(['/standard/scim/v9/Users', '/standard/scim/v1/Users', '/v9/Users'])(
    'HTTP-12 %s is not served as version 2',
    async (path) => {
      const answer = await application.scim(client.token, application.origin).get(path);
      expectRefusal(answer, 404);
    },
  );

  it.each(['/Nope', '/Users/x/y', '/Groups/x/members', '/Schemas/a/b', '/%zz', '/Users/%E0%A4%A'])(
    'HTTP-15 %s is 404 with a SCIM error',
    async (path) => {
      expectRefusal(await client.get(path), 404);
    },
  );

  it.each([
    ['PATCH', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['POST', `/Users/${NOBODY}`, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['DELETE', '/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
    ['POST', '/ResourceTypes', 'GET, HEAD, OPTIONS'],
    ['POST', '', 'GET, HEAD, OPTIONS'],
    ['PUT', '/.search', 'POST, OPTIONS'],
  ])('HTTP-16 %s %s is 405 and says what is allowed', async (method, path, allowed) => {
    const answer = await client.send({ method, path, headers: { authorization } });
    expectRefusal(answer, 405);
    expect(answer.headers.allow).toBe(allowed);
  });

  it.each(['/Me', '/Me/x'])(
    'HTTP-16 ME-01 POST %s with a token that stands for nobody is 501',
    async (path) => {
      expectRefusal(await client.post(path, {}), 501);
    },
  );

  it('HTTP-16 ME-01 GET /Me is 501, not 404', async () => {
    expectRefusal(await client.get('/Me'), 501);
  });

  it.each(['/Users/', '/Users?', '/Users?&', '/Users/?count=1&'])('%s is /Users', async (path) => {
    const answer = await client.get(path);
    expect([answer.status, answer.body.schemas]).toEqual([200, [LIST]]);
  });
});

describe('other methods', () => {
  it('HEAD answers as GET does, without a body', async () => {
    const { id } = await createUser(client);
    for (const path of [`/Users/${id}`, '/Users', '/Schemas']) {
      const headers = { authorization };
      const head = await client.send({ method: 'HEAD', path, headers });
      const get = await client.send({ method: 'GET', path, headers });
      expect([head.status, head.text]).toEqual([200, '']);
      for (const name of ['content-type', 'etag', 'content-length']) {
        expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
      }
    }
  });

  it('HTTP-16 OPTIONS says what is allowed', async () => {
    const answer = await client.send({ method: 'OPTIONS', path: '/Users/1', headers: { authorization } });
    expect([answer.status, answer.headers.allow]).toEqual([204, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS']);
  });

  it('HTTP-11 a suffix is part of the id', async () => {
    const { id } = await createUser(client);
    expectRefusal(await client.get(`/Users/${id}.scim`), 404);
  });
});

describe('media types', () => {
  let id: string;

  beforeAll(async () => {
    id = (await createUser(client)).id;
  });

  it.each([
    'application/scim+json',
    'application/scim+json, application/json',
    '*/*',
    'application/*',
    undefined,
  ])('HTTP-03 HTTP-05 Accept %s is answered with application/scim+json in UTF-8', async (accept) => {
    const headers: Record<string, string> = { authorization, ...(accept && { accept }) };
    const paths = [
      `/Users/${id}`,
      '/Users',
      `/Users/${NOBODY}`,
      '/Schemas',
      '/ServiceProviderConfig',
      '/Nope',
    ];
    for (const path of paths) {
      const answer = await client.send({ method: 'GET', path, headers });
      expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
      expect(answer.body.schemas).toHaveLength(1);
    }
  });

  it('HTTP-04 Accept application/json is answered with the same body as application/json', async () => {
    const scim = await client.get(`/Users/${id}`);
    const json = await client.get(`/Users/${id}`, { Accept: 'application/json' });
    expect([json.status, json.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(json.text).toBe(scim.text);
  });

  it('HTTP-06 Accept text/html never gets a page', async () => {
    const answer = await client.get(`/Users/${id}`, { Accept: 'text/html' });
    expect([200, 406]).toContain(answer.status);
    expect(answer.body.schemas).toHaveLength(1);
    expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
  });

  it.each([
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'application/json',
    'application/json;charset="UTF-8"',
    'application/json; charset=latin1',
    'APPLICATION/JSON',
    undefined,
  ])('HTTP-07 a body of type %s is read', async (type) => {
    const body = JSON.stringify(userBody());
    const headers: Record<string, string> = { authorization, ...(type && { 'content-type': type }) };
    const answer = await client.send({ method: 'POST', path: '/Users', headers, body });
    expect([answer.status, answer.body.userName]).toEqual([201, JSON.parse(body).userName]);
  });

  it.each(['text/xml', 'text/plain', 'application/x-www-form-urlencoded', 'application/xml; charset=utf-8'])(
    'HTTP-08 a body of type %s is 415, and nothing is created',
    async (type) => {
      const body = userBody();
      const headers = { 'Content-Type': type };
      expectRefusal(await client.post('/Users', body, headers), 415);
      const found = await client.get(
        `/Users?filter=${encodeURIComponent(`userName eq "${String(body['userName'])}"`)}`,
      );
      expect(found.body.totalResults).toBe(0);
    },
  );
});

describe('bodies', () => {
  it('HTTP-09 text outside ASCII comes back as it was sent', async () => {
    const displayName = 'Zoe\u0308 \u{1f469}\u200d\u{1f4bb} \u2028\u2029 \u0130\u{10ffff} ß';
    const { id, displayName: echoed } = await createUser(client, { displayName });
    expect([echoed, (await client.get(`/Users/${id}`)).body.displayName]).toEqual([displayName, displayName]);
  });

  it.each([
    '{',
    '',
    '   ',
    '[]',
    '"x"',
    'null',
    '1',
    '{"userName":"a",}',
    "{'userName':'a'}",
    '{"userName":"a"} x',
  ])('HTTP-10 the body %j is 400 invalidSyntax', async (body) => {
    const headers = { authorization, 'content-type': 'application/scim+json' };
    const answer = await client.send({ method: 'POST', path: '/Users', headers, body });
    expectRefusal(answer, 400, 'invalidSyntax');
  });

  it('HTTP-10 a POST without any body is 400 invalidSyntax', async () => {
    expectRefusal(
      await client.send({ method: 'POST', path: '/Users', headers: { authorization } }),
      400,
      'invalidSyntax',
    );
  });

  it('HTTP-17 names of attributes are read in any case and written as the schema spells them', async () => {
    const userName = unique('case');
    const { status, body } = await client.post('/Users', {
      SCHEMAS: [USER],
      USERNAME: userName,
      NAME: { GIVENNAME: 'Ada' },
      Emails: [{ VALUE: 'ada@example.org', Primary: true }],
    });
    expect(status).toBe(201);
    const stored = (await client.get(`/Users/${body.id}`)).body;
    expect(stored).toMatchObject({
      userName,
      name: { givenName: 'Ada' },
      emails: [{ value: 'ada@example.org', primary: true }],
    });
    expect(JSON.stringify(stored)).not.toMatch(/USERNAME|GIVENNAME|Emails|VALUE/);
  });

  it.each([
    ['{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","username":"b"}', 'username'],
    ['{"userName":"a","userName":"b"}', 'userName'],
    ['{"userName":"a","name":{"givenName":"a","GivenName":"b"}}', 'givenName'],
  ])('HTTP-18 %s names one attribute twice and is refused', async (body, name) => {
    expectRefusal(await client.post('/Users', body), 400, 'invalidSyntax', new RegExp(name, 'i'));
  });

  it('HTTP-19 schemas may stand last', async () => {
    const userName = unique('order');
    const answer = await client.post('/Users', `{"userName":"${userName}","schemas":["${USER}"]}`);
    expect([answer.status, answer.body.schemas]).toEqual([201, [USER]]);
  });

  it('HTTP-22 the answer is what the server holds, not an echo', async () => {
    const sent = userBody({ id: 'mine', nickName: null, emails: [], groups: [{ value: 'x' }], shoeSize: 45 });
    const { body } = await client.post('/Users', sent);
    expect((await client.get(`/Users/${body.id}`)).body).toEqual(body);
    expect(Object.keys(body).sort()).toEqual(['active', 'id', 'meta', 'schemas', 'userName']);
  });
});

describe('URLs', () => {
  it('HTTP-14 unknown query parameters are ignored', async () => {
    const answer = await client.get('/Users?foo=bar&_=1&count=1');
    expect([answer.status, answer.body.itemsPerPage]).toEqual([200, 1]);
    const posted = await client.post('/Groups?foo=bar', groupBody());
    expect(posted.status).toBe(201);
  });

  it('HTTP-20 percent-encoding is decoded once, + is a blank and %2B a plus', async () => {
    const plus = unique('a+b');
    const percent = unique('a%2Bb');
    for (const userName of [plus, percent]) await createUser(client, { userName });
    const named = async (query: string): Promise<unknown> =>
      (await client.get(`/Users?filter=${query}`)).body.Resources.map(
        (found: { userName: string }) => found.userName,
      );
    expect(await named(`userName+eq+%22${plus.replace('+', '%2B')}%22`)).toEqual([plus]);
    expect(await named(`userName%20eq%20%22${plus.replace('+', '%2b')}%22`)).toEqual([plus]);
    expect(await named(`userName+eq+%22${percent.replace('%', '%25')}%22`)).toEqual([percent]);
    expect(await named(`userName+eq+%22${plus}%22`)).toEqual([]);
  });

  it('HTTP-20 a filter with a broken percent-encoding is no 5xx', async () => {
    const answer = await client.get('/Users?filter=userName+eq+%22%zz%22');
    expect(answer.status).toBeLessThan(500);
  });
});

describe('behind a proxy', () => {
  let proxied: TestApplication;
  let published: TestApplication;

  beforeAll(async () => {
    proxied = await startTestApplication({ settings: { TRUST_PROXY: 'true' } });
    published = await startTestApplication({ settings: { PUBLIC_URL: 'https://id.example.org/a/b' } });
  });
  afterAll(() => Promise.all([proxied.close(), published.close()]));

  const links = async (app: TestApplication, headers: Record<string, string>): Promise<string[]> => {
    const own = await (await app.company()).client();
    const user = await own.post('/Users', userBody(), headers);
    const group = await own.post('/Groups', groupBody({ members: [{ value: user.body.id }] }), headers);
    const member = await own.get(`/Users/${user.body.id}`, headers);
    const type = await own.get('/ResourceTypes/User', headers);
    return [
      user.headers.location ?? '',
      user.body.meta.location,
      group.body.members[0].$ref,
      member.body.groups[0].$ref,
      type.body.meta.location,
    ];
  };

  it('HTTP-21 PUBLIC_URL is the base of every link', async () => {
    const found = await links(published, { 'X-Forwarded-Host': 'evil.example' });
    expect(found).toHaveLength(5);
    for (const link of found)
      expect(link).toMatch(/^https:\/\/id\.example\.org\/a\/b\/standard\/scim\/v2\/\w+\/\w+$/);
  });

  it('HTTP-21 a trusted proxy names protocol, host and prefix', async () => {
    const found = await links(proxied, {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'id.example.org',
      'X-Forwarded-Prefix': '/tenants/7',
    });
    for (const link of found) {
      expect(link).toMatch(/^https:\/\/id\.example\.org\/tenants\/7\/standard\/scim\/v2\/\w+\/\w+$/);
    }
  });

  it('HTTP-21 X-Forwarded-Host of anybody else is not believed', async () => {
    for (const link of await links(application, { 'X-Forwarded-Host': 'evil.example' })) {
      expect(link.startsWith(application.base)).toBe(true);
    }
  });
});
