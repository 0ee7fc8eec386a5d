import { request as openRequest } from 'node:http';
import { startTestApplication, type TestApplication, type TestCompany } from '../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  ERROR,
  expectRefusal,
  groupBody,
  memberIds,
  namesWhere,
  NOBODY,
  PATCH_OP,
  unique,
  userBody,
} from './messages.js';

const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const BULK_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';
const MAX_OPERATIONS = 40;
const BODY_LIMIT = 64 * 1024;

type Operation = Readonly<Record<string, unknown>>;

interface OperationResult {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: {
    readonly schemas: string[];
    readonly status: string;
    scimType?: string;
    detail: string;
  };
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
  client = await company.client();
  strict = await company.client('strict');
});
afterAll(() => application.close());

const send = (operations: readonly Operation[], more: object = {}, by = client): Promise<ScimAnswer> =>
  by.post('/Bulk', { schemas: [BULK_REQUEST], ...more, Operations: operations });

async function run(
  operations: readonly Operation[],
  more: object = {},
  by = client,
): Promise<OperationResult[]> {
  const { status, body, text } = await send(operations, more, by);
  if (status !== 200) throw new Error(`${status} ${text}`);
  expect(Object.keys(body).sort()).toEqual(['Operations', 'schemas']);
  expect(body.schemas).toEqual([BULK_RESPONSE]);
  return body.Operations as OperationResult[];
}

const statuses = (results: readonly OperationResult[]): string[] => results.map(({ status }) => status);
const idOf = (result: OperationResult | undefined): string => result?.location?.split('/').at(-1) ?? '';

const postUser = (bulkId: string, part: Operation = {}): Operation => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: userBody(part),
});
const postGroup = (bulkId: string, ...members: string[]): Operation => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: groupBody({ members: members.map((value) => ({ value })) }),
});
const patch = (path: string, ...Operations: Operation[]): Operation => ({
  method: 'PATCH',
  path,
  data: { schemas: [PATCH_OP], Operations },
});
const nameOf = ({ data }: Operation): string =>
  (data as { userName?: string; displayName?: string }).userName ??
  (data as { displayName: string }).displayName;

