import pg from 'pg';
import { SURFACES } from '../../src/app.module.js';
import { ADMIN_TOKEN } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { documentedOperations, ExampleWorld } from '../support/example-world.js';
import { basic, makeClient, postForm, type TestClient } from '../support/token-client.js';

// A standby refuses writes by the same error as a database that was set to be read-only; `fail-over.spec.ts` has one.

const LIMIT = 120_000;
const REFUSED = { status: 503, retryAfter: '5', says: true };
/** What is refused by what it asks for has not come to a write. */
const BEFORE_A_WRITE = [400, 404, 428];
/** It writes nothing. */
const CONNECTION_TEST = '/admin/v1/connection-test';

let application: TestApplication;
let slug: string;
let client: TestClient;
const worlds: { readonly world: ExampleWorld; readonly token: string }[] = [];

beforeAll(async () => {
  application = await startTestApplication({ settings: { ADMIN_TOKEN, SECRETS_KEY: 'k'.repeat(32) } });
  ({ slug } = await application.company());
  client = await makeClient(application.clients, slug);
  for (const { surface } of SURFACES) {
    const world = await ExampleWorld.make(application, surface.name);
    worlds.push({ world, token: await world.token() });
  }
  await beReadOnly();
}, LIMIT);
afterAll(() => application.close(), LIMIT);

async function beReadOnly(): Promise<void> {
  const { url, adminUrl } = application.database;
  const name = new URL(url).pathname.slice(1);
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    // It waits for their end, so that the service knows that they are gone before the first request.
    await admin.query(
      'SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [name],
    );
  } finally {
    await admin.end();
  }
}

const facts = (status: number, retryAfter: unknown, text: string): typeof REFUSED => ({
  status,
  retryAfter: retryAfter as string,
  says: text.includes('takes no writes'),
});

it(
  'every write of every surface is 503 with Retry-After, and says why; reads go on',
  async () => {
    const refused: string[] = [];
    for (const { world, token } of worlds) {
      for (const documented of await documentedOperations(application, world.surface)) {
        const { method, path, requests } = documented;
        // A token without a user has no /Me.
        if (path.endsWith('/Me') || path.endsWith('/Bulk')) continue;
        const example = requests.filter(({ mediaType }) => mediaType.endsWith('json')).at(-1);
        const { status, headers, text } = await world.send(world.request(documented, token, example));
        const operation = `${method} ${path}`;
        if (method === 'GET' || path.endsWith('/.search')) {
          expect([operation, status]).toEqual([operation, 200]);
        } else if (!BEFORE_A_WRITE.includes(status)) {
          expect([operation, facts(status, headers['retry-after'], text)]).toEqual([operation, REFUSED]);
          refused.push(`${world.surface} ${method}`);
        }
      }
    }
    for (const method of ['POST', 'PATCH', 'DELETE'])
      for (const { world } of worlds) expect(refused).toContain(`${world.surface} ${method}`);
  },
  LIMIT,
);

it('a Bulk request is answered with a 503 for each of its operations', async () => {
  const { world, token } = worlds[0]!;
  const bulk = (await documentedOperations(application, 'standard')).find(({ path }) =>
    path.endsWith('/Bulk'),
  )!;
  const { status, body } = await world.send(world.request(bulk, token, bulk.requests.at(-1)));
  expect(status).toBe(200);
  const { Operations: outcomes } = body as { Operations: { status: string }[] };
  expect(outcomes.map((outcome) => outcome.status)).toEqual(outcomes.map(() => '503'));
});

it(
  'every write of the admin API is 503 with Retry-After, unless it is refused for itself',
  async () => {
    const admin = application.scim(undefined, application.origin);
    let refused = 0;
    for (const { method, path, requests } of await documentedOperations(application, 'admin')) {
      if (method === 'GET' || path === CONNECTION_TEST) continue;
      const { status, headers, text } = await admin.send({
        method,
        path: path.replace('{company}', slug).replace(/\{\w+\}/g, '1'),
        headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(requests.at(-1)?.value ?? {}),
      });
      if (BEFORE_A_WRITE.includes(status)) continue;
      const operation = `${method} ${path}`;
      expect([operation, facts(status, headers['retry-after'], text)]).toEqual([operation, REFUSED]);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(15);
  },
  LIMIT,
);

it('no token is issued, with 503 and Retry-After', async () => {
  const { status, headers, text } = await postForm(
    `${application.origin}/oauth/token`,
    { grant_type: 'client_credentials' },
    { authorization: basic(client.id, client.secret) },
  );
  expect(facts(status, headers.get('retry-after'), text)).toEqual(REFUSED);
});

it('/health/ready says so, and /health/live goes on', async () => {
  const root = application.scim(undefined, application.origin);
  const detail = 'busy: The database takes no writes.';
  expect(await root.get('/health/ready')).toMatchObject({ status: 503, body: { detail } });
  expect((await root.get('/health/live')).status).toBe(200);
});
