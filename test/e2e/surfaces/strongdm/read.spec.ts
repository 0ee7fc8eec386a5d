import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  expectRefusal,
  groupBody,
  LIST,
  NO_GROUP,
  openCompany,
  TEXT,
  unique,
  userBody,
} from './strongdm-client.js';

let application: TestApplication;
let client: ScimClient;
let standard: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({ settings: { BODY_LIMIT: '65536', MAX_OPERATIONS: '3' } });
  ({ client, standard } = await openCompany(application));
});
afterAll(() => application.close());

describe('an id', () => {
  it.each([
    ['without its prefix', (id: string) => id.slice(2)],
    ["with the other kind's prefix", (id: string) => `a-${id.slice(2)}`],
    ['in capitals', (id: string) => id.toUpperCase()],
    ['too short', (id: string) => id.slice(0, -1)],
    ['too long', (id: string) => `${id}0`],
    ['that nobody has', () => NO_GROUP],
    ['out of range', () => 'r-ffffffffffffffff'],
    ['of another shape', () => 'r-1230954'],
    ['with odd characters', () => "x'%22;--"],
  ])('%s is unknown: 404 with the documented text, for every method, whatever the body', async (_, shape) => {
    const group = await createGroup(client);
    const id = shape(group.id);
    const text = `Resource ${decodeURIComponent(id)} not found.`;
    const path = `/Groups/${id}`;
    expectRefusal(await client.get(path), 404, text);
    expectRefusal(await client.put(path, groupBody()), 404, text);
    expectRefusal(await client.put(path, {}), 404, text);
    expectRefusal(await client.patch(path, [{ op: 'replace', value: { displayName: 'x' } }]), 404, text);
    expectRefusal(await client.patch(path, '{'), 404, text);
    expectRefusal(await client.delete(path), 404, text);
  });

  it("of a group is no user's, with either prefix", async () => {
    const group = await createGroup(client);
    for (const id of [group.id, `a-${group.id.slice(2)}`]) {
      expectRefusal(await client.get(`/Users/${id}`), 404, `Resource ${id} not found.`);
      expectRefusal(await client.put(`/Users/${id}`, userBody()), 404, `Resource ${id} not found.`);
      expectRefusal(await client.delete(`/Users/${id}`), 404, `Resource ${id} not found.`);
    }
  });

  it('of another company is unknown', async () => {
    const group = await createGroup((await openCompany(application)).client);
    expectRefusal(await client.get(`/Groups/${group.id}`), 404, `Resource ${group.id} not found.`);
  });

  it('with a broken percent-encoding is unknown', async () => {
    expect((await client.get('/Groups/r-%zz')).status).toBe(404);
  });
});

