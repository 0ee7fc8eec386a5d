import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { insertUsers } from '../../../support/insert-resources.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { scaikeyClient } from './scaikey.js';

const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ID = /^[0-9a-f]{16}$/;
const LARGE = 5000;

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
let made = 0;
const unique = (): string => `group-${++made}`;

beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company('widget-works');
  client = await scaikeyClient(application, company);
});
afterAll(() => application.close());

async function createUser(displayName = 'Ann'): Promise<string> {
  const { body } = await client.post('/Users', { userName: `${unique()}@example.com`, displayName });
  return body.id as string;
}

const createGroup = async (group: object = {}): Promise<{ id: string; displayName: string }> =>
  (await client.post('/Groups', { displayName: unique(), ...group })).body;

it('POST answers 201 with the group, its links by the slug of the company', async () => {
  const user = await createUser();
  const displayName = unique();
  const answer = await client.post('/Groups', { displayName, externalId: 'e1', members: [{ value: user }] });
  const location = `${application.origin}/api/v1/tenants/widget-works/scim/v2/Groups/${answer.body.id}`;
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    schemas: [GROUP_SCHEMA],
    id: expect.stringMatching(ID),
    externalId: 'e1',
    meta: {
      resourceType: 'Group',
      created: expect.stringMatching(/Z$/),
      lastModified: expect.stringMatching(/Z$/),
      location,
      version: 'W/"1"',
    },
    displayName,
    members: [
      {
        value: user,
        $ref: `${application.origin}/api/v1/tenants/widget-works/scim/v2/Users/${user}`,
        display: 'Ann',
        type: 'User',
      },
    ],
  });
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    location,
    etag: 'W/"1"',
  });
});

it('a group without members has an empty array, and nothing is null', async () => {
  const { status, body, text } = await client.post('/Groups', { displayName: unique(), externalId: null });
  expect([status, body.members, Object.keys(body.meta)]).toEqual([
    201,
    [],
    ['resourceType', 'created', 'lastModified', 'location', 'version'],
  ]);
  expect(text).not.toContain('null');
});

it('the documented default of a member’s type is not trusted', async () => {
  const inner = await createGroup();
  const outer = await client.post('/Groups', {
    displayName: unique(),
    members: [{ value: inner.id, type: 'User', display: 'Nobody', $ref: 'https://example.com/x' }],
  });
  expect(outer.body.members).toEqual([
    { value: inner.id, $ref: `${client.base}/Groups/${inner.id}`, display: inner.displayName, type: 'Group' },
  ]);
});

it('GET answers 200 with what POST answered, 304 to who has it', async () => {
  const created = await createGroup();
  const answer = await client.get(`/Groups/${created.id}`);
  expect([answer.status, answer.body]).toEqual([200, created]);
  const again = await client.get(`/Groups/${created.id}`, { 'If-None-Match': answer.headers.etag ?? '' });
  expect([again.status, again.text]).toEqual([304, '']);
});

it('PUT answers 200 and replaces the group', async () => {
  const group = await createGroup({ members: [{ value: await createUser() }] });
  const displayName = unique();
  const answer = await client.put(`/Groups/${group.id}`, { displayName, schemas: [GROUP_SCHEMA] });
  expect([answer.status, answer.body]).toMatchObject([200, { id: group.id, displayName, members: [] }]);
  expect((await client.get(`/Groups/${group.id}`)).body).toEqual(answer.body);
});

it('PATCH answers 200 with the group, whether or not anything changed', async () => {
  const [first, second] = [await createUser('Ann'), await createUser('Bob')];
  const { id } = await createGroup({ members: [{ value: first }] });
  const add = [{ op: 'add', path: 'members', value: [{ value: second }] }];
  const answer = await client.patch(`/Groups/${id}`, add);
  expect([answer.status, answer.body]).toMatchObject([
    200,
    { id, members: [{ display: 'Ann' }, { display: 'Bob' }], meta: { version: 'W/"2"' } },
  ]);
  const again = await client.patch(`/Groups/${id}`, add);
  expect([again.status, again.body]).toEqual([200, answer.body]);
});

it('PATCH reads a value of any kind, with or without a path', async () => {
  const user = await createUser();
  const { id } = await createGroup();
  const displayName = unique();
  const changes: [object, object][] = [
    [{ op: 'replace', value: { displayName } }, { displayName }],
    [{ op: 'add', value: { members: [{ value: user }] } }, { members: [{ value: user }] }],
    [{ op: 'remove', path: `members[value eq "${user}"]` }, { members: [] }],
    [{ op: 'replace', path: 'externalId', value: 'e2' }, { externalId: 'e2' }],
    [{ op: 'Replace', path: null, value: { externalId: 'e3' } }, { externalId: 'e3' }],
  ];
  for (const [operation, expected] of changes) {
    const { status, body } = await client.patch(`/Groups/${id}`, { Operations: [operation] });
    expect([status, body]).toMatchObject([200, expected]);
  }
});

