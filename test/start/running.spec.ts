import { once } from 'node:events';
import { request, type IncomingMessage, type ClientRequest } from 'node:http';
import { connect } from 'node:net';
import { writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import {
  baseOf,
  endProcesses,
  findFreePort,
  makeFolder,
  postmasterOf,
  send,
  startProcess,
  type Running,
} from '../support/process.js';
import { GROUP_SCHEMA_URN, USER_SCHEMA_URN } from '../support/schema-urns.js';

const LIMIT = 120_000;
const [FIRST, SECOND] = ['first-'.repeat(6), 'second-'.repeat(6)] as const;
const MANAGER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let program: string;
let database: TestDatabase;

beforeAll(async () => {
  program = await compileProgram();
}, COMPILE_LIMIT);
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await endProcesses();
  await database.close();
}, LIMIT);

/** A server on an external database whose company `acme` has the token FIRST. */
function startServer(env: Readonly<Record<string, string>> = {}): Running {
  const { BOOTSTRAP_TOKEN_FILE: file } = env;
  return startProcess([process.execPath, join(program, 'main.js')], {
    env: {
      ...{ DATABASE_URL: database.url, DATA_DIR: '/nowhere', PORT: '0', LOG_LEVEL: 'silent' },
      BOOTSTRAP_COMPANY: 'acme',
      ...(file === undefined ? { BOOTSTRAP_TOKEN: FIRST } : {}),
      ...env,
    },
  });
}

const status = async (base: string, token: string): Promise<number> =>
  (await send(base, token, 'GET', '/Users')).status;

describe('BOOTSTRAP_TOKEN', () => {
  it(
    'is the token of its company; a new value revokes the old one; a revoked value stays revoked',
    async () => {
      const first = startServer();
      const base = await baseOf(first);
      expect(first.out()).not.toContain(FIRST);
      expect(await status(base, FIRST)).toBe(200);
      await first.stop();

      const file = join(makeFolder(), 'token');
      writeFileSync(file, `${SECOND}\n`);
      const second = startServer({ BOOTSTRAP_TOKEN_FILE: file, BOOTSTRAP_DIALECT: 'strict' });
      const next = await baseOf(second);
      expect([await status(next, FIRST), await status(next, SECOND)]).toEqual([401, 200]);
      // A form that only the lenient dialect reads.
      const body = { userName: 'ada@example.com' };
      expect((await send(next, SECOND, 'POST', '/Users', body)).status).toBe(400);
      await second.stop();

      const third = startServer();
      const last = await baseOf(third);
      expect([await status(last, FIRST), await status(last, SECOND)]).toEqual([401, 401]);
    },
    LIMIT,
  );

  it(
    'of another company is refused in one line',
    async () => {
      const first = startServer();
      await baseOf(first);
      const other = startServer({ BOOTSTRAP_COMPANY: 'globex' });
      expect(await other.ended()).toBe(1);
      expect(other.error()).toBe(
        'BOOTSTRAP_TOKEN is already the token of another company; choose another value.\n',
      );
    },
    LIMIT,
  );
});

