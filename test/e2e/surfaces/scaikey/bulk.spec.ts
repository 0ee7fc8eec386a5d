import {
  startTestApplication,
  type TestApplication,
  type TestCompany,
} from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  ERROR,
  memberIds,
  namesWhere,
  NOBODY,
  PATCH_OP,
  unique,
} from '../../standard/messages.js';
import { baseOf, companyId, scaikeyClient } from './scaikey.js';

const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const MAX_OPERATIONS = 20;
const BODY_LIMIT = 32 * 1024;

type Operation = Readonly<Record<string, unknown>>;

interface OperationResult {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: Record<string, unknown>;
}

let application: TestApplication;
let company: TestCompany;
let client: ScimClient;
let strict: ScimClient;

beforeAll(async () => {
  application = await startTestApplication({
    settings: { MAX_OPERATIONS: String(MAX_OPERATIONS), BODY_LIMIT: String(BODY_LIMIT) },
  });
  company = await application.company();
  client = await scaikeyClient(application, company);
  strict = await scaikeyClient(application, company, 'strict');
});
afterAll(() => application.close());

const send = (operations: readonly unknown[], more: object = {}, by = client): Promise<ScimAnswer> =>
  by.post('/Bulk', { ...more, Operations: operations });

async function run(
  operations: readonly Operation[],
  more: object = {},
  by = client,
): Promise<OperationResult[]> {
  const { status, body, text, headers } = await send(operations, more, by);
  if (status !== 200) throw new Error(`${status} ${text}`);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(Object.keys(body).sort()).toEqual(['Operations', 'schemas']);
  expect(body.schemas).toEqual([BULK_RESPONSE]);
  return body.Operations as OperationResult[];
}

const statuses = (results: readonly OperationResult[]): string[] => results.map(({ status }) => status);
const idOf = (result: OperationResult | undefined): string => result?.location?.split('/').at(-1) ?? '';
const group = (bulkId: string, ...members: string[]): Operation => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: { displayName: unique('Group'), members: members.map((value) => ({ value })) },
});
const user = (bulkId: string, part: object = {}): Operation => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { userName: unique('user'), ...part },
});
const patch = (path: string, ...Operations: Operation[]): Operation => ({
  method: 'PATCH',
  path,
  data: { Operations },
});
const missing = (loc: readonly unknown[], input: unknown): object => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input,
});

it('BULK-01 BULK-02 BULK-03 BULK-22 every method, with the statuses of this surface and links by the slug', async () => {
  const [old, other, known] = [await createUser(client), await createUser(client), await createGroup(client)];
  const results = await run([
    user('ada'),
    { method: 'PUT', path: `/Users/${old.id}`, data: { userName: unique(), title: 'Dr' } },
    patch(`/Groups/${known.id}`, { op: 'add', path: 'members', value: [{ value: old.id }] }),
    { method: 'DELETE', path: `/Users/${other.id}`, data: null, version: null },
  ]);
  const at = (path: string): string => `${application.origin}/api/v1/tenants/${company.slug}/scim/v2${path}`;
  expect(results).toEqual([
    {
      method: 'POST',
      bulkId: 'ada',
      location: at(`/Users/${idOf(results[0])}`),
      version: 'W/"1"',
      status: '201',
    },
    { method: 'PUT', location: at(`/Users/${old.id}`), version: 'W/"2"', status: '200' },
    { method: 'PATCH', location: at(`/Groups/${known.id}`), version: 'W/"2"', status: '200' },
    { method: 'DELETE', location: at(`/Users/${other.id}`), status: '204' },
  ]);
  expect(await memberIds(client, known.id)).toEqual([old.id]);
});

it('BULK-03 links name the slug where the path has the id, and the answer can be SCIM’s own type', async () => {
  const id = await companyId(application, company.slug);
  const byId = application.scim(client.token, baseOf(application, id));
  const { status, body, headers } = await byId.post(
    '/Bulk',
    { Operations: [user('u')] },
    { Accept: 'application/scim+json' },
  );
  expect([status, headers['content-type']]).toEqual([200, 'application/scim+json; charset=utf-8']);
  expect(body.Operations[0].location).toMatch(`${client.base}/Users/`);
});

