import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { createGroup, createUser, ERROR, NOBODY, PATCH_OP, unique } from '../../standard/messages.js';
import { paradigmClient, expectError, FORM } from './paradigm-client.js';

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({ settings: { BODY_LIMIT: '100000', MAX_OPERATIONS: '5' } });
  company = await application.company();
  client = await paradigmClient(application, company);
});
afterAll(() => application.close());

describe('401', () => {
  const unauthorized = `{"schemas":["${ERROR}"],"detail":"Unauthorized","status":401}`;

  const with401 = (detail: string): string => unauthorized.replace('Unauthorized', detail);

  it.each([
    [undefined, 'Unauthorized'],
    ['Bearer wrong', 'Unauthorized'],
    ['Bearer', 'Unauthorized: The Authorization header has no token behind Bearer.'],
    ['Bearer a b', 'Unauthorized: The token in the Authorization header has blanks in it.'],
    [
      'Nonsense x',
      'Unauthorized: The scheme of the Authorization header is not Bearer: send Authorization: Bearer <token>.',
    ],
  ])('is the documented body for Authorization: %s', async (authorization, detail) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    for (const path of [
      '/Groups',
      '/Groups/123',
      '/Users',
      '/ServiceProviderConfig',
      '/Schemas',
      '/Bulk',
      '/nowhere',
      '',
    ]) {
      const answer = await client.send({ method: 'GET', path, headers });
      expect([path, answer.status, answer.text]).toEqual([path, 401, with401(detail)]);
      expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
    }
  });

  it('comes before anything is said of the body', async () => {
    const anonymous = application.scim(undefined, client.base);
    for (const headers of [{}, FORM, { 'Content-Type': 'text/plain' }]) {
      const answer = await anonymous.post('/Groups', '{', headers);
      expect([answer.status, answer.text]).toEqual([401, unauthorized]);
    }
  });
});

it('403 for a token that may only read, which may search', async () => {
  const reader = await paradigmClient(application, company, 'lenient', ['scim:read']);
  expectError(await reader.post('/Groups', { displayName: unique() }), 403, /scim:write/);
  const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] };
  for (const path of ['/Groups/.search', '/Users/.search'])
    expect((await reader.post(path, search)).status).toBe(200);
});

describe('404', () => {
  it.each(['123', NOBODY, '0000000000000001', 'r-0000000000000001', '__proto__', 'a.', '%27', 'x%2Fy'])(
    'has no full stop behind the id: %s',
    async (id) => {
      const detail = `Resource ${decodeURIComponent(id)} not found`;
      expectError(await client.get(`/Groups/${id}`), 404, detail);
      expectError(await client.patch(`/Groups/${id}`, [{ op: 'add', value: {} }]), 404, detail);
      expectError(await client.delete(`/Groups/${id}`), 404, detail);
      expectError(await client.get(`/Users/${id}`), 404, detail);
      expectError(await client.put(`/Users/${id}`, { userName: 'x' }), 404, detail);
      expectError(await client.patch(`/Users/${id}`, [{ op: 'add', value: {} }]), 404, detail);
      expectError(await client.delete(`/Users/${id}`), 404, detail);
    },
  );

  it('wins over what is wrong with the body', async () => {
    for (const body of ['{', '[]', '{}', { Operations: [{ op: 'move' }] }])
      expectError(await client.patch('/Groups/123', body), 404, 'Resource 123 not found');
  });

  it.each(['/nowhere', '/Groups/1/2', '/Users/1/2', '/Schemas/x/y', '/Groups/.search/x'])(
    'for a path that is no endpoint: %s',
    async (path) => {
      const told = (method: string): string => `No such endpoint: ${method} "/scim/v2${path}"`;
      expectError(await client.get(path), 404, told('GET'));
      expectError(await client.put(path, '{', { 'Content-Type': 'text/plain' }), 404, told('PUT'));
    },
  );

  it('for a discovery document that there is not', async () => {
    expectError(await client.get('/Schemas/urn:x'), 404, 'Resource urn:x not found');
    expectError(await client.get('/ResourceTypes/Robot'), 404, 'Resource Robot not found');
  });
});

it.each(['/Bulk', '/Me', '/Me/x', '/.search', ''])('BULK-24 HTTP-16 501 for %s', async (path) => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await client.send({ method, path, headers: { Authorization: `Bearer ${client.token}` } });
    expectError(answer, 501, /is not offered here/);
  }
});

