import pg from 'pg';
import { RequestJournal } from '../../src/scim/request-journal.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const NOBODY = '0123456789abcdef';

interface Row {
  readonly txn: string;
  readonly [column: string]: unknown;
}

let service: TestApplication;
let admin: pg.Client;
let client: ScimClient;

beforeAll(async () => {
  service = await startTestApplication();
  admin = new pg.Client(service.database.adminUrl);
  await admin.connect();
  client = await (await service.company('acme')).client();
});
afterAll(async () => {
  await admin.end();
  await service.close();
});

/** All entries of a request, once there are as many as expected. */
async function entriesOf(requestId: string, expected = 1): Promise<Row[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { rows } = await admin.query<Row>(
      `SELECT a.*, c.slug, format_resource_id(a.resource_id) AS resource FROM activity a
       JOIN companies c ON c.id = a.company_id WHERE a.request_id = $1 ORDER BY a.id`,
      [requestId],
    );
    if (rows.length >= expected) return rows;
    if (Date.now() > deadline)
      throw new Error(`of request ${requestId} the journal has ${rows.length} entries`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

let sent = 0;

/** Sends a request with an id of its own, and returns its entries. */
async function journal(
  send: (headers: Record<string, string>) => Promise<{ status: number }>,
  expected = 1,
): Promise<{ status: number; entries: Row[] }> {
  const id = `journal-${++sent}`;
  const { status } = await send({ 'X-Request-Id': id });
  return { status, entries: await entriesOf(id, expected) };
}

const ofOkta = (headers: Record<string, string>): Record<string, string> => ({
  ...headers,
  'User-Agent': 'Okta SCIM Client 1.0',
});

it('tells of a change with the request that made it', async () => {
  const body = { schemas: [USER], userName: 'ada', externalId: 'x1' };
  const { entries } = await journal((headers) => client.post('/Users', body, ofOkta(headers)));
  expect(entries).toEqual([
    expect.objectContaining({
      slug: 'acme',
      operation: 'create',
      outcome: 'done',
      client: 'Okta SCIM Client 1.0',
      credential_name: 'test',
      surface: 'standard',
      display: 'ada',
      external_id: 'x1',
    }),
  ]);
});

it('tells why a request was refused, and that one changed nothing', async () => {
  const { body } = await client.post('/Users', { schemas: [USER], userName: 'eve', title: 'Dr.' });
  const id = body.id as string;
  const patch = (title: unknown, headers: Record<string, string>): Promise<{ status: number }> =>
    client.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: title }], headers);

  const taken = await journal((headers) =>
    client.post('/Users', { schemas: [USER], userName: 'eve' }, headers),
  );
  expect(taken.entries).toEqual([
    expect.objectContaining({
      operation: 'create',
      outcome: 'refused',
      status: 409,
      scim_type: 'uniqueness',
      resource_type: 'User',
      display: 'eve',
    }),
  ]);
  const wrong = await journal((headers) => patch({ a: 1 }, headers));
  expect(wrong.entries).toEqual([
    expect.objectContaining({
      operation: 'patch',
      outcome: 'refused',
      status: 400,
      resource: id,
      detail: {
        message: expect.stringContaining('title'),
        request: 'PATCH /standard/scim/v2/Users/…',
        operations: ['replace title'],
      },
    }),
  ]);
  const same = await journal((headers) => patch('Dr.', headers));
  expect(same.entries).toEqual([
    expect.objectContaining({
      operation: 'patch',
      outcome: 'unchanged',
      status: 200,
      resource: id,
      detail: null,
    }),
  ]);
  const overtaken = await journal((headers) =>
    client.delete(`/Users/${id}`, { ...headers, 'If-Match': 'W/"77"' }),
  );
  expect(overtaken.entries).toEqual([
    expect.objectContaining({ operation: 'delete', outcome: 'refused', status: 412 }),
  ]);
});

it.each([
  ['Users', { USERNAME: 'Zoe@acme.example', displayName: 'Zoe', active: 'perhaps' }, 'Zoe@acme.example'],
  ['Users', { externalId: 'x7' }, 'x7'],
  ['Groups', { displayName: 'Choir', members: [{ value: NOBODY }] }, 'Choir'],
  ['Groups', { displayName: `rollcall_${'a'.repeat(40)}`, members: 1 }, '…'],
  ['Users', { userName: {}, displayName: ' ' }, null],
  ['Users', [], null],
])('tells whom a refused request was to create: %s %j', async (endpoint, body, display) => {
  const { entries, status } = await journal((headers) => client.post(`/${endpoint}`, body, headers));
  expect(status).toBeGreaterThanOrEqual(400);
  expect(entries).toEqual([expect.objectContaining({ operation: 'create', outcome: 'refused', display })]);
});

it('tells what a refused request asked for, and no value of it', async () => {
  const asking = await (await service.company('asking')).client();
  const { body: ada } = await asking.post('/Users', { schemas: [USER], userName: 'ada' });
  const operations = [
    { op: 'Replace', path: 'emails[value eq "ada@acme.example"].display', value: 'Ada' },
    { op: 'add', value: { title: 'Countess', 'name.familyName': 'Lovelace' } },
    { op: 'remove', path: 'ada@acme.example' },
    { op: 'lovelace', path: 'lovelace' },
    { method: 'POST', path: 'lovelace' },
    ...Array.from({ length: 20 }, () => ({ op: 'replace', path: `${USER}:name.givenName`, value: { a: 1 } })),
  ];
  const { entries } = await journal((headers) => asking.patch(`/Users/${ada.id}`, operations, headers));
  const [{ detail } = { detail: undefined }] = entries as { detail?: { operations: string[] } }[];
  expect(detail).toMatchObject({ request: 'PATCH /standard/scim/v2/Users/…' });
  expect(detail?.operations.slice(0, 6)).toEqual([
    'replace emails[…].display',
    'add title, name.familyName',
    'remove …',
    '…',
    '…',
    `replace ${USER}:name.givenName`,
  ]);
  expect(detail?.operations.slice(-2)).toEqual([`replace ${USER}:name.givenName`, 'and 5 more']);
  const search = await journal((headers) =>
    asking.get('/Users?filter=userName%20eq%20&count=7&canary=x', headers),
  );
  expect(search.entries).toEqual([
    expect.objectContaining({
      outcome: 'refused',
      detail: expect.objectContaining({ request: 'GET /standard/scim/v2/Users?filter&count' }),
    }),
  ]);
});