describe('a job', () => {
  it('BULK-01 BULK-02 BULK-03 BULK-17 BULK-22 carries out every method and says what became of it', async () => {
    const [old, other, group] = [
      await createUser(client),
      await createUser(client),
      await createGroup(client),
    ];
    const results = await run([
      postUser('ada'),
      { method: 'PUT', path: `/Users/${old.id}`, data: userBody({ title: 'Dr' }) },
      { ...patch(`/Users/${old.id}`, { op: 'replace', path: 'title', value: 'Prof' }), bulkId: 'mine' },
      patch(`/Groups/${group.id}`, { op: 'add', path: 'members', value: [{ value: old.id }] }),
      { method: 'DELETE', path: `/Users/${other.id}` },
    ]);
    const at = (path: string): string => `${application.base}${path}`;
    const ada = idOf(results[0]);
    expect(results).toEqual([
      { method: 'POST', bulkId: 'ada', location: at(`/Users/${ada}`), version: 'W/"1"', status: '201' },
      { method: 'PUT', location: at(`/Users/${old.id}`), version: 'W/"2"', status: '200' },
      {
        method: 'PATCH',
        bulkId: 'mine',
        location: at(`/Users/${old.id}`),
        version: 'W/"3"',
        status: '200',
      },
      { method: 'PATCH', location: at(`/Groups/${group.id}`), version: 'W/"2"', status: '204' },
      { method: 'DELETE', location: at(`/Users/${other.id}`), status: '204' },
    ]);
    expect((await client.get(`/Users/${old.id}`)).body).toMatchObject({ title: 'Prof' });
    expect(await memberIds(client, group.id)).toEqual([old.id]);
    expect((await client.get(`/Users/${other.id}`)).status).toBe(404);
    expect((await client.get(`/Users/${ada}`)).headers.etag).toBe('W/"1"');
  });

  it('BULK-03 the version is the ETag of the resource, derived values and all', async () => {
    const [user] = await run([
      postUser('u'),
      postGroup('g', 'bulkId:u'),
      patch('/Users/bulkId:u', { op: 'add', path: 'title', value: 'x' }),
    ]).then((results) => results.slice(2));
    expect((await client.get(`/Users/${idOf(user)}`)).headers.etag).toBe(user?.version);
  });

  it('BULK-01 BULK-03 BULK-04 BULK-13 BULK-25 goes on after errors, each with a SCIM error and what is done stays', async () => {
    const taken = await createUser(client);
    const first = postUser('first');
    const last = postUser('last');
    const results = await run([
      first,
      postUser('second', { userName: taken.userName }),
      { method: 'PUT', path: `/Users/${NOBODY}`, data: userBody() },
      patch(`/Users/${taken.id}`, { op: 'replace', path: 'id', value: 'x' }),
      { method: 'POST', path: '/Groups', bulkId: 'nothing' },
      last,
    ]);
    expect(statuses(results)).toEqual(['201', '409', '404', '400', '400', '201']);
    expect(results.map(({ location }) => location)).toEqual([
      expect.any(String),
      undefined,
      `${application.base}/Users/${NOBODY}`,
      `${application.base}/Users/${taken.id}`,
      undefined,
      expect.any(String),
    ]);
    expect(results[1]).toMatchObject({ method: 'POST', bulkId: 'second' });
    for (const { status, response, version } of results.slice(1, 5)) {
      expect(response).toMatchObject({ schemas: [ERROR], status, detail: expect.stringMatching(/\S/) });
      expect(version).toBeUndefined();
    }
    expect(results[1]?.response?.scimType).toBe('uniqueness');
    expect(results[3]?.response?.scimType).toBe('mutability');
    expect(results[4]?.response?.scimType).toBe('invalidSyntax');
    for (const done of [first, last]) {
      expect(await namesWhere(client, '/Users', `userName eq "${nameOf(done)}"`)).toHaveLength(1);
    }
  });

  it('BULK-14 BULK-15 failOnErrors ends the job after so many errors', async () => {
    const bad: Operation = { method: 'DELETE', path: `/Users/${NOBODY}` };
    const after = postUser('after');
    const operations = [bad, postUser('between'), bad, after];
    expect(statuses(await run(operations, { failOnErrors: 1 }))).toEqual(['404']);
    expect(statuses(await run(operations, { failOnErrors: 2 }))).toEqual(['404', '201', '404']);
    expect(await namesWhere(client, '/Users', `userName eq "${nameOf(after)}"`)).toEqual([]);
    expect(statuses(await run([bad, bad, after], { failOnErrors: 3 }))).toEqual(['404', '404', '201']);
  });

  it('BULK-14 failOnErrors 0 is no limit to a lenient caller and 400 to a strict one', async () => {
    const operations: Operation[] = [
      { method: 'DELETE', path: `/Users/${NOBODY}` },
      { method: 'DELETE', path: `/Users/${NOBODY}` },
    ];
    for (const failOnErrors of [0, '0']) {
      expect(statuses(await run(operations, { failOnErrors }))).toEqual(['404', '404']);
    }
    expect(statuses(await run(operations, { failOnErrors: '1' }))).toEqual(['404']);
    for (const failOnErrors of [0, '1']) {
      const answer = await send(operations, { failOnErrors }, strict);
      expectRefusal(answer, 400, 'invalidValue', /integer of 1 or more; leave it out/);
    }
  });

  it('BULK-14 an operation whose reference ended the job was not carried out', async () => {
    const taken = await createUser(client);
    const group = postGroup('g', 'bulkId:u');
    const results = await run([group, postUser('u', { userName: taken.userName })], { failOnErrors: 1 });
    expect(results.map(({ bulkId, status }) => [bulkId, status])).toEqual([['u', '409']]);
    expect(await namesWhere(client, '/Groups', `displayName eq "${nameOf(group)}"`)).toEqual([]);
  });

  it('BULK-16 create, change and delete of one resource happen in this order', async () => {
    const user = postUser('u');
    const results = await run([
      user,
      patch('/Users/bulkId:u', { op: 'add', path: 'title', value: 'x' }),
      { method: 'DELETE', path: '/Users/bulkId:u' },
      patch('/Users/bulkId:u', { op: 'add', path: 'title', value: 'y' }),
      { ...user, bulkId: 'again' },
    ]);
    expect(statuses(results)).toEqual(['201', '200', '204', '404', '201']);
    expect(idOf(results[3])).toBe(idOf(results[0]));
    expect(idOf(results[4])).not.toBe(idOf(results[0]));
  });

  it('BULK-20 version is the If-Match of an operation', async () => {
    const { id } = await createUser(client);
    const change = (version: unknown): Operation => ({
      ...patch(`/Users/${id}`, { op: 'add', path: 'title', value: unique() }),
      version,
    });
    const results = await run([
      change('W/"7"'),
      change('W/"1"'),
      change('W/"1", W/"2"'),
      change('*'),
      change('4'),
      change(4),
      { method: 'DELETE', path: `/Users/${id}`, version: 'W/"1"' },
    ]);
    expect(statuses(results)).toEqual(['412', '200', '200', '200', '400', '400', '412']);
    expect(results[0]?.response?.status).toBe('412');
  });
});