describe('400', () => {
  it('POST call made with empty body', async () => {
    for (const path of ['/Groups', '/Users']) {
      for (const body of [undefined, '', '{}', ' { } '])
        expectError(await client.post(path, body), 400, 'POST call made with empty body', 'invalidSyntax');
    }
    expectError(
      await client.post('/Groups', '', FORM),
      400,
      'POST call made with empty body',
      'invalidSyntax',
    );
    expectError(
      await client.post('/Groups', 'a=b', FORM),
      400,
      'POST call made with empty body',
      'invalidSyntax',
    );
  });

  it.each([
    '{"a": ',
    ' ',
    'displayName=x',
    '[]',
    '"x"',
    'null',
    '{"a":1,"a":2}',
    '[{"displayName":"x"}]',
    '\ufeff',
  ])('a body that is no JSON object: %j', async (body) => {
    const detail = /^Could not decode JSON body: \S/;
    expectError(await client.post('/Groups', body), 400, detail, 'invalidSyntax');
    expectError(await client.post('/Users', body), 400, detail, 'invalidSyntax');
    const group = await createGroup(client);
    const user = await createUser(client);
    expectError(
      await client.patch(`/Groups/${group.id}`, body),
      400,
      /^(Could not decode JSON body: |PATCH call)/,
      'invalidSyntax',
    );
    expectError(await client.patch('/Groups', body === '[]' ? '[[]]' : body), 400, detail, 'invalidSyntax');
    expectError(await client.put(`/Users/${user.id}`, body), 400, detail, 'invalidSyntax');
  });

  it('PATCH call made without operations array', async () => {
    const { id } = await createGroup(client);
    for (const body of [
      {},
      { schemas: [PATCH_OP] },
      { Operations: [] },
      { Operations: 'x' },
      { Operations: { op: 'add' } },
      { Operations: null },
    ])
      expectError(
        await client.patch(`/Groups/${id}`, body),
        400,
        'PATCH call made without operations array',
        'invalidSyntax',
      );
  });

  it('Unknown PATCH op', async () => {
    const { id } = await createGroup(client);
    const answer = await client.patch(`/Groups/${id}`, [
      { op: 'add', value: {} },
      { op: 'Move', path: 'x', value: 'y' },
    ]);
    expectError(answer, 400, /^Unknown PATCH op "move" \(Operations\[1\]: /, 'invalidSyntax');
    for (const operation of ['x', null, 7, {}, { op: 7 }, { op: null }])
      expectError(await client.patch(`/Groups/${id}`, [operation]), 400, /^Operations\[0\]/, 'invalidSyntax');
  });

  it.each([
    [{ op: 'replace', value: 'x' }, 'invalidValue'],
    [{ op: 'replace', value: 7 }, 'invalidValue'],
    [{ op: 'add', path: 'displayName' }, 'invalidValue'],
    [{ op: 'replace', path: 'displayName', value: '' }, 'invalidValue'],
    [{ op: 'replace', path: 'displayName', value: { a: 7 } }, 'invalidValue'],
    [{ op: 'remove', path: 'displayName', value: '' }, 'mutability'],
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    [{ op: 'add', path: 'members[', value: 'x' }, 'invalidFilter'],
    [{ op: 'add', path: 'mem bers', value: 'x' }, 'invalidPath'],
    [{ op: 'remove', path: 'members[value xx "1"]' }, /./],
    [{ op: 'add', path: 'members', value: 7 }, 'invalidValue'],
    [{ op: 'add', path: 'members', value: [{}] }, 'invalidValue'],
    [{ op: 'add', path: 7, value: 'x' }, 'invalidPath'],
  ])('an operation that cannot be done: %j', async (operation, scimType) => {
    const group = await createGroup(client);
    const answer = await client.patch(`/Groups/${group.id}`, [operation]);
    expect(answer.body).toMatchObject({ status: 400, detail: expect.stringMatching(/^Operations\[0\]/) });
    expect(answer.body.scimType).toMatch(scimType);
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  });

  it.each([
    ['startIndex=0', 'Invalid startIndex (must be >= 1)'],
    ['startIndex=-3', 'Invalid startIndex (must be >= 1)'],
    ['startIndex=abc', /^Invalid pagination values: startIndex/],
    ['count=1.5', /^Invalid pagination values: count/],
    ['count=', /^Invalid pagination values: count/],
    ['count=-1', 'Negative indexing is not supported.'],
    ['count=1&count=2', /^count: /],
  ])('?%s', async (query, detail) => {
    for (const path of ['/Groups', '/Users'])
      expectError(await client.get(`${path}?${query}`), 400, detail, 'invalidValue');
  });

  it.each(['displayName', 'displayName xx "a"', 'nonsense eq "a"', '(', 'displayName eq "a'])(
    'a filter that cannot be used: %s',
    async (filter) => {
      for (const path of ['/Groups', '/Users'])
        expectError(
          await client.get(`${path}?filter=${encodeURIComponent(filter)}`),
          400,
          /^Invalid filter\/search query: \S/,
          'invalidFilter',
        );
    },
  );

  it('a filter on what has none', async () => {
    expectError(await client.get('/Schemas?filter=id%20pr'), 403, /filter/);
  });
});

it('413 for a body over the limit, and for too many operations', async () => {
  const { id } = await createGroup(client);
  expectError(await client.post('/Groups', { displayName: 'x'.repeat(100000) }), 413, /100000 bytes/);
  const operations = Array.from({ length: 6 }, () => ({ op: 'add', value: {} }));
  expectError(await client.patch(`/Groups/${id}`, operations), 413, /6 operations/);
});

it('415 for a type that is not read', async () => {
  const { id } = await createGroup(client);
  expectError(await client.post('/Groups', '<a/>', { 'Content-Type': 'text/xml' }), 415, /text\/xml/);
  expectError(
    await client.patch(`/Groups/${id}`, '{}', { 'Content-Type': 'text/plain' }),
    415,
    /text\/plain/,
  );
  expectError(await client.post('/Users', 'userName=x', FORM), 415, /form-urlencoded/);
  expectError(await client.post('/Groups/.search', 'x=y', FORM), 415, /form-urlencoded/);
});

it('409 for a name that another group has', async () => {
  const [one, two] = [await createGroup(client), await createGroup(client)];
  const answer = await client.patch(`/Groups/${one.id}`, [
    { op: 'replace', path: 'displayName', value: two.displayName },
  ]);
  expectError(answer, 409, /displayName/, 'uniqueness');
});

it.each(['Users', 'Groups'])(
  '400 for a projection or condition without a meaning, on one of the %s',
  async (type) => {
    const { id } = type === 'Users' ? await createUser(client) : await createGroup(client);
    const path = `/${type}/${id}`;
    const both = await client.get(`${path}?attributes=id&excludedAttributes=meta`);
    expectError(both, 400, /attributes and excludedAttributes/, 'invalidValue');
    expectError(await client.delete(path, { 'If-Match': '7' }), 400, /If-Match/, 'invalidValue');
    expectError(await client.delete(path, { 'If-Match': '' }), 412, /If-Match/);
  },
);