it('tells of a part that was left out beside the change', async () => {
  const company = await service.company('lenient');
  await service.administration.setCompany('lenient', { unknownMembers: 'ignore' });
  const reader = await company.client();
  const body = { schemas: [GROUP], displayName: 'Crew', members: [{ value: NOBODY }] };
  const { entries } = await journal((headers) => reader.post('/Groups', body, headers), 2);
  expect(entries).toEqual([
    expect.objectContaining({ operation: 'create', outcome: 'done', display: 'Crew' }),
    expect.objectContaining({
      operation: 'create',
      outcome: 'ignored',
      status: 201,
      detail: { ignored: ['an unknown member'], request: 'POST /standard/scim/v2/Groups' },
    }),
  ]);
  expect(entries[0]?.txn).toBe(entries[1]?.txn);
});

it('tells of each operation of a bulk job by its index', async () => {
  const Operations = [
    { method: 'POST', path: '/Users', bulkId: 'a', data: { schemas: [USER], userName: 'bulk' } },
    { method: 'POST', path: '/Users', bulkId: 'b', data: { schemas: [USER], userName: 'bulk' } },
    { method: 'DELETE', path: `/Groups/${NOBODY}` },
    {
      method: 'POST',
      path: '/Groups',
      bulkId: 'c',
      data: { schemas: [GROUP], displayName: 'Bulk', members: [{ value: 'bulkId:a' }] },
    },
  ];
  const { entries } = await journal(
    (headers) => client.post('/Bulk', { schemas: [BULK], Operations }, headers),
    4,
  );
  const told = entries.map(({ txn, operation, outcome, status }) => [
    txn.split(':')[1],
    operation,
    outcome,
    status,
  ]);
  expect(
    entries.find(({ outcome, operation }) => outcome === 'refused' && operation === 'create'),
  ).toMatchObject({
    display: 'bulk',
  });
  expect(told.sort()).toEqual([
    ['0', 'create', 'done', null],
    ['1', 'create', 'refused', 409],
    ['2', 'delete', 'refused', 404],
    ['3', 'create', 'done', null],
  ]);
  expect(new Set(entries.map(({ txn }) => txn.split(':')[0])).size).toBe(1);
});

it('tells the company of a token that has expired, was revoked or is of a suspended company', async () => {
  const company = await service.company('late');
  const issue = (name: string, expires: Date | null): Promise<{ id: string; secret: string }> =>
    service.tokens.issueToken('late', { name, dialect: 'lenient', scopes: ['scim:read'], expires });
  const revoked = await issue('old', null);
  await service.tokens.revokeToken('late', revoked.id);
  const { entries } = await journal((headers) => service.scim(revoked.secret).get('/Users', headers));
  expect(entries).toEqual([
    expect.objectContaining({
      slug: 'late',
      credential_id: revoked.id,
      credential_name: 'old',
      operation: 'list',
      outcome: 'refused',
      status: 401,
      detail: expect.objectContaining({ reason: 'revoked', since: expect.any(String) }),
    }),
  ]);
  const fine = await company.client();
  await service.lifecycle.suspendCompany('late');
  const suspended = await journal((headers) => fine.get('/Users', headers));
  expect(suspended.entries).toEqual([
    expect.objectContaining({ slug: 'late', outcome: 'refused', status: 403 }),
  ]);
});

it('says nothing of reads, nor of those that found nothing', async () => {
  const ids = ['read-1', 'read-2', 'read-3'];
  await client.get('/Users', { 'X-Request-Id': 'read-1' });
  await client.get(`/Users/${NOBODY}`, { 'X-Request-Id': 'read-2' });
  await service.scim('unknown').get('/Users', { 'X-Request-Id': 'read-3' });
  await journal((headers) => client.get('/Users?filter=what', headers));
  const { rows } = await admin.query('SELECT request_id FROM activity WHERE request_id = ANY ($1)', [ids]);
  expect(rows).toEqual([]);
});

it('counts what one company sends without end', async () => {
  await service.company('flood');
  const requests = service.app.get(RequestJournal);
  for (let each = 0; each < 900; each += 1) {
    requests.note({
      ...{ company: 'flood', txn: 'x', credential: { id: '1' }, requestId: 'flood', traceId: undefined },
      ...{ client: undefined, operation: 'list', outcome: 'refused', status: 400, durationMs: 1 },
      detail: { message: each < 400 ? 'first' : `kind ${each % 2}` },
    });
  }
  const entries = await entriesOf('flood', 203);
  const repeats = entries.flatMap(({ detail }) => {
    const { message, repeats: count } = detail as { message: string; repeats?: number };
    return count === undefined ? [] : [[message, count]];
  });
  expect(entries).toHaveLength(203);
  expect(repeats.sort()).toEqual([
    ['first', 200],
    ['kind 0', 250],
    ['kind 1', 250],
  ]);
});