it('BULK-04 BULK-13 BULK-21 BULK-25 what is wrong with the form of an operation is its 422 alone', async () => {
  const { id } = await createUser(client);
  const good = user('good');
  const operations: readonly (readonly [Operation, readonly object[]])[] = [
    [{ ...group('a'), data: { members: 'x' } }, [missing(['body', 'displayName'], { members: 'x' })]],
    [{ method: 'PUT', path: `/Users/${id}`, data: {} }, [missing(['body', 'userName'], {})]],
    [{ method: 'PATCH', path: `/Users/${NOBODY}`, data: {} }, [missing(['body', 'Operations'], {})]],
    [{ method: 'PATCH', path: `/Users/${id}` }, [missing(['body'], null)]],
    [{ method: 'POST', path: '/Users', bulkId: 'b', data: null }, [missing(['body'], null)]],
  ];
  const results = await run([...operations.map(([operation]) => operation), good]);
  expect(statuses(results)).toEqual([...operations.map(() => '422'), '201']);
  for (const [index, [, detail]] of operations.entries()) {
    expect(results[index]?.response).toEqual({ detail: expect.arrayContaining([...detail]) });
  }
  expect(results[0]?.response?.['detail']).toHaveLength(2);
});

it('BULK-08 BULK-21 each operation has the status and the answer of the single request', async () => {
  const taken = await createUser(client);
  const one = await createUser(client);
  const nest = (depth: number): unknown => (depth === 0 ? 'x' : { in: nest(depth - 1) });
  const forms: readonly (readonly ['POST' | 'PUT' | 'PATCH', string, unknown])[] = [
    ['POST', '/Users', { userName: taken.userName }],
    ['POST', '/Users', { userName: 7, password: 'correct horse' }],
    ['POST', '/Users', { userName: '' }],
    ['POST', '/Users', { userName: 'a\u0000b' }],
    ['POST', '/Users', { userName: unique(), name: nest(32) }],
    ['POST', '/Groups', { displayName: '' }],
    ['POST', '/Groups', { displayName: unique(), members: [{ value: NOBODY }] }],
    ['POST', '/Groups', { displayName: unique(), members: [{}] }],
    ['POST', '/Groups', { displayName: unique(), schemas: ['urn:x'] }],
    ['PUT', `/Users/${NOBODY}`, { userName: unique() }],
    ['PUT', `/Users/${NOBODY}`, { userName: [] }],
    ['PUT', `/Users/${one.id}`, { userName: taken.userName }],
    ['PATCH', `/Users/${one.id}`, { Operations: [{ op: 'replace', path: 'id', value: 'x' }] }],
    ['PATCH', `/Users/${one.id}`, { Operations: [{ op: 'replace', path: 'shoeSize', value: 'x' }] }],
    ['PATCH', `/Users/${one.id}`, { Operations: [{ path: 'title' }] }],
    ['PATCH', `/Users/${one.id}`, { Operations: [] }],
    ['PATCH', `/Groups/${NOBODY}`, { Operations: [{ op: 'move' }] }],
  ];
  for (const by of [client, strict]) {
    for (const [method, path, data] of forms) {
      const single = await by.send({
        method,
        path,
        headers: { Authorization: `Bearer ${by.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(data),
      });
      if (single.status === 201) await by.delete(`/Groups/${single.body.id}`);
      const [bulk] = await run([{ method, path, bulkId: 'x', data }], {}, by);
      expect([method, path, bulk?.status]).toEqual([method, path, String(single.status)]);
      // What a store could not keep is named by its place in the operation.
      const place = /^data\./;
      const told = JSON.parse(JSON.stringify(bulk?.response ?? null), (name, value: unknown) =>
        name === 'detail' && typeof value === 'string' ? value.replace(place, '') : value,
      ) as unknown;
      expect(told).toEqual(single.status < 400 ? null : single.body);
      expect(JSON.stringify(bulk)).not.toContain('correct horse');
    }
  }
});

it('BULK-09 BULK-10 BULK-11 BULK-26 references resolve forward and in circles', async () => {
  const results = await run([
    group('a', 'bulkId:b', 'bulkId:ada'),
    group('b', 'bulkId:a'),
    user('ada', { [ENTERPRISE]: { manager: { value: 'bulkId:bob' } } }),
    user('bob', { [ENTERPRISE]: { manager: { value: 'bulkId:ada' } } }),
    patch('/Groups/bulkId:b', { op: 'add', path: 'members', value: [{ value: 'bulkId:bob' }] }),
    patch('/Groups/bulkId:a', { op: 'remove', path: 'members[value eq "bulkId:ada"]' }),
  ]);
  expect(statuses(results)).toEqual(['201', '201', '201', '201', '200', '200']);
  const [a, b, ada, bob] = results.map(idOf) as [string, string, string, string];
  expect(await memberIds(client, a)).toEqual([b]);
  expect(await memberIds(client, b)).toEqual([a, bob].sort());
  for (const [id, manager] of [
    [ada, bob],
    [bob, ada],
  ]) {
    expect((await client.get(`/Users/${id}`)).body[ENTERPRISE].manager).toMatchObject({
      value: manager,
      $ref: `${client.base}/Users/${manager}`,
    });
  }
});

it('BULK-12 a reference to what failed is refused, and what a form refuses counts as failed', async () => {
  const results = await run([
    { ...group('bad'), data: { displayName: 5 } },
    group('g', 'bulkId:bad'),
    group('h', 'bulkId:nobody'),
  ]);
  expect(statuses(results)).toEqual(['422', '409', '400']);
  expect(results[2]?.response).toMatchObject({ schemas: [ERROR], scimType: 'invalidValue', status: '400' });
});

it('BULK-14 BULK-15 failOnErrors ends the job, read as the document declares it', async () => {
  const bad: Operation = { method: 'DELETE', path: `/Users/${NOBODY}` };
  for (const failOnErrors of [1, '1', true]) {
    expect(statuses(await run([bad, user('u')], { failOnErrors }))).toEqual(['404']);
  }
  expect(statuses(await run([bad, user('u')], { failOnErrors: null }))).toEqual(['404', '201']);
});

it('BULK-20 version is the If-Match of an operation', async () => {
  const { id } = await createUser(client);
  const change = { ...patch(`/Users/${id}`, { op: 'add', path: 'title', value: 'x' }), version: 'W/"7"' };
  expect(statuses(await run([change, { ...change, version: 'W/"1"' }]))).toEqual(['412', '200']);
});

it('BULK-23 a job of the wrong form is 422, with all that is wrong with it, and nothing is done', async () => {
  const good = user('good');
  const answer = await send([{ ...good, data: 'x', bulkId: 3 }, { path: '/Users' }, 1], {
    failOnErrors: 1.5,
    schemas: 'x',
  });
  const locations = (answer.body.detail as { type: string; loc: unknown[] }[]).map(({ type, loc }) => [
    type,
    ...loc.slice(1),
  ]);
  expect([answer.status, locations]).toEqual([
    422,
    [
      ['list_type', 'schemas'],
      ['int_from_float', 'failOnErrors'],
      ['string_type', 'Operations', 0, 'bulkId'],
      ['dict_type', 'Operations', 0, 'data'],
      ['missing', 'Operations', 1, 'method'],
      ['model_attributes_type', 'Operations', 2],
    ],
  ]);
  const types = async (part: object): Promise<string> =>
    (await send([good], part)).body.detail[0].type as string;
  expect(await types({ failOnErrors: 'many' })).toBe('int_parsing');
  expect(await types({ failOnErrors: [] })).toBe('int_type');
  const nothing = await client.post('/Bulk', {});
  expect([nothing.status, nothing.body]).toEqual([422, { detail: [missing(['body', 'Operations'], {})] }]);
  expect(
    await namesWhere(client, '/Users', `userName eq "${(good['data'] as { userName: string }).userName}"`),
  ).toEqual([]);
});

it('BULK-21 BULK-23 what no answer could repeat is 400, and in one operation it is refused alone', async () => {
  let deep: unknown = 'x';
  for (let depth = 0; depth < 200; depth += 1) deep = [deep];
  const operation = { method: 'POST', path: '/Users', bulkId: 'x', data: { userName: deep } };
  const good = user('good');
  expect(statuses(await run([operation, good]))).toEqual(['400', '201']);
  const answer = await send([{ ...operation, method: undefined }]);
  expect([answer.status, answer.body]).toEqual([
    400,
    expect.objectContaining({ schemas: [ERROR], scimType: 'invalidSyntax', status: '400' }),
  ]);
});

it('BULK-05 BULK-23 what the form lets pass is judged as on the standard surface', async () => {
  const refusals: readonly (readonly [unknown[], object, string | undefined])[] = [
    [[], {}, 'invalidSyntax'],
    [[{ ...user('a'), bulkId: null }], {}, 'invalidValue'],
    [[user('a'), user('a')], {}, 'invalidValue'],
    [[user('a')], { failOnErrors: -1 }, 'invalidValue'],
  ];
  for (const [operations, more, scimType] of refusals) {
    const { status, body, headers } = await send(operations, more);
    expect([status, body.schemas, body.status, body.scimType]).toEqual([400, [ERROR], '400', scimType]);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  }
  expect((await send([user('a')], { schemas: [PATCH_OP] }, strict)).status).toBe(400);
  expect((await send([user('a')], { schemas: [PATCH_OP] })).status).toBe(200);
});

it('BULK-14 failOnErrors 0 is no limit to a lenient token and 400 to a strict one', async () => {
  const bad = { method: 'DELETE', path: `/Users/${NOBODY}` };
  expect(statuses(await run([bad, user('u')], { failOnErrors: 0 }))).toEqual(['404', '201']);
  expect((await send([bad], { failOnErrors: 0 }, strict)).status).toBe(400);
});

it('BULK-18 BULK-19 the limits are published, and over them it is 413', async () => {
  const { bulk } = (await client.get('/ServiceProviderConfig')).body;
  expect(bulk).toEqual({ supported: true, maxOperations: MAX_OPERATIONS, maxPayloadSize: BODY_LIMIT });
  const many = Array.from({ length: MAX_OPERATIONS + 1 }, (_, index) => user(`u${index}`));
  const large = [user('u', { title: 'x'.repeat(BODY_LIMIT) })];
  for (const [operations, limit] of [
    [many, /20.*maxOperations/],
    [large, /32768.*maxPayloadSize/],
  ] as const) {
    const { status, body, headers } = await send(operations);
    expect([status, body]).toEqual([
      413,
      { schemas: [ERROR], status: '413', detail: expect.stringMatching(limit) },
    ]);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  }
  expect(statuses(await run(many.slice(1)))).toEqual(Array(MAX_OPERATIONS).fill('201'));
});

it('BULK-21 resources of another company are not there, and the answers say no more of them than of nobody', async () => {
  const stranger = await scaikeyClient(application, await application.company());
  const theirs = await createGroup(stranger, {
    members: [{ value: (await createUser(stranger)).id }],
  });
  const own = await createGroup(client);
  const tell = async (id: string): Promise<string> =>
    JSON.stringify(
      await run([
        { method: 'DELETE', path: `/Groups/${id}` },
        { method: 'PUT', path: `/Groups/${id}`, data: { displayName: 'Taken' } },
        patch(`/Groups/${id}`, { op: 'remove', path: 'members' }),
        patch(`/Groups/${own.id}`, { op: 'add', path: 'members', value: [{ value: id }] }),
        { ...group('g', id), data: { displayName: 'Borrowed', members: [{ value: id }] } },
      ]),
    ).replaceAll(id, '<id>');
  const told = await tell(theirs.id);
  expect(statuses(JSON.parse(told) as OperationResult[])).toEqual(['404', '404', '404', '400', '400']);
  expect(told).toBe(await tell(NOBODY));
  expect((await stranger.get(`/Groups/${theirs.id}`)).body).toEqual(theirs);
});
