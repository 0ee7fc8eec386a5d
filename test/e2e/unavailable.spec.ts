import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type ScimClient } from '../support/scim-client.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

/** Far longer than what is tested takes, and far shorter than a request without any limit. */
const SOON = 20_000;
const LIMIT = 90_000;

let proxy: TcpProxy;
let application: TestApplication;
let admin: pg.Client;
let token: string;
let client: ScimClient;
let root: ScimClient;
let made = 0;
const log: string[] = [];

beforeAll(async () => {
  application = await startTestApplication({
    databaseUrl: async (url) => {
      proxy = await startTcpProxy(url);
      return proxy.route(url);
    },
    log: (line) => log.push(line),
    settings: {
      LOG_LEVEL: 'info',
      POOL_SIZE: '3',
      QUEUE_TIMEOUT_MS: '4000',
      STATEMENT_TIMEOUT_MS: '5000',
      WRITE_TIMEOUT_MS: '1000',
    },
  });
  admin = new pg.Client(application.database.adminUrl);
  await admin.connect();
  const company = await application.company();
  token = await company.token();
  client = application.scim(token);
  root = application.scim(undefined, application.origin);
}, LIMIT);
afterAll(async () => {
  proxy?.thaw();
  await admin?.end();
  await application?.close();
  await proxy?.close();
}, LIMIT);

const newUser = (): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: `user${++made}@example.com`,
});

/** Keeps the service from reading and writing users while `work` runs. */
async function withUsersLocked(work: () => Promise<void>): Promise<void> {
  await admin.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  try {
    await work();
  } finally {
    await admin.query('ROLLBACK');
  }
}

/** The line in the log of the request with this id. */
const lineOf = (id: unknown): unknown =>
  log.map((line) => JSON.parse(line) as { requestId?: string }).find(({ requestId }) => requestId === id);

/** How many sessions wait for the lock. A transaction sees the sessions of its first look unless that is forgotten. */
async function waitingSessions(): Promise<number> {
  await admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await admin.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? -1;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + SOON; !(await condition()); await sleep(50)) {
    if (Date.now() > deadline) throw new Error('It never came true');
  }
}

const isReady = async (): Promise<boolean> => (await root.get('/health/ready')).status === 200;

it(
  'answers 503 with Retry-After while the database does not react, and serves again when it does',
  async () => {
    proxy.freeze();
    const started = performance.now();
    const [read, write, ready, live] = await Promise.all([
      client.get('/Users'),
      client.post('/Users', newUser()),
      root.get('/health/ready').then((answer) => ({ answer, after: performance.now() - started })),
      root.get('/health/live'),
    ]);
    expect(performance.now() - started).toBeLessThan(SOON);
    for (const { status, headers, body } of [read, write]) {
      expect(status).toBe(503);
      expect(headers['retry-after']).toMatch(/^\d+$/);
      expect(headers['rollcall-reason']).toBe('busy');
      expect(headers['ratelimit']).toBeUndefined();
      expect(body).toMatchObject({
        status: '503',
        detail: expect.stringMatching(/^busy: .*database/) as unknown,
      });
      expect(lineOf(headers['x-request-id'])).toMatchObject({
        level: 40,
        surface: 'standard',
        resourceType: 'User',
        status: 503,
        reason: 'busy',
        outcome: 'refused',
        detail: body.detail as unknown,
        err: expect.objectContaining({ message: expect.any(String) as unknown }) as unknown,
        msg: 'request refused',
      });
    }
    expect(ready.answer.status).toBe(503);
    expect(ready.after).toBeLessThan(3000);
    expect(live.status).toBe(200);
    proxy.thaw();
    await until(isReady);
    expect((await client.post('/Users', newUser())).status).toBe(201);
  },
  LIMIT,
);

