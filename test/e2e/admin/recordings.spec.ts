import pg from 'pg';
import { Administration } from '../../../src/administration/administration.js';
import { SURFACES } from '../../../src/app.module.js';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { dumpDatabase } from '../../support/database-dump.js';
import { type ScimClient } from '../../support/scim-client.js';
import { titled } from '../../support/titled.js';
import { eventually } from '../../support/webhook-receiver.js';

const SECRETS_KEY = 'the-key-of-kept-secrets-0123456789abcdef';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PASSWORD = 'planted-password-4711';

let service: TestApplication;
let admin: AdminClient;
let owner: pg.Client;
beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN, SECRETS_KEY } });
  admin = new AdminClient(service);
  owner = new pg.Client(service.database.adminUrl);
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await service.close();
});

async function recorded(slug: string): Promise<{ readonly client: ScimClient; readonly path: string }> {
  const client = await (await service.company(slug)).client();
  const started = await admin.post(`/companies/${slug}/recording`, {});
  expect([started.status, started.body]).toMatchObject([201, { recording: true, requests: 0, ended: null }]);
  return { client, path: `/companies/${slug}` };
}

/** The recorded requests with their content, the oldest first, once there are so many. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test names what it expects to find in it
async function requestsOf(path: string, count: number): Promise<any[]> {
  const items = await eventually(async () => {
    const { body } = await admin.get(`${path}/recorded-requests?count=200`);
    return body.items.length >= count ? (body.items as { id: string }[]) : undefined;
  });
  expect(items).toHaveLength(count);
  const whole: unknown[] = [];
  for (const { id } of [...items].reverse()) {
    const { status, body } = await admin.get(`${path}/recorded-requests/${id}`);
    expect(status).toBe(200);
    whole.push(body);
  }
  return whole;
}

it('a request is recorded as it came with its answer, without what is secret, and belongs to its entry of the journal', async () => {
  const { client, path } = await recorded('acme');
  const body = { schemas: [USER], userName: 'ada@acme.example', password: PASSWORD };
  const made = await client.post('/Users', body, { 'X-Custom': 'as it came', Cookie: 'a=b' });
  expect(made.status).toBe(201);
  const refused = await client.post('/Users', body);
  expect(refused.status).toBe(409);
  await client.get('/Users?filter=userName%20eq%20%22ada%40acme.example%22');
  await client.patch(`/Users/${made.body.id}`, [{ op: 'replace', path: 'password', value: PASSWORD }]);
  const [first, second, third, fourth] = await requestsOf(path, 4);
  expect(first).toMatchObject({
    method: 'POST',
    path: expect.stringMatching(/\/standard\/scim\/v2\/Users$/),
    status: 201,
    requestId: made.headers['x-request-id'],
    at: expect.stringMatching(/Z$/),
    body: {
      text: JSON.stringify({ ...body, password: '…' }),
      bytes: JSON.stringify(body).length,
      cut: false,
    },
    answer: { text: made.text, bytes: made.text.length, cut: false },
  });
  expect(first.headers).toContainEqual(['X-Custom', 'as it came']);
  const sent = first.headers.map(([name]: [string]) => name.toLowerCase());
  expect(sent).not.toContain('authorization');
  expect(sent).not.toContain('cookie');
  expect(second).toMatchObject({ status: 409, answer: { text: refused.text } });
  expect(third).toMatchObject({ method: 'GET', path: expect.stringContaining('?filter='), body: null });
  expect(fourth.body.text).toContain('"path":"password","value":"…"');
  const found = await admin.get(`${path}/recorded-requests?requestId=${second.requestId}`);
  expect(found.body.items).toEqual([expect.objectContaining({ id: second.id, method: 'POST', status: 409 })]);
  const entry = await eventually(async () => {
    const { body: list } = await admin.get(`${path}/activity?outcome=refused`);
    return (list.items as { requestId: string }[]).find(({ requestId }) => requestId === second.requestId);
  });
  expect(entry).toBeDefined();
  const all = JSON.stringify([first, second, third, fourth]);
  expect(all).not.toContain(PASSWORD);
  expect(all).not.toContain(client.token!);
});

it('what is recorded is encrypted in the database', async () => {
  const { client, path } = await recorded('sealed');
  await client.post('/Users', { schemas: [USER], userName: 'grace', title: 'Rear-Admiral' });
  await client.get('/Users?filter=title%20eq%20%22Commodore%22');
  await requestsOf(path, 2);
  const dump = (await dumpDatabase(service.database)).join('\n');
  expect(dump).not.toContain('Commodore');
  expect(dump).toContain('recorded_requests');
});

it.each(
  titled(
    SURFACES.map(({ surface }) => surface),
    'name',
  ),
)('%s is recorded too', async (_, { name, mount }) => {
  const { client, path } = await recorded(`on-${name}`);
  const base = `${service.origin}/${mount.replace(/:\w+/, `on-${name}`)}`;
  await service.scim(client.token, base).send({
    method: 'GET',
    path: '/Users?startIndex=1',
    headers: { Authorization: `Bearer ${client.token}` },
  });
  const [request] = await requestsOf(path, 1);
  expect(request).toMatchObject({
    method: 'GET',
    path: `/${mount.replace(/:\w+/, `on-${name}`)}/Users?startIndex=1`,
  });
  expect(request.answer.bytes).toBeGreaterThan(0);
});

it('of a large body the begin is kept', async () => {
  const { client, path } = await recorded('large');
  const title = 'x'.repeat(100_000);
  const made = await client.post('/Users', { schemas: [USER], userName: 'ada', title });
  const [request] = await requestsOf(path, 1);
  expect(request.body).toMatchObject({ cut: true, bytes: expect.any(Number) });
  expect(request.body.bytes).toBeGreaterThan(100_000);
  expect(request.body.text).toHaveLength(64 * 1024);
  expect(request.status).toBe(made.status);
});

it('only what the company was asked while it was recorded is kept', async () => {
  const other = await (await service.company('other')).client();
  const { client, path } = await recorded('timed');
  expect(await admin.post(`${path}/recording`, {})).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('being recorded already') },
  });
  await other.get('/Users');
  await client.get('/Users?count=1');
  const stopped = await admin.post(`${path}/recording/stop`);
  expect(stopped.body).toMatchObject({ recording: false, endReason: 'stopped', ended: expect.any(String) });
  await client.get('/Users?count=2');
  const [request] = await requestsOf(path, 1);
  expect(request.path).toContain('?count=1');
  expect((await admin.post(`${path}/recording/stop`)).status).toBe(200);
  const operations = (await admin.get(`${path}/activity`)).body.items.map(
    ({ operation }: { operation: string }) => operation,
  );
  expect(operations.filter((each: string) => each.startsWith('recording.'))).toEqual([
    'recording.stopped',
    'recording.started',
  ]);
});

it('a recording ends by itself behind its last request, and after its time', async () => {
  const { client, path } = await recorded('bounded');
  await owner.query(
    "UPDATE recordings SET requests = 998 WHERE company_id = (SELECT id FROM companies WHERE slug = 'bounded')",
  );
  await Promise.all([1, 2, 3, 4].map((count) => client.get(`/Users?count=${count}`)));
  const full = await eventually(async () => {
    const { body } = await admin.get(`${path}/recording`);
    return body.recording === false ? (body as object) : undefined;
  });
  expect(full).toMatchObject({ endReason: 'full', requests: 1000 });
  expect((await admin.get(`${path}/recorded-requests`)).body.items).toHaveLength(2);
  const again = await admin.post(`${path}/recording`, { minutes: 1 });
  expect(Date.parse(again.body.ends) - Date.parse(again.body.started)).toBe(60_000);
  await owner.query('UPDATE recordings SET ends = now() WHERE ended IS NULL');
  expect((await admin.get(`${path}/recording`)).body).toMatchObject({ recording: false, endReason: 'time' });
  for (let more = 0; more < 8; more += 1) {
    await owner.query('UPDATE recordings SET ends = now() WHERE ended IS NULL');
    expect((await admin.post(`${path}/recording`, {})).status).toBe(201);
  }
  await owner.query('UPDATE recordings SET ends = now() WHERE ended IS NULL');
  expect(await admin.post(`${path}/recording`, {})).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('erase them first') },
  });
});

it('a flood that is refused for its rate does not use a recording up', async () => {
  const { client, path } = await recorded('flooded');
  const { headers } = await admin.get(`${path}/settings`);
  const limited = await admin.patch(`${path}/settings`, { rateLimit: 1 }, { 'If-Match': headers['etag']! });
  expect(limited.status).toBe(200);
  const counts = { served: 0, refused: 0 };
  while (counts.refused <= 10) {
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.get('/Users?count=1')));
    for (const { status } of answers) counts[status === 200 ? 'served' : 'refused'] += 1;
  }
  const state = await eventually(async () => {
    const { body } = await admin.get(`${path}/recording`);
    const { requests, leftOut } = body as { requests: number; leftOut: number };
    return requests + leftOut === counts.served + counts.refused ? { requests, leftOut } : undefined;
  });
  expect(state.requests).toBeLessThanOrEqual(counts.served + 10);
  expect(state.leftOut).toBeGreaterThanOrEqual(counts.refused - 10);
});

it('what was recorded is erased at once, with a person, after seven days, and with the company', async () => {
  const { client, path } = await recorded('erased');
  const rows = async (): Promise<number> => {
    const { rows: found } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM recorded_requests q JOIN companies c ON c.id = q.company_id
       WHERE c.slug = 'erased'`,
    );
    return found[0]!.count;
  };
  await client.get('/Users');
  await requestsOf(path, 1);
  expect((await admin.delete(`${path}/recording`)).status).toBe(204);
  expect((await admin.get(`${path}/recording`)).body).toMatchObject({
    recording: false,
    started: null,
    kept: 0,
  });
  expect((await admin.get(`${path}/recorded-requests`)).body.items).toEqual([]);
  expect(await rows()).toBe(0);

  await admin.post(`${path}/recording`, {});
  const { body: ada } = await client.post('/Users', { schemas: [USER], userName: 'ada' });
  await requestsOf(path, 1);
  const { body: erasure } = await admin.post(`${path}/users/ada/erase`);
  expect(erasure.proof).toContainEqual({ table: 'recorded_requests', before: 1, left: 0 });
  expect((await admin.get(`${path}/recording`)).body).toMatchObject({ recording: false, kept: 0 });
  // What was recorded of others is no trace of a person.
  await admin.post(`${path}/recording`, {});
  await client.get('/Users');
  await requestsOf(path, 1);
  expect((await admin.post(`${path}/users/${ada.id}/erase`)).status).toBe(404);

  const age = "UPDATE recordings SET started = now() - interval '7 days', ends = now() - interval '6 days'";
  await owner.query(`${age} WHERE company_id = (SELECT id FROM companies WHERE slug = 'erased')`);
  expect((await admin.get(`${path}/recorded-requests`)).body.items).toEqual([]);
  expect(await rows()).toBe(1);
  const administration = await Administration.open(service.database.url);
  try {
    await administration.journal.maintain();
  } finally {
    await administration.close();
  }
  expect(await rows()).toBe(0);

  await admin.post(`${path}/recording`, {});
  await client.get('/Users');
  await requestsOf(path, 1);
  await service.lifecycle.deleteCompany('erased', 0);
  await service.purge.purgeCompany('erased');
  const { rows: orphans } = await owner.query(
    'SELECT FROM recorded_requests WHERE company_id NOT IN (SELECT id FROM companies)',
  );
  expect(orphans).toEqual([]);
});

it('whoever may only look sees whether there is a recording, and no request of it', async () => {
  const { client, path } = await recorded('watched');
  await client.get('/Users');
  const [request] = await requestsOf(path, 1);
  const issued = await admin.post('/admin-credentials', { name: 'reader', scopes: ['admin:read'] });
  const reader = new AdminClient(service, `Bearer ${issued.body.secret}`);
  expect((await reader.get(`${path}/recording`)).body).toMatchObject({ recording: true });
  expect((await reader.get(`${path}/recorded-requests`)).status).toBe(403);
  expect((await reader.get(`${path}/recorded-requests/${request.id}`)).status).toBe(403);
  expect((await reader.delete(`${path}/recording`)).status).toBe(403);
  // Nothing of one company is shown under another one's name.
  await service.company('neighbour');
  expect((await admin.get(`/companies/neighbour/recorded-requests/${request.id}`)).status).toBe(404);
});

it('requests are served as ever where they can not be recorded', async () => {
  const { client, path } = await recorded('broken');
  await owner.query('ALTER TABLE recorded_requests RENAME TO recorded_requests_away');
  try {
    for (let time = 0; time < 3; time += 1) expect((await client.get('/Users')).status).toBe(200);
    expect((await admin.post(`${path}/recording/stop`)).status).toBe(200);
  } finally {
    await owner.query('ALTER TABLE recorded_requests_away RENAME TO recorded_requests');
  }
});

it('another instance over the same database records as well', async () => {
  const { path } = await recorded('shared');
  const second = await startTestApplication({
    settings: { ADMIN_TOKEN, SECRETS_KEY },
    database: { ...service.database, close: () => Promise.resolve() },
  });
  try {
    const { secret } = await service.tokens.issueToken('shared', {
      ...{ name: 'x', dialect: 'lenient', scopes: ['scim:read'], expires: null },
    });
    const client = second.scim(secret);
    const found = await eventually(async () => {
      await client.get('/Users');
      const { body } = await admin.get(`${path}/recorded-requests`);
      return body.items.length > 0 ? (body.items as unknown[]) : undefined;
    });
    expect(found?.length).toBeGreaterThan(0);
  } finally {
    await second.close();
  }
});

it('without SECRETS_KEY a recording is refused in words, and none is under way', async () => {
  const bare = await startTestApplication({ settings: { ADMIN_TOKEN } });
  try {
    await bare.company('acme');
    const client = new AdminClient(bare);
    expect(await client.post('/companies/acme/recording', {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('set SECRETS_KEY') },
    });
    expect((await client.get('/companies/acme/recording')).body).toMatchObject({
      recording: false,
      possible: false,
    });
  } finally {
    await bare.close();
  }
});

it.each([
  ['POST', '/recording', { minutes: 0 }],
  ['POST', '/recording', { minutes: 61 }],
  ['POST', '/recording', { minutes: 'an hour' }],
  ['POST', '/recording', { for: 'ever' }],
  ['GET', '/recorded-requests?requestId=', undefined],
  ['GET', '/recorded-requests?cursor=x', undefined],
  ['GET', '/recorded-requests?count=201', undefined],
])('%s %s %j is 400', async (method, path, body) => {
  await service.company('refusing').catch(() => undefined);
  expect((await admin.send(method, `/companies/refusing${path}`, body)).status).toBe(400);
});

it.each(['x', '999', '%00', '0558ac4d70400001', 'x'.repeat(3000)])(
  'a recorded request that is not there (%s) is 404',
  async (id) => {
    await service.company('refusing').catch(() => undefined);
    expect((await admin.get(`/companies/refusing/recorded-requests/${id}`)).status).toBe(404);
  },
);
