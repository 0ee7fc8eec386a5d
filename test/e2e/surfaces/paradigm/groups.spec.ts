import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { createGroup, createUser, GROUP, groupOf, LIST, NOBODY, unique } from '../../standard/messages.js';
import {
  paradigmClient,
  expectError,
  expectWrongMethod,
  FORM,
  multipart,
  MULTIPART,
  urlEncoded,
} from './paradigm-client.js';

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
let standard: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company();
  client = await paradigmClient(application, company);
  standard = await company.client();
});
afterAll(() => application.close());

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const at = (id: string): string => `${client.base}/Groups/${id}`;

describe('a group', () => {
  it('has the documented keys, and location, version, type and $ref beside them', async () => {
    const user = await createUser(client, { displayName: 'Al Ice' });
    const inner = await createGroup(client);
    const name = unique();
    const answer = await client.post('/Groups', {
      displayName: name,
      externalId: 'e1',
      members: [{ value: user.id, display: 'a lie' }, { value: inner.id }],
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    expect(answer.headers.location).toBe(at(answer.body.id));
    const { id } = answer.body;
    expect(answer.body).toEqual({
      schemas: [GROUP],
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      externalId: 'e1',
      meta: {
        resourceType: 'Group',
        created: expect.stringMatching(DATE),
        lastModified: expect.stringMatching(DATE),
        location: at(id),
        version: 'W/"1"',
      },
      displayName: name,
      members: [
        { value: user.id, display: 'Al Ice', type: 'User', $ref: `${client.base}/Users/${user.id}` },
        { value: inner.id, display: inner.displayName, type: 'Group', $ref: at(inner.id) },
      ],
    });
    expect((await client.get(`/Groups/${id}`)).body).toEqual(answer.body);
  });

  it('has an empty externalId and no members where it has none, in every answer', async () => {
    const group = await createGroup(client);
    const expected = { externalId: '', members: [] };
    expect(group).toMatchObject(expected);
    expect((await client.get(`/Groups/${group.id}`)).body).toMatchObject(expected);
    const listed = await client.get(`/Groups?filter=${encodeURIComponent(`id eq "${group.id}"`)}`);
    expect(listed.body.Resources).toEqual([{ ...group }]);
    expect((await client.patch(`/Groups/${group.id}`, [{ op: 'add', value: {} }])).body).toMatchObject(
      expected,
    );
  });

  it('shows what a projection leaves', async () => {
    const group = await groupOf(client, (await createUser(client)).id);
    const without = await client.get(`/Groups/${group.id}?excludedAttributes=members`);
    expect(Object.keys(without.body).sort()).toEqual(['displayName', 'externalId', 'id', 'meta', 'schemas']);
    const only = await client.get(`/Groups/${group.id}?attributes=displayName`);
    expect(only.body).toEqual({ schemas: [GROUP], id: group.id, displayName: group.displayName });
  });

  it('is the same one on the standard surface, tag and members included', async () => {
    const user = await createUser(standard);
    const group = await createGroup(client, { members: [{ value: user.id }], externalId: 'x' });
    const other = await standard.get(`/Groups/${group.id}`);
    expect(other.headers.etag).toBe(group.meta.version);
    expect(other.body).toMatchObject({ displayName: group.displayName, externalId: 'x' });
    expect(other.body.members).toMatchObject([{ value: user.id }]);
  });

  it('of another company is not found, and no member either', async () => {
    const stranger = await paradigmClient(application, await application.company());
    const foreign = await createGroup(stranger);
    expectError(await client.get(`/Groups/${foreign.id}`), 404, `Resource ${foreign.id} not found`);
    expectError(
      await client.post('/Groups', { displayName: unique(), members: [{ value: foreign.id }] }),
      400,
      'Can not add a non-existent user to group',
      'invalidValue',
    );
  });

  it('answers 304 to who has it', async () => {
    const group = await createGroup(client);
    const answer = await client.get(`/Groups/${group.id}`, { 'If-None-Match': group.meta.version });
    expect([answer.status, answer.text]).toEqual([304, '']);
  });
});

describe('POST /Groups', () => {
  it.each([
    [
      'application/json',
      (name: string, id: string) => JSON.stringify({ displayName: name, members: [{ value: id }] }),
    ],
    [
      'application/vnd.api+json',
      (name: string, id: string) => JSON.stringify({ displayName: name, members: [{ value: id }] }),
    ],
    ['', (name: string, id: string) => JSON.stringify({ displayName: name, members: [{ value: id }] })],
    [
      FORM['Content-Type'],
      (name: string, id: string) => urlEncoded(['displayName', name], ['externalId', 'e 1'], ['members', id]),
    ],
    [
      FORM['Content-Type'],
      (name: string, id: string) => urlEncoded(['DisplayName', name], ['members', `[{"value":"${id}"}]`]),
    ],
    [
      MULTIPART['Content-Type'],
      (name: string, id: string) =>
        multipart(['schemas', GROUP], ['displayName', name], ['members', `["${id}"]`]),
    ],
  ])('reads %s', async (type, write) => {
    const user = await createUser(client);
    const name = unique('Ünï');
    const answer = await client.post('/Groups', write(name, user.id), { 'Content-Type': type });
    expect([answer.status, answer.body.displayName]).toEqual([201, name]);
    expect(answer.body.members).toMatchObject([{ value: user.id }]);
  });

  it('reads one member from each field of a form', async () => {
    const users = [await createUser(client), await createUser(client)];
    const fields = users.map(({ id }): [string, string] => ['members', id]);
    const answer = await client.post('/Groups', urlEncoded(['displayName', unique()], ...fields), FORM);
    expect(answer.body.members.map(({ value }: { value: string }) => value)).toEqual(
      users.map(({ id }) => id),
    );
  });

  it('in the strict dialect takes a form with its schemas', async () => {
    const strict = await paradigmClient(application, company, 'strict');
    const fields: [string, string][] = [['displayName', unique()]];
    expect((await strict.post('/Groups', urlEncoded(...fields), FORM)).status).toBe(400);
    expect((await strict.post('/Groups', urlEncoded(...fields, ['schemas', GROUP]), FORM)).status).toBe(201);
    const list = urlEncoded(['displayName', unique()], ['schemas', JSON.stringify([GROUP])]);
    expect((await strict.post('/Groups', list, FORM)).status).toBe(201);
  });

  it('needs a displayName that is not empty', async () => {
    for (const body of [{ externalId: 'x' }, { displayName: '' }, { displayName: null }])
      expectError(await client.post('/Groups', body), 400, /^displayName: is required/, 'invalidValue');
    expectError(
      await client.post('/Groups', urlEncoded(['externalId', 'x']), FORM),
      400,
      /^displayName: /,
      'invalidValue',
    );
  });

  it('of a name that is taken is 409, in any case', async () => {
    const group = await createGroup(client);
    const answer = await client.post('/Groups', { displayName: group.displayName.toUpperCase() });
    expectError(answer, 409, /displayName/, 'uniqueness');
  });

  it('refuses an unknown member, and makes nothing', async () => {
    const name = unique();
    for (const value of [NOBODY, '2', 'not-an-id']) {
      const answer = await client.post('/Groups', { displayName: name, members: [{ value }] });
      expectError(answer, 400, 'Can not add a non-existent user to group', 'invalidValue');
    }
    expect((await client.post('/Groups', { displayName: name })).status).toBe(201);
  });
});

describe('GET /Groups', () => {
  it('answers 50 unless asked for more, and 200 at most', async () => {
    const own = await paradigmClient(application, await application.company());
    for (let made = 0; made < 203; made += 29)
      await Promise.all(Array.from({ length: 29 }, () => createGroup(own)));
    const page = (await own.get('/Groups')).body;
    expect(page).toMatchObject({ schemas: [LIST], totalResults: 203, startIndex: 1, itemsPerPage: 50 });
    expect(page.Resources).toHaveLength(50);
    expect((await own.get('/Groups?count=1000')).body).toMatchObject({ itemsPerPage: 200 });
    expect((await own.get('/Groups?startIndex=202')).body).toMatchObject({
      startIndex: 202,
      itemsPerPage: 2,
    });
    expect((await own.get('/Groups?count=0')).body).toMatchObject({ totalResults: 203, Resources: [] });
  });

  it('finds what Entra asks for, whatever else stands in the query', async () => {
    const group = await createGroup(client, { externalId: unique('ext') });
    for (const filter of [`displayName eq "${group.displayName}"`, `externalId eq "${group.externalId}"`]) {
      const query = `aadOptscim062020&excludedAttributes=members&filter=${encodeURIComponent(filter)}`;
      const { status, body } = await client.get(`/Groups?${query}`);
      expect([status, body.totalResults, body.Resources[0].id]).toEqual([200, 1, group.id]);
      expect(body.Resources[0]).not.toHaveProperty('members');
    }
  });
});

describe('DELETE /Groups/{id}', () => {
  it('is 204, then 404', async () => {
    const group = await createGroup(client);
    const answer = await client.delete(`/Groups/${group.id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectError(await client.delete(`/Groups/${group.id}`), 404, `Resource ${group.id} not found`);
  });
});

describe('methods that Groups do not have', () => {
  it('PUT is 405, with an id or without, known or not, whatever the body', async () => {
    const group = await createGroup(client);
    for (const path of ['/Groups', `/Groups/${group.id}`, `/Groups/${NOBODY}`, '/Groups/123']) {
      for (const headers of [{}, { 'Content-Type': 'text/plain' }, FORM])
        expectWrongMethod(await client.put(path, '{"broken', headers), 'GET, POST, PATCH, DELETE');
    }
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  });

  it('PUT without a token is 401 first', async () => {
    const anonymous = application.scim(undefined, client.base);
    for (const path of ['/Groups', '/Groups/123'])
      expectError(await anonymous.put(path, {}), 401, 'Unauthorized');
  });

  it.each([
    ['HEAD', '/Groups', 'GET, POST, PATCH'],
    ['OPTIONS', '/Groups', 'GET, POST, PATCH'],
    ['HEAD', '/Groups/123', 'GET, PATCH, DELETE'],
    ['OPTIONS', '/Groups/123', 'GET, PATCH, DELETE'],
    ['REPORT', '/Groups', 'GET, POST, PATCH'],
    ['DELETE', '/Groups', 'GET, POST, PATCH'],
    ['POST', '/Groups/123', 'GET, PATCH, DELETE'],
    ['GET', '/Groups/.search', 'POST'],
    ['PATCH', '/Groups/.search', 'POST'],
    ['DELETE', '/Groups/.search', 'POST'],
    ['HEAD', '/groups/', 'GET, POST, PATCH'],
    ['HEAD', '/Users', 'GET, POST'],
    ['PUT', '/Users', 'GET, POST'],
    ['POST', '/Users/123', 'GET, PUT, PATCH, DELETE'],
    ['GET', '/Users/.search', 'POST'],
    ['HEAD', '/ServiceProviderConfig', 'GET'],
    ['POST', '/Schemas', 'GET'],
    ['DELETE', '/ResourceTypes/User', 'GET'],
  ])('%s %s', async (method, path, allow) => {
    const headers = { Authorization: `Bearer ${client.token}` };
    expectWrongMethod(await client.send({ method, path, headers }), allow);
    expect((await client.send({ method, path })).status).toBe(401);
  });
});