describe('the base of every link', () => {
  /** Every link that a new user with a manager, a new group, a list and the document carry. */
  async function links(base: string, headers: Readonly<Record<string, string>>): Promise<string[]> {
    const ask = async (method: string, path: string, body?: unknown): Promise<[Response, string]> => {
      const response = await send(base, FIRST, method, path, body, headers);
      expect(response.ok).toBe(true);
      return [response, await response.text()];
    };
    const name = `u${Math.random()}`;
    const [user, userText] = await ask('POST', '/Users', { schemas: [USER_SCHEMA_URN], userName: name });
    const { id } = JSON.parse(userText) as { id: string };
    const [, managed] = await ask('POST', '/Users', {
      schemas: [USER_SCHEMA_URN, MANAGER_URN],
      userName: `${name}-managed`,
      [MANAGER_URN]: { manager: { value: id } },
    });
    const [group, groupText] = await ask('POST', '/Groups', {
      schemas: [GROUP_SCHEMA_URN],
      displayName: name,
      members: [{ value: id }],
    });
    const texts = [userText, managed, groupText];
    for (const path of [
      '/Users',
      `/Users/${id}`,
      '/Groups',
      '/Schemas',
      '/ResourceTypes',
      '/ServiceProviderConfig',
    ])
      texts.push((await ask('GET', path))[1]);
    const found = texts.flatMap((text) =>
      [...text.matchAll(/"(?:location|\$ref)":"([^"]*)"/g)].map(([, link = '']) => link),
    );
    expect(found.length).toBeGreaterThan(15);
    return [user.headers.get('location')!, group.headers.get('location')!, ...found];
  }

  async function servers(base: string, headers: Readonly<Record<string, string>>): Promise<unknown> {
    const document = await fetch(`${new URL(base).origin}/openapi/standard.json`, { headers });
    return ((await document.json()) as { servers: unknown }).servers;
  }

  const forwarded = {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'scim.example.com',
    'X-Forwarded-Prefix': '/people',
  };
  const localBase = async (server: Running, port?: string): Promise<string> => {
    const base = await baseOf(server);
    return port === undefined ? base : `http://127.0.0.1:${port}/standard/scim/v2`;
  };

  it(
    'is the one the request was sent to, whatever X-Forwarded headers say, unless the proxy is trusted',
    async () => {
      const open = await localBase(startServer());
      for (const link of await links(open, forwarded)) expect(link).toMatch(new RegExp(`^${open}/`));
      expect(await servers(open, forwarded)).toEqual([{ url: new URL(open).origin }]);

      const trusting = await localBase(startServer({ TRUST_PROXY: 'true' }));
      for (const link of await links(trusting, forwarded))
        expect(link).toMatch(/^https:\/\/scim\.example\.com\/people\/standard\/scim\/v2\//);
      expect(await servers(trusting, forwarded)).toEqual([{ url: 'https://scim.example.com/people' }]);
    },
    LIMIT,
  );

  it(
    'is PUBLIC_URL with its path, in the banner too',
    async () => {
      const port = await findFreePort();
      const server = startServer({
        PUBLIC_URL: 'https://scim.example.com/rollcall/',
        TRUST_PROXY: 'true',
        PORT: String(port),
      });
      expect(await baseOf(server)).toBe('https://scim.example.com/rollcall/standard/scim/v2');
      const base = await localBase(server, String(port));
      for (const link of await links(base, forwarded))
        expect(link).toMatch(/^https:\/\/scim\.example\.com\/rollcall\/standard\/scim\/v2\//);
      expect(await servers(base, forwarded)).toEqual([
        { url: 'https://scim.example.com/rollcall' },
        { url: '..', description: 'this address' },
      ]);
    },
    LIMIT,
  );
});

describe('SIGTERM', () => {
  /** A POST whose body has been sent but for its last byte. */
  function beginPost(base: string): { post: ClientRequest; finish: () => Promise<number> } {
    const body = JSON.stringify({ schemas: [USER_SCHEMA_URN], userName: 'slow@example.com' });
    const post = request(`${base}/Users`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${FIRST}`,
        'Content-Type': 'application/scim+json',
        'Content-Length': body.length,
      },
    });
    const answered = once(post, 'response') as Promise<[IncomingMessage]>;
    answered.catch(() => undefined);
    post.write(body.slice(0, -1));
    const finish = async (): Promise<number> => {
      post.end(body.slice(-1));
      const [response] = await answered;
      response.resume();
      return response.statusCode!;
    };
    return { post, finish };
  }

  const refused = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => (socket.destroy(), resolve(false)));
      socket.once('error', () => resolve(true));
    });

  async function untilRefused(port: number): Promise<void> {
    for (const deadline = Date.now() + 5000; !(await refused(port));)
      if (Date.now() > deadline) throw new Error('New connections are still taken.');
  }

  it(
    'answers the request under way, refuses new ones, and ends with 0',
    async () => {
      // Connections that are kept open, idle or never used, must not hold up the end: they would until the test's own limit.
      const server = startServer({ DRAIN_TIMEOUT_MS: '600000' });
      const base = await baseOf(server);
      expect(await status(base, FIRST)).toBe(200);
      const { finish } = beginPost(base);
      const port = Number(new URL(base).port);
      await once(
        connect(port, '127.0.0.1').on('error', () => undefined),
        'connect',
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
      const ended = server.stop();
      await untilRefused(port);
      expect(await finish()).toBe(201);
      expect(await ended).toBe(0);
      expect(server.error()).toBe('');

      const client = new pg.Client(database.adminUrl);
      await client.connect();
      expect((await client.query('SELECT 1 FROM users')).rowCount).toBe(1);
      await client.end();
    },
    LIMIT,
  );

  it(
    'waits no longer than DRAIN_TIMEOUT_MS for a client that does not go on',
    async () => {
      const server = startServer({ DRAIN_TIMEOUT_MS: '500' });
      const { post } = beginPost(await baseOf(server));
      post.on('error', () => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const asked = Date.now();
      expect(await server.stop()).toBe(0);
      expect(Date.now() - asked).toBeLessThan(5000);
    },
    LIMIT,
  );

  it(
    'of the last process on an embedded database stops it, of one before does not',
    async () => {
      const dataDir = makeFolder();
      const env = { DATABASE_URL: '', DATA_DIR: dataDir };
      const [one, other] = [startServer(env), startServer(env)];
      await Promise.all([baseOf(one), baseOf(other)]);
      const pid = postmasterOf(dataDir);
      expect(pid).toBeDefined();
      expect(await one.stop()).toBe(0);
      expect(postmasterOf(dataDir)).toBe(pid);
      expect(await status(await baseOf(other), FIRST)).toBe(200);
      expect(await other.stop()).toBe(0);
      expect(postmasterOf(dataDir)).toBeUndefined();
      expect(readdirSync(dataDir)).not.toContain('initial-token');
    },
    LIMIT,
  );
});