describe('the envelope', () => {
  const created = async (operation: Operation): Promise<number> =>
    (await namesWhere(client, '/Users', `userName eq "${nameOf(operation)}"`)).length;

  it.each<[string, object, string]>([
    ['no Operations', {}, 'invalidSyntax'],
    ['Operations that are no list', { Operations: {} }, 'invalidSyntax'],
    ['no operation', { Operations: [] }, 'invalidSyntax'],
    ['a number for an operation', { Operations: [1] }, 'invalidSyntax'],
    ['failOnErrors -1', { failOnErrors: -1, Operations: [{}] }, 'invalidValue'],
  ])('BULK-23 %s is 400', async (_, message, scimType) => {
    for (const by of [client, strict]) {
      expectRefusal(await by.post('/Bulk', { schemas: [BULK_REQUEST], ...message }), 400, scimType);
    }
  });

  it.each([[[]], [[PATCH_OP]], ['x'], [undefined]])(
    'BULK-23 schemas %j is 400 to a strict caller and overlooked for a lenient one',
    async (schemas) => {
      const user = postUser('u');
      expectRefusal(await send([user], { schemas }, strict), 400, 'invalidSyntax', /schemas/);
      expect(await created(user)).toBe(0);
      expect(statuses(await run([user], { schemas }))).toEqual(['201']);
    },
  );

  it.each(['{', '[]', '', 'null'])('BULK-23 the body %j is 400 invalidSyntax', async (body) => {
    const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/scim+json' };
    expectRefusal(await client.send({ method: 'POST', path: '/Bulk', headers, body }), 400, 'invalidSyntax');
  });

  it('BULK-05 a POST without a bulkId, or with that of another, refuses the request', async () => {
    const user = postUser('a');
    for (const second of [
      { ...postUser('x'), bulkId: undefined },
      postUser('a'),
      { ...postUser('x'), bulkId: '' },
    ]) {
      expectRefusal(await send([user, second]), 400, 'invalidValue', /Operations\[1\]\.bulkId/);
    }
    expect(await created(user)).toBe(0);
  });

  it('BULK-18 ERR-10 one operation too many is 413, names the limit and nothing is done', async () => {
    const operations = Array.from({ length: MAX_OPERATIONS + 1 }, (_, index) => postUser(`u${index}`));
    expectRefusal(
      await send(operations),
      413,
      undefined,
      new RegExp(`\\b${MAX_OPERATIONS}\\b.*maxOperations`),
    );
    for (const operation of [operations[0]!, operations.at(-1)!]) expect(await created(operation)).toBe(0);
    expect(statuses(await run(operations.slice(1)))).toEqual(Array(MAX_OPERATIONS).fill('201'));
  });

  it('BULK-19 ERR-10 a body over the limit is 413 and names it, with a length or in chunks, whatever is in it', async () => {
    const limit = new RegExp(`\\b${BODY_LIMIT}\\b.*maxPayloadSize`);
    const user = postUser('u', { title: 'x'.repeat(BODY_LIMIT) });
    expectRefusal(await send([user]), 413, undefined, limit);
    expectRefusal(await client.post('/Bulk', '{'.repeat(BODY_LIMIT + 1)), 413, undefined, limit);
    const { status, text } = await postInChunks(JSON.stringify({ Operations: [user] }));
    expect([status, text]).toEqual([413, expect.stringMatching(limit)]);
    expect(await created(user)).toBe(0);
  });

  const postInChunks = (body: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/scim+json' };
      const outgoing = openRequest(`${application.base}/Bulk`, { method: 'POST', headers }, (incoming) => {
        let text = '';
        incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
      });
      outgoing.on('error', reject);
      outgoing.write(body.slice(0, 1000));
      outgoing.end(body.slice(1000));
    });

  it('BULK-18 BULK-19 ServiceProviderConfig publishes the limits', async () => {
    const { bulk } = (await client.get('/ServiceProviderConfig')).body;
    expect(bulk).toEqual({ supported: true, maxOperations: MAX_OPERATIONS, maxPayloadSize: BODY_LIMIT });
  });

  it('HTTP-16 other methods are 405', async () => {
    const answer = await client.get('/Bulk');
    expectRefusal(answer, 405);
    expect(answer.headers.allow).toBe('POST, OPTIONS');
  });
});