describe('a list', () => {
  let sides: { client: ScimClient; standard: ScimClient };
  const names = ['One', 'Two', 'Three', 'Four', 'Five'];
  const list = async (query: string): Promise<ScimAnswer['body']> =>
    (await sides.client.get(`/Groups${query}`)).body;

  beforeAll(async () => {
    sides = await openCompany(application);
    for (const displayName of names) await createGroup(sides.client, { displayName });
    for (const name of names) await createUser(sides.client, { userName: `${name}@example.test` });
  });

  it('has the documented keys; itemsPerPage is 100 where none is asked for', async () => {
    const { Resources, ...rest } = await list('');
    expect(rest).toEqual({ schemas: [LIST], totalResults: 5, startIndex: 1, itemsPerPage: 100 });
    expect(Resources.map(({ displayName }: { displayName: string }) => displayName)).toEqual(names);
    expect(Resources[0]).toEqual((await sides.client.get(`/Groups/${Resources[0].id}`)).body);
  });

  it.each([
    ['?count=2', 1, 2, 2],
    ['?count=2&startIndex=5', 5, 2, 1],
    ['?startIndex=0&count=1', 1, 1, 1],
    ['?startIndex=-4', 1, 100, 5],
    ['?count=0', 1, 0, 0],
    ['?count=-1', 1, 0, 0],
    ['?count=101', 1, 100, 5],
    ['?count=99999999999999999999&startIndex=99999999999999999999', Number.MAX_SAFE_INTEGER, 100, 0],
    ['?count=&startIndex=&filter=', 1, 100, 5],
    ['?sortBy=displayName&attributes=id&unknown=1', 1, 100, 5],
  ])(
    '%s starts at %i with itemsPerPage %i as asked, not as found',
    async (query, startIndex, itemsPerPage, found) => {
      const body = await list(query);
      expect(body).toMatchObject({ startIndex, itemsPerPage, totalResults: 5 });
      expect(body.Resources).toHaveLength(found);
    },
  );

  it('SORT-09 says that it does not sort, and sortBy changes nothing', async () => {
    expect((await sides.client.get('/ServiceProviderConfig')).body.sort).toEqual({ supported: false });
    const unsorted = await list('');
    for (const order of ['ascending', 'descending'])
      expect(await list(`?sortBy=displayName&sortOrder=${order}`)).toEqual(unsorted);
  });

  it.each([
    ['?startIndex=abc', 'Bad Request. Invalid parameter provided in request: startIndex.'],
    ['?count=1.5', 'Bad Request. Invalid parameter provided in request: count.'],
    ['?count=1&count=2', 'Bad Request. Invalid parameter provided in request: count.'],
    ['?count=x&startIndex=y', 'Bad Request. Invalid parameters provided in request: count, startIndex.'],
  ])('%s is refused', async (query, text) => {
    expectRefusal(await sides.client.get(`/Groups${query}`), 400, text);
    expectRefusal(await sides.client.get(`/Users${query}`), 400, text);
  });

  it('finds a group by displayName and a user by userName, without regard to case', async () => {
    const groups = await list(`?filter=${encodeURIComponent('displayName eq "three"')}`);
    expect(groups).toMatchObject({ totalResults: 1, Resources: [{ displayName: 'Three' }] });
    const filter = encodeURIComponent('USERNAME EQ "three@example.TEST"');
    const users = (await sides.client.get(`/Users?filter=${filter}&count=1&startIndex=0`)).body;
    expect(users).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1 });
    expect(users.Resources[0]).toMatchObject({ userName: 'Three@example.test' });
    expect(await list('?filter=displayName%20eq%20%22nobody%22')).toMatchObject({
      totalResults: 0,
      Resources: [],
    });
  });

  it.each([
    'displayName co "T"',
    'displayName ne "Two"',
    'displayName pr',
    'displayName eq 5',
    'displayName eq null',
    'displayName eq "One" or displayName eq "Two"',
    'not (displayName eq "One")',
    'id eq "r-0000000000000001"',
    'externalId eq "x"',
    'members[value eq "a-1"]',
    'urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "One"',
    'displayName eq "One',
    'displayName',
    '(((',
  ])('refuses any other filter: %s', async (filter) => {
    const answer = await sides.client.get(`/Groups?filter=${encodeURIComponent(filter)}`);
    expectRefusal(answer, 400, TEXT.invalidFilter, 'invalidFilter');
  });

  it('refuses the name of a group as a filter of users', async () => {
    const answer = await sides.client.get('/Users?filter=displayName%20eq%20%22One%22');
    expectRefusal(answer, 400, TEXT.invalidFilter, 'invalidFilter');
    const twice = await sides.client.get('/Users?filter=userName%20eq%20%22a%22&filter=x');
    expectRefusal(twice, 400, TEXT.invalidFilter, 'invalidFilter');
  });
});