it('DELETE answers 204 with nothing', async () => {
  const { id } = await createGroup();
  const answer = await client.delete(`/Groups/${id}`);
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect((await client.delete(`/Groups/${id}`)).status).toBe(404);
});

describe('the list', () => {
  let lister: ScimClient;
  beforeAll(async () => {
    lister = await scaikeyClient(application, await application.company());
    for (const displayName of ['Beta', 'alpha', 'Gamma']) await lister.post('/Groups', { displayName });
  });
  const names = async (query: string): Promise<string[]> =>
    (await lister.get(`/Groups${query}`)).body.Resources.map(
      ({ displayName }: { displayName: string }) => displayName,
    );

  it('is a SCIMListResponse', async () => {
    const { status, headers, body } = await lister.get('/Groups?startIndex=2&count=1');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect([status, body]).toEqual([
      200,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 3,
        startIndex: 2,
        itemsPerPage: 1,
        Resources: [expect.objectContaining({ displayName: 'alpha', members: [] })],
      },
    ]);
  });

  it('sorts by sortBy in sortOrder', async () => {
    expect(await names('?sortBy=displayName')).toEqual(['alpha', 'Beta', 'Gamma']);
    expect(await names('?sortBy=displayName&sortOrder=descending')).toEqual(['Gamma', 'Beta', 'alpha']);
  });

  it('filters, also by location', async () => {
    expect(await names('?filter=displayName%20sw%20%22g%22')).toEqual(['Gamma']);
    const { body } = await lister.get('/Groups?count=1');
    const { location } = body.Resources[0].meta;
    expect(await names(`?filter=${encodeURIComponent(`meta.location eq "${location}"`)}`)).toEqual(['Beta']);
  });

  it('reads a startIndex below 1 as 1 and a negative count as 0', async () => {
    expect((await lister.get('/Groups?startIndex=-3&count=1')).body).toMatchObject({
      startIndex: 1,
      itemsPerPage: 1,
    });
    expect((await lister.get('/Groups?count=-1')).body).toMatchObject({ totalResults: 3, Resources: [] });
  });

  it('takes attributes and excludedAttributes beside what is documented', async () => {
    const { body } = await lister.get('/Groups?excludedAttributes=members,meta&count=1');
    expect(Object.keys(body.Resources[0])).toEqual(['schemas', 'id', 'displayName']);
    const narrow = await lister.get('/Groups?attributes=members.value&count=1');
    expect(Object.keys(narrow.body.Resources[0]).sort()).toEqual(['id', 'members', 'schemas']);
  });
});

it.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['text/html', 'application/json'],
  ['application/scim+json', 'application/scim+json'],
  ['application/scim+json, application/json;q=0.5', 'application/scim+json'],
  ['application/scim+json;q=0.5, application/json', 'application/json'],
])('Accept %s is answered in %s', async (accept, expected) => {
  const headers = accept === undefined ? {} : { Accept: accept };
  for (const path of ['/Groups', '/Users', '/Schemas']) {
    const answer = await client.get(path, headers);
    expect(answer.headers['content-type']).toBe(`${expected}; charset=utf-8`);
  }
});

it('a group made here is the same on the standard surface', async () => {
  const { id } = await createGroup({ members: [{ value: await createUser() }] });
  const here = await client.get(`/Groups/${id}`);
  const there = await application.scim(client.token).get(`/Groups/${id}`);
  expect(there.headers.etag).toBe(here.headers.etag);
  const bySlug = here.text.replaceAll('/api/v1/tenants/widget-works/scim/v2/', '/standard/scim/v2/');
  expect(there.body).toEqual(JSON.parse(bySlug));
});

it(`a group of ${LARGE} members can be made, read, patched and listed`, async () => {
  const own = await application.company();
  const large = await scaikeyClient(application, own);
  const ids = await insertUsers(application.database, own.slug, LARGE);
  const members = ids.map((value) => ({ value }));
  const { status, body } = await large.post('/Groups', { displayName: 'All', members: members.slice(1) });
  expect([status, body.members.length]).toEqual([201, LARGE - 1]);
  const path = `/Groups/${body.id}`;
  const patched = await large.patch(path, [{ op: 'add', path: 'members', value: [members[0]] }]);
  expect([patched.status, patched.body.members.length]).toEqual([200, LARGE]);
  expect((await large.get(path)).body).toEqual(patched.body);
  expect((await large.get('/Groups')).body.Resources).toEqual([patched.body]);
  const replaced = await large.put(path, { displayName: 'All', members });
  expect(replaced.body.meta.version).toBe(patched.body.meta.version);
}, 120_000);