describe('a path or method that no operation may have', () => {
  it.each([
    ['POST', '/Users/1', '400'],
    ['PUT', '/Users', '400'],
    ['DELETE', '/Groups', '400'],
    ['PATCH', '/Nope/1', '404'],
    ['PATCH', '/Users/x/y', '404'],
    ['PATCH', '', '400'],
    ['PATCH', undefined, '400'],
    ['PATCH', 7, '400'],
    ['PATCH', '/Users/a\u0000b', '400'],
    ['PATCH', '/Users/\ud800', '400'],
    ['GET', '/Users/1', '400'],
    ['HEAD', '/Users', '400'],
    ['PATCH', '/Me', '501'],
    ['POST', '/Bulk', '404'],
  ])('BULK-06 BULK-07 %s %j fails alone with %s', async (method, path, status) => {
    const good = postUser('good');
    const results = await run([{ method, path, bulkId: 'bad', data: {} }, good]);
    expect(statuses(results)).toEqual([status, '201']);
    expect(results[0]).toMatchObject({ method, bulkId: 'bad', response: { schemas: [ERROR], status } });
  });
});

describe('references', () => {
  it('BULK-09 BULK-26 a bulkId stands for the id of what was created, wherever a reference may stand', async () => {
    const results = await run([
      postUser('boss'),
      postUser('ada', { [ENTERPRISE]: { manager: { value: 'bulkId:boss' } } }),
      postGroup('inner', 'bulkId:ada'),
      postGroup('outer', 'bulkId:inner', 'bulkId:boss'),
      patch('/Groups/bulkId:inner', { op: 'add', path: 'members', value: [{ value: 'bulkId:boss' }] }),
      patch('/Groups/bulkId:outer', { op: 'remove', path: 'members[value eq "bulkId:boss"]' }),
      { method: 'PUT', path: '/Users/bulkId:boss', data: userBody({ title: 'CEO' }) },
    ]);
    expect(statuses(results)).toEqual(['201', '201', '201', '201', '204', '204', '200']);
    const [boss, ada, inner, outer] = results.map(idOf) as [string, string, string, string];
    const stored = (await client.get(`/Users/${ada}`)).body;
    expect(stored[ENTERPRISE].manager).toMatchObject({
      value: boss,
      $ref: `${application.base}/Users/${boss}`,
    });
    expect(await memberIds(client, inner)).toEqual([boss, ada].sort());
    expect(await memberIds(client, outer)).toEqual([inner]);
    const everything = await Promise.all(
      ['/Users?count=1000', '/Groups?count=1000'].map((path) => client.get(path)),
    );
    for (const { text } of everything) expect(text).not.toContain('bulkId');
  });

  it('BULK-10 BULK-17 they may point forward, and the results keep the order of the request', async () => {
    const { id: known } = await createGroup(client);
    const results = await run([
      patch(`/Groups/${known}`, { op: 'add', path: 'members', value: [{ value: 'bulkId:ada' }] }),
      postGroup('guides', 'bulkId:ada', 'bulkId:bob'),
      patch('/Users/bulkId:bob', { op: 'add', path: 'title', value: 'x' }),
      postUser('ada', { [ENTERPRISE]: { manager: { value: 'bulkId:bob' } } }),
      postUser('bob'),
    ]);
    expect(results.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      [undefined, '204'],
      ['guides', '201'],
      [undefined, '200'],
      ['ada', '201'],
      ['bob', '201'],
    ]);
    const [, guides, , ada, bob] = results.map(idOf) as [string, string, string, string, string];
    expect(await memberIds(client, guides)).toEqual([ada, bob].sort());
    expect(await memberIds(client, known)).toEqual([ada]);
    expect(results[1]?.version).toBe('W/"1"');
    expect((await client.get(`/Users/${ada}`)).body[ENTERPRISE].manager.value).toBe(bob);
  });

  it('BULK-11 circles of groups are closed', async () => {
    const { id: known } = await createUser(client);
    const results = await run([
      postGroup('a', 'bulkId:b', known),
      postGroup('b', 'bulkId:c'),
      postGroup('c', 'bulkId:a', 'bulkId:c'),
    ]);
    expect(statuses(results)).toEqual(['201', '201', '201']);
    const [a, b, c] = results.map(idOf) as [string, string, string];
    expect(await memberIds(client, a)).toEqual([b, known].sort());
    expect(await memberIds(client, b)).toEqual([c]);
    expect(await memberIds(client, c)).toEqual([a, c].sort());
    for (const [index, id] of [a, b, c].entries()) {
      expect((await client.get(`/Groups/${id}`)).headers.etag).toBe(results[index]?.version);
    }
  });

  it('BULK-11 so are circles of users, and of both where one way is read-only', async () => {
    const managedBy = (bulkId: string): Operation => ({
      [ENTERPRISE]: { department: 'd', manager: { value: bulkId } },
    });
    const results = await run([
      postUser('a', managedBy('bulkId:b')),
      postUser('b', managedBy('bulkId:a')),
      postUser('c', { groups: [{ value: 'bulkId:g' }] }),
      postGroup('g', 'bulkId:c'),
    ]);
    expect(statuses(results)).toEqual(['201', '201', '201', '201']);
    const [a, b, c, g] = results.map(idOf) as [string, string, string, string];
    const manager = async (id: string): Promise<unknown> =>
      (await client.get(`/Users/${id}`)).body[ENTERPRISE];
    expect(await manager(a)).toMatchObject({ department: 'd', manager: { value: b } });
    expect(await manager(b)).toMatchObject({ department: 'd', manager: { value: a } });
    expect((await client.get(`/Users/${c}`)).body.groups).toMatchObject([{ value: g }]);
  });

  it('BULK-11 BULK-12 a circle of which one part fails is taken back whole', async () => {
    const taken = await createGroup(client);
    const good = postGroup('good', 'bulkId:bad');
    const bad = postGroup('bad', 'bulkId:good');
    (bad['data'] as Record<string, unknown>)['displayName'] = taken.displayName;
    for (const job of [
      [good, bad],
      [bad, good],
    ]) {
      const results = await run(job);
      expect(new Map(results.map(({ bulkId, status }) => [bulkId, status]))).toEqual(
        new Map([
          ['good', '409'],
          ['bad', '409'],
        ]),
      );
      for (const { location, response } of results) {
        expect([location, response?.status]).toEqual([undefined, '409']);
      }
      expect(await namesWhere(client, '/Groups', `displayName eq "${nameOf(good)}"`)).toEqual([]);
    }
  });

  it.each(['lenient', 'strict'] as const)(
    'BULK-12 BULK-26 a reference that nothing resolves fails its operation and is not stored (%s)',
    async (dialect) => {
      const by = dialect === 'strict' ? strict : client;
      const taken = await createUser(client);
      const { id } = await createGroup(client);
      const results = await run(
        [
          postGroup('g', 'bulkId:nobody'),
          postUser('u', { [ENTERPRISE]: { manager: { value: 'bulkId:nobody' } } }),
          postUser('failed', { userName: taken.userName }),
          postGroup('h', 'bulkId:failed'),
          patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: 'bulkId:failed' }] }),
          patch('/Users/bulkId:failed', { op: 'add', path: 'title', value: 'x' }),
          { method: 'DELETE', path: '/Users/bulkId:nobody' },
        ],
        {},
        by,
      );
      expect(statuses(results)).toEqual(['400', '400', '409', '409', '409', '409', '400']);
      expect(results[0]?.response).toMatchObject({
        scimType: 'invalidValue',
        detail: expect.stringContaining('bulkId:nobody'),
      });
      expect(results[3]?.response?.detail).toContain('Operations[2]');
      expect(await memberIds(client, id)).toEqual([]);
    },
  );

  it('BULK-12 the company that ignores unknown members does not ignore these', async () => {
    const ignoring = await application.company();
    await application.administration.setCompany(ignoring.slug, { unknownMembers: 'ignore' });
    const results = await run(
      [postGroup('g', NOBODY), postGroup('h', 'bulkId:x')],
      {},
      await ignoring.client(),
    );
    expect(statuses(results)).toEqual(['201', '400']);
  });

  it('BULK-16 nothing is created ahead of what decides over it', async () => {
    const leaving = await createUser(client);
    const group = postGroup('g', 'bulkId:new');
    const results = await run([
      group,
      patch('/Groups/bulkId:g', { op: 'add', path: 'externalId', value: 'kept' }),
      { method: 'DELETE', path: `/Users/${leaving.id}` },
      postUser('new', { userName: leaving.userName }),
    ]);
    expect(statuses(results)).toEqual(['201', '204', '204', '201']);
    expect(await memberIds(client, idOf(results[0]))).toEqual([idOf(results[3])]);
    expect((await client.get(`/Groups/${idOf(results[0])}`)).body.externalId).toBe('kept');
  });

  it('BULK-16 of two that want one name, the first in the request gets it', async () => {
    const name = unique('wanted');
    const group = postGroup('g', 'bulkId:second');
    const results = await run([
      group,
      postUser('first', { userName: name }),
      postUser('second', { userName: name.toUpperCase() }),
    ]);
    expect(statuses(results)).toEqual(['409', '201', '409']);
    expect(await namesWhere(client, '/Groups', `displayName eq "${nameOf(group)}"`)).toEqual([]);
  });
});