describe('endpoints', () => {
  it.each([
    ['GET', ''],
    ['GET', '/'],
    ['GET', '/Nothing'],
    ['POST', '/Bulk'],
    ['POST', '/.search'],
    ['POST', '/Groups/.search'],
    ['POST', '/Groups/r-0000000000000001'],
    ['PUT', '/Groups'],
    ['PATCH', '/Groups'],
    ['DELETE', '/Users'],
    ['OPTIONS', '/Groups'],
    ['POST', '/Schemas'],
    ['GET', '/Groups/r-0000000000000001/members'],
  ])('%s %s does not exist: 404, also for a wrong method', async (method, path) => {
    const headers = { Authorization: `Bearer ${client.token}`, 'Content-Type': 'text/plain' };
    const body = method === 'GET' || method === 'OPTIONS' ? {} : { body: 'x' };
    expectRefusal(await client.send({ method, path, headers, ...body }), 404, TEXT.noEndpoint);
  });

  it('/Me is not implemented: 501', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const headers = { Authorization: `Bearer ${client.token}` };
      expectRefusal(await client.send({ method, path: '/Me', headers }), 501, '/Me is not offered here.');
    }
  });

  it.each([
    ['GET', '/Groups'],
    ['POST', '/Groups'],
    ['GET', '/Users/a-0000000000000001'],
    ['GET', '/ServiceProviderConfig'],
    ['GET', '/Nothing'],
    ['GET', '/Me'],
    ['PUT', '/Groups'],
  ])('%s %s without a valid token is 401 in the form of this surface', async (method, path) => {
    for (const Authorization of [undefined, 'Bearer wrong', 'Basic dTpw', 'Bearer']) {
      const headers = Authorization === undefined ? {} : { Authorization };
      const answer = await client.send({ method, path, headers });
      expectRefusal(answer, 401, answer.body.detail);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
    }
  });

  it('a token that may only read is refused a change: 403', async () => {
    const token = await (await application.company()).token('lenient', ['scim:read']);
    const reader = application.scim(token, client.base);
    expect((await reader.get('/Groups')).status).toBe(200);
    const answer = await reader.post('/Groups', groupBody());
    expectRefusal(answer, 403, answer.body.detail);
  });

  it('a body over the limit and too many operations are 413', async () => {
    const large = await client.post('/Groups', groupBody({ displayName: 'x'.repeat(70_000) }));
    expectRefusal(large, 413, large.body.detail);
    const group = await createGroup(client);
    const operation = { op: 'replace', value: { displayName: unique('new') } };
    const many = await client.patch(`/Groups/${group.id}`, [operation, operation, operation, operation]);
    expectRefusal(many, 413, many.body.detail);
  });

  it.each(['\u0000', '\ud800'])('what no store could keep is refused, not replaced: %j', async (text) => {
    const answer = await client.post('/Groups', groupBody({ displayName: `a${text}` }));
    expectRefusal(answer, 400, TEXT.invalidValue, 'invalidValue');
    const filter = encodeURIComponent(`displayName eq "${text === '\u0000' ? text : '\\ud800'}"`);
    expect((await client.get(`/Groups?filter=${filter}`)).status).toBe(400);
  });

  it.each(['__proto__', 'constructor', 'toString'])('%s is a name like any other', async (name) => {
    const text = JSON.stringify(groupBody()).replace('{', `{"${name}":{"displayName":"x"},`);
    expect((await client.post('/Groups', text)).status).toBe(201);
    expect((await client.get(`/Groups/${name}`)).status).toBe(404);
    expect((await client.get(`/Schemas/${name}`)).status).toBe(404);
  });
});

describe('discovery', () => {
  it('tells what is supported, with a relative location', async () => {
    const { body } = await client.get('/ServiceProviderConfig');
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 100 },
      sort: { supported: false },
      etag: { supported: true },
      meta: { resourceType: 'ServiceProviderConfig', location: 'ServiceProviderConfig' },
    });
  });

  it('lists schemas and resource types, each found at its location', async () => {
    for (const collection of ['Schemas', 'ResourceTypes']) {
      const { body } = await client.get(`/${collection}`);
      expect(body).toMatchObject({ schemas: [LIST], totalResults: body.Resources.length });
      expect(body.Resources.length).toBeGreaterThan(1);
      for (const document of body.Resources) {
        expect(document.meta.location).toBe(`${collection}/${document.id}`);
        expect((await client.get(`/${document.meta.location}`)).body).toEqual(document);
      }
    }
    expectRefusal(await client.get('/Schemas/urn:x'), 404, 'Resource urn:x not found.');
  });
});

it('a group of the standard surface is read here, with prefixes', async () => {
  const user = (await standard.post('/Users', userBody({ displayName: 'Ada' }))).body;
  const group = (await standard.post('/Groups', groupBody({ members: [{ value: user.id }] }))).body;
  const { body } = await client.get(`/Groups/r-${group.id}`);
  expect(body).toMatchObject({
    id: `r-${group.id}`,
    members: [{ value: `a-${user.id}`, display: user.userName }],
  });
});
