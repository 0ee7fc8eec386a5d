import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import { baseOf, companyId, scaikeyClient } from './scaikey.js';

const UNKNOWN = '0000000000000001';

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
beforeAll(async () => {
  application = await startTestApplication({ settings: { MAX_OPERATIONS: '2' } });
  company = await application.company();
  client = await scaikeyClient(application, company);
});
afterAll(() => application.close());

const expectError = (
  { status, headers, body }: ScimAnswer,
  error: { status: number; scimType?: string },
): void => {
  expect([status, body]).toEqual([
    error.status,
    {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
      detail: expect.stringMatching(/\S/),
      status: String(error.status),
    },
  ]);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
};

it.each([undefined, 'unknown-token'])('401 for the token %s', async (token) => {
  const answer = await application.scim(token, baseOf(application, company.slug)).get('/Groups');
  expectError(answer, { status: 401 });
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer\b/);
});

it('401 also where nothing is served', async () => {
  const anonymous = application.scim(undefined, baseOf(application, company.slug));
  for (const path of ['', '/Nope', '/ServiceProviderConfig', '/Bulk']) {
    expectError(await anonymous.get(path), { status: 401 });
  }
});

it('403 for a token that may only read', async () => {
  const reader = application.scim(
    await company.token('lenient', ['scim:read']),
    baseOf(application, company.slug),
  );
  expect((await reader.get('/Groups')).status).toBe(200);
  expectError(await reader.post('/Groups', { displayName: 'x' }), { status: 403 });
  expectError(await reader.post('/Bulk', {}), { status: 403 });
});

describe('the company in the path', () => {
  it('is named by its slug or its id', async () => {
    const id = await companyId(application, company.slug);
    const byId = application.scim(client.token, baseOf(application, id));
    const { status, body } = await byId.post('/Groups', { displayName: 'By id' });
    expect(status).toBe(201);
    expect(body.meta.location).toBe(`${client.base}/Groups/${body.id}`);
  });

  it('404 when it is another one or none, with equal answers', async () => {
    const other = await application.company('other-company');
    const { body: theirs } = await (
      await scaikeyClient(application, other)
    ).post('/Groups', { displayName: 'Their' });
    const answers: string[] = [];
    for (const tenant of ['other-company', 'nobody-at-all', '00000000000fffff']) {
      const stranger = application.scim(client.token, baseOf(application, tenant));
      for (const path of [
        '/Groups',
        `/Groups/${theirs.id}`,
        '/Users',
        '/Schemas',
        '/ServiceProviderConfig',
        '/Nope',
      ]) {
        const answer = await stranger.get(path);
        expectError(answer, { status: 404 });
        answers.push(answer.text.replace(tenant, '…'));
      }
      expectError(await stranger.post('/Bulk', {}), { status: 404 });
      expectError(await stranger.delete(`/Groups/${theirs.id}`), { status: 404 });
    }
    expect(new Set(answers).size).toBe(1);
    expectError(await client.get(`/Groups/${theirs.id}`), { status: 404 });
  });
});

it.each(['Groups', 'Users'])('404 for unknown ids of any shape: %s', async (type) => {
  for (const id of [UNKNOWN, 'grp_123', 'FFFFFFFFFFFFFFFF', '1', '%00', '%', '../x']) {
    expectError(await client.get(`/${type}/${id}`), { status: 404 });
  }
  expectError(await client.delete(`/${type}/${UNKNOWN}`), { status: 404 });
});

it('404 and 405 for what is not served, in the words of the documented server', async () => {
  for (const path of ['', '/', '/Nope', '/Me', '/Groups/1/2', '/.search']) {
    const answer = await client.get(path);
    expectError(answer, { status: 404 });
    expect(answer.body.detail).toBe('Not Found');
  }
  const wrong: [string, string, string][] = [
    ['PUT', '/Groups', 'GET, HEAD, POST'],
    ['DELETE', '/Users', 'GET, HEAD, POST'],
    ['POST', '/Groups/.search', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['POST', `/Users/${UNKNOWN}`, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['GET', '/Bulk', 'POST'],
    ['PUT', '/ServiceProviderConfig', 'GET, HEAD'],
    ['OPTIONS', '/Groups', 'GET, HEAD, POST'],
  ];
  for (const [method, path, allow] of wrong) {
    const answer = await client.send({ method, path, headers: { Authorization: `Bearer ${client.token}` } });
    expectError(answer, { status: 405 });
    expect([answer.body.detail, answer.headers.allow]).toEqual(['Method Not Allowed', allow]);
  }
});

it('400 with scimType for what the form does not tell, as the dialect of the token has it', async () => {
  const { body: group } = await client.post('/Groups', { displayName: 'Contents' });
  const path = `/Groups/${group.id}`;
  expectError(await client.get('/Groups?filter=displayName+zz+%22a%22'), {
    status: 400,
    scimType: 'invalidFilter',
  });
  expectError(await client.get('/Groups?filter=%20'), { status: 400, scimType: 'invalidFilter' });
  expectError(await client.get('/Groups?sortBy=nothing'), { status: 400, scimType: 'invalidValue' });
  expectError(await client.get('/Users?sortBy=userName&sortOrder=down'), {
    status: 400,
    scimType: 'invalidValue',
  });
  const unknownPath = [{ op: 'replace', path: 'nothing', value: 'x' }];
  expect((await client.patch(path, unknownPath)).status).toBe(200);
  const strict = await scaikeyClient(application, company, 'strict');
  expectError(await strict.patch(path, unknownPath), { status: 400, scimType: 'invalidPath' });
  expectError(await client.patch(path, [{ op: 'replace', path: 'id', value: 'x' }]), {
    status: 400,
    scimType: 'mutability',
  });
  expectError(await client.post('/Groups', { displayName: 'Lost', members: [{ value: UNKNOWN }] }), {
    status: 400,
    scimType: 'invalidValue',
  });
  expectError(await client.get('/Groups?attributes=id&excludedAttributes=members'), {
    status: 400,
    scimType: 'invalidValue',
  });
});

it('409, 412 and 413', async () => {
  const { body: group } = await client.post('/Groups', { displayName: 'Taken' });
  expectError(await client.post('/Groups', { displayName: 'TAKEN' }), {
    status: 409,
    scimType: 'uniqueness',
  });
  expectError(await client.put(`/Groups/${group.id}`, { displayName: 'x' }, { 'If-Match': 'W/"999"' }), {
    status: 412,
  });
  const operation = { op: 'replace', path: 'displayName', value: 'y' };
  expectError(await client.patch(`/Groups/${group.id}`, [operation, operation, operation]), { status: 413 });
});

it('errors are application/json even where SCIM’s own type is asked for', async () => {
  const headers = { Accept: 'application/scim+json' };
  expectError(await client.get(`/Groups/${UNKNOWN}`, headers), { status: 404 });
  expect((await client.post('/Groups', {}, headers)).headers['content-type']).toMatch(/^application\/json\b/);
});