describe('callers', () => {
  it('BULK-08 BULK-21 each dialect reads operations as it reads single requests', async () => {
    const { id } = await createUser(client);
    const path = `/Users/${id}`;
    const forms: readonly (readonly ['PATCH' | 'POST', string, Operation])[] = [
      ['PATCH', path, { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }],
      ['PATCH', path, { schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'shoeSize', value: 45 }] }],
      ['PATCH', path, { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'id', value: id }] }],
      ['PATCH', path, { op: 'add', path: 'title', value: 'x' }],
      ['POST', '/Users', { userName: unique() }],
      [
        'POST',
        '/Users',
        userBody({
          emails: [
            { value: 'a', primary: true },
            { value: 'b', primary: true },
          ],
        }),
      ],
      ['POST', '/Groups', { schemas: ['urn:x'], displayName: unique() }],
      ['POST', '/Users', userBody({ title: 'a\u0000b' })],
    ];
    for (const by of [client, strict]) {
      for (const [method, target, data] of forms) {
        const copy = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
        const [bulk] = await run([{ method, path: target, bulkId: 'x', data: copy }], {}, by);
        for (const name of ['userName', 'displayName']) if (name in copy) copy[name] = unique();
        const single = method === 'POST' ? await by.post(target, copy) : await by.patch(target, copy);
        expect([data, bulk?.status, bulk?.response?.scimType]).toEqual([
          data,
          String(single.status),
          single.status >= 400 ? single.body.scimType : undefined,
        ]);
      }
    }
  });

  it('BULK-21 a token that only reads is 403', async () => {
    const user = postUser('u');
    expectRefusal(await send([user], {}, await company.client('lenient', ['scim:read'])), 403);
    expect(await namesWhere(client, '/Users', `userName eq "${nameOf(user)}"`)).toEqual([]);
  });

  it('BULK-21 TEN-06 resources of another company are not there', async () => {
    const foreign = await createUser(await (await application.company()).client());
    const results = await run([
      { method: 'DELETE', path: `/Users/${foreign.id}` },
      patch(`/Users/${foreign.id}`, { op: 'add', path: 'title', value: 'x' }),
      postGroup('g', foreign.id),
    ]);
    expect(statuses(results)).toEqual(['404', '404', '400']);
  });

  it('BULK-21 IDP-01 passwords are dropped here too', async () => {
    const results = await run([
      postUser('u', { password: 'correct horse' }),
      postUser('v', { password: 'correct horse', active: 'perhaps' }),
    ]);
    expect(statuses(results)).toEqual(['201', '400']);
    expect(JSON.stringify(results)).not.toMatch(/password|horse/);
    expect((await client.get(`/Users/${idOf(results[0])}`)).text).not.toMatch(/password|horse/);
  });

  it('other requests are answered while a job runs', async () => {
    let answered = 0;
    for (let round = 0; round < 10 && answered === 0; round += 1) {
      let finished = false;
      const names = Array.from({ length: MAX_OPERATIONS }, (_, index) => `u${round}-${index}`);
      const job = send(names.map((name) => postUser(name))).finally(() => (finished = true));
      await client.get('/Users?count=1');
      if (!finished) answered += 1;
      expect((await job).status).toBe(200);
    }
    expect(answered).toBe(1);
  });
});