it('ends a request in the database when its client goes away', async () => {
  await withUsersLocked(async () => {
    const { port } = new URL(application.origin);
    const headers = { Authorization: `Bearer ${token}` };
    const ask = (): ClientRequest => {
      const asked = request({ host: '127.0.0.1', port, path: '/standard/scim/v2/Users', headers });
      asked.on('error', () => undefined);
      // A server that has just come back may say that it is busy.
      asked.on('response', () => (slow = ask()));
      return asked.end();
    };
    let slow = ask();
    await until(async () => (await waitingSessions()) === 1);
    slow.destroy();
    await until(async () => (await waitingSessions()) === 0);
  });
  expect((await client.get('/Users')).status).toBe(200);
});

it('does not go on with a bulk job whose client has gone', async () => {
  const before = (await client.get('/Users')).body.totalResults as number;
  const operations = [newUser(), newUser()].map((data, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: String(index),
    data,
  }));
  await withUsersLocked(async () => {
    const { port } = new URL(application.origin);
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
    const path = '/standard/scim/v2/Bulk';
    const job = request({ host: '127.0.0.1', port, path, method: 'POST', headers });
    job.on('error', () => undefined);
    job.end(
      JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: operations,
      }),
    );
    await until(async () => (await waitingSessions()) === 1);
    job.destroy();
    await until(async () => (await waitingSessions()) === 0);
  });
  expect((await client.get('/Users')).body.totalResults).toBe(before);
});

it(
  'answers 503 where PostgreSQL has no connection left, and serves again when it has',
  async () => {
    const { rows } = await admin.query<{ name: string }>('SELECT current_database() AS name');
    const limit = (connections: number): Promise<unknown> =>
      admin.query(`ALTER DATABASE ${rows[0]?.name} CONNECTION LIMIT ${connections}`);
    await limit(0);
    proxy.cut();
    await until(async () => !(await isReady()));
    const { status, headers } = await client.get('/Users');
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '5' });
    await limit(-1);
    await until(isReady);
    expect((await client.get('/Users')).status).toBe(200);
  },
  LIMIT,
);

it('answers a write that holds its locks for too long with 503, and applies nothing', async () => {
  const user = newUser();
  await withUsersLocked(async () => {
    const { status, headers, body } = await client.post('/Users', user);
    expect({ status, body }).toMatchObject({
      status: 503,
      body: { detail: 'busy: The request took longer than the server allows.' },
    });
    expect(headers['retry-after']).toMatch(/^\d+$/);
  });
  expect((await client.post('/Users', user)).status).toBe(201);
});

it(
  'is not ready while companies wait for connections',
  async () => {
    const others = await Promise.all([1, 2, 3].map(() => application.company()));
    const clients = await Promise.all(others.map((company) => company.client()));
    const answers: Promise<unknown>[] = [];
    await withUsersLocked(async () => {
      answers.push(...[client, ...clients].map((each) => each.get('/Users')));
      await until(async () => !(await isReady()));
      expect((await root.get('/health/ready')).body).toMatchObject({
        detail: 'busy: Requests wait too long for a database connection.',
      });
    });
    await Promise.all(answers);
    await until(isReady);
  },
  LIMIT,
);

it.each([
  ['53100', 'out of space'],
  ['25006', 'takes no writes'],
])('answers 503 where a write fails with SQLSTATE %s', async (code, detail) => {
  await admin.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '${code}'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON users EXECUTE FUNCTION refuse()`);
  const { status, headers, body } = await client.post('/Users', newUser());
  await admin.query('DROP FUNCTION refuse CASCADE');
  expect({ status, body }).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining(detail) as unknown },
  });
  expect(headers['retry-after']).toMatch(/^\d+$/);
  expect((await client.post('/Users', newUser())).status).toBe(201);
});

it(
  'is not ready for a while after the event loop was blocked',
  async () => {
    expect(await isReady()).toBe(true);
    const blockedUntil = Date.now() + 2500;
    while (Date.now() < blockedUntil);
    await until(async () => !(await isReady()));
    expect((await root.get('/health/ready')).body).toMatchObject({
      detail: expect.stringMatching(/did nothing else for \d+ ms/) as unknown,
    });
    await until(isReady);
  },
  LIMIT,
);
