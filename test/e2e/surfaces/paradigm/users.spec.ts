import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import { createGroup, createUser, groupOf, LIST, unique, USER } from '../../standard/messages.js';
import { paradigmClient, expectError } from './paradigm-client.js';

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  company = await application.company();
  client = await paradigmClient(application, company);
});
afterAll(() => application.close());

describe('Users', () => {
  it('are created, read, replaced, changed and deleted', async () => {
    const userName = unique('user');
    const created = await client.post('/Users', { schemas: [USER], userName, active: true, externalId: 'e' });
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.headers.location).toBe(`${client.base}/Users/${id}`);
    expect(created.body).toMatchObject({
      schemas: [USER],
      userName,
      meta: { location: created.headers.location },
    });
    expect((await client.get(`/Users/${id}`)).body).toEqual(created.body);
    const replaced = await client.put(`/Users/${id}`, { schemas: [USER], userName, displayName: 'Al' });
    expect([replaced.status, replaced.body.displayName]).toEqual([200, 'Al']);
    const changed = await client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect([changed.status, changed.body.active]).toEqual([200, false]);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    expectError(await client.get(`/Users/${id}`), 404, `Resource ${id} not found`);
  });

  it('are what they are on the standard surface', async () => {
    const user = await createUser(client);
    const group = await groupOf(client, user.id);
    const standard = await (await company.client()).get(`/Users/${user.id}`);
    const own = await client.get(`/Users/${user.id}`);
    expect(own.headers.etag).toBe(standard.headers.etag);
    expect(own.body.groups).toMatchObject([{ value: group.id, $ref: `${client.base}/Groups/${group.id}` }]);
    const unchanged = await client.get(`/Users/${user.id}`, { 'If-None-Match': own.headers.etag ?? '' });
    expect(unchanged.status).toBe(304);
  });

  it('are read in the dialect of the token', async () => {
    const user = await createUser(client);
    const strict = await paradigmClient(application, company, 'strict');
    expectError(
      await strict.patch(`/Users/${user.id}`, [{ op: 'replace', path: 'active', value: 'False' }]),
      400,
      /active/,
      'invalidValue',
    );
    expectError(await strict.post('/Users', { userName: unique() }), 400, /^schemas/, 'invalidValue');
    expectError(
      await strict.patch(`/Groups/${(await createGroup(client)).id}`, [
        { op: 'add', path: 'nope', value: 'x' },
      ]),
      400,
      /nope/,
      'invalidPath',
    );
  });

  it('refuse a name that is taken, and a body without one', async () => {
    const user = await createUser(client);
    expectError(
      await client.post('/Users', { userName: user.userName.toUpperCase() }),
      409,
      /userName/,
      'uniqueness',
    );
    expectError(await client.post('/Users', { displayName: 'x' }), 400, /^userName/, 'invalidValue');
    expectError(await client.put(`/Users/${user.id}`, {}), 400, /^userName/, 'invalidValue');
  });

  it('are listed by 50, with filters', async () => {
    const user = await createUser(client, { externalId: unique('x') });
    const { body } = await client.get(
      `/Users?filter=${encodeURIComponent(`externalId eq "${user.externalId}"`)}`,
    );
    expect(body).toMatchObject({ schemas: [LIST], totalResults: 1, Resources: [{ id: user.id }] });
  });
});

describe('.search', () => {
  const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

  it('SRCH-01 SRCH-08 answers 200 with what the list of the same parameters has', async () => {
    const own = await paradigmClient(application, await application.company());
    const users = [];
    for (const name of ['ann', 'bob', 'cid', 'dan'])
      users.push(await createUser(own, { userName: name, displayName: name }));
    for (const { userName, id } of users)
      await createGroup(own, { displayName: `g-${userName}`, members: [{ value: id }] });
    for (const [path, attribute] of [
      ['/Users', 'userName'],
      ['/Groups', 'displayName'],
    ]) {
      const parameters = {
        filter: `${attribute} co "n"`,
        sortBy: attribute,
        sortOrder: 'descending',
        startIndex: 1,
        count: 1,
      };
      const query = new URLSearchParams(
        Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const listed = await own.get(`${path}?${query.toString()}&attributes=${attribute}`);
      const found = await own.post(`${path}/.search`, {
        schemas: [SEARCH],
        ...parameters,
        attributes: [attribute],
      });
      expect([found.status, found.body]).toEqual([200, listed.body]);
      expect(found.body).toMatchObject({
        totalResults: 2,
        itemsPerPage: 1,
        Resources: [{ [attribute ?? '']: expect.stringMatching(/dan$/) }],
      });
      expect(Object.keys(found.body.Resources[0]).sort()).toEqual(['id', 'schemas', attribute].sort());
    }
    const narrowed = await own.post('/Groups/.search', {
      schemas: [SEARCH],
      excludedAttributes: ['members', 'meta'],
    });
    expect(Object.keys(narrowed.body.Resources[0]).sort()).toEqual([
      'displayName',
      'externalId',
      'id',
      'schemas',
    ]);
    expect(narrowed.body.totalResults).toBe(4);
  });

  it('SRCH-06 of another message is refused', async () => {
    for (const path of ['/Users/.search', '/Groups/.search']) {
      for (const schemas of [undefined, [], [USER], [SEARCH, USER]])
        expectError(
          await client.post(path, { schemas, filter: 'id pr' }),
          400,
          'Invalid schema uri. Must be SearchRequest.',
          'invalidSyntax',
        );
    }
  });

  it.each([
    [{ filter: 'displayName xx "a"' }, /^Invalid filter\/search query: /, 'invalidFilter'],
    [{ filter: 7 }, /^filter: /, 'invalidValue'],
    [{ startIndex: 0 }, 'Invalid startIndex (must be >= 1)', 'invalidValue'],
    [{ count: -1 }, 'Negative indexing is not supported.', 'invalidValue'],
    [{ count: 1.5 }, /^Invalid pagination values: count/, 'invalidValue'],
    [{ count: true }, /^count: /, 'invalidValue'],
    [{ attributes: ['id'], excludedAttributes: ['meta'] }, /attributes/, 'invalidValue'],
  ])('SRCH-04 %j is refused', async (part, detail, scimType) => {
    for (const path of ['/Users/.search', '/Groups/.search'])
      expectError(await client.post(path, { schemas: [SEARCH], ...part }), 400, detail, scimType);
  });

  it('SRCH-04 a body that is no JSON is refused', async () => {
    for (const body of [undefined, '', '{', '[]'])
      expectError(
        await client.post('/Groups/.search', body),
        400,
        /^Could not decode JSON body: /,
        'invalidSyntax',
      );
  });
});

describe('discovery', () => {
  it('says that there is no Bulk, and how large a page is', async () => {
    const { status, headers, body } = await client.get('/ServiceProviderConfig');
    expect([status, headers['content-type']]).toEqual([200, 'application/scim+json; charset=utf-8']);
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      meta: { location: `${client.base}/ServiceProviderConfig` },
    });
  });

  it('has the resource types and schemas of the standard surface, under this base', async () => {
    const standard = await company.client();
    for (const path of ['/ResourceTypes', '/ResourceTypes/Group', '/Schemas', `/Schemas/${USER}`]) {
      const [own, other] = [await client.get(path), await standard.get(path)];
      expect(own.status).toBe(200);
      expect(own.text).toContain(`"location":"${client.base}/`);
      expect(own.text.replaceAll('/scim/v2', '')).toBe(other.text.replaceAll('/standard/scim/v2', ''));
    }
  });
});
