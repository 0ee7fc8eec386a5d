import { setTimeout as sleep } from 'node:timers/promises';
import 'reflect-metadata';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Administration } from '../../src/administration/administration.js';
import { examineDatabase } from '../../src/administration/doctor/database-checks.js';
import { createApplication } from '../../src/application.js';
import { readSettings } from '../../src/config/read-settings.js';
import { fixCell } from '../../src/persistence/settings/fix-cell.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { StartupError } from '../../src/config/startup-error.js';
import { createLogger } from '../../src/logging/logger.js';
import { connectDirectly } from '../../src/persistence/database/server-check.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { checkIndexedForms } from '../../src/persistence/indexed-forms/check-indexed-forms.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../src/protocol/schema/resource-types.js';
import { describeRefusal } from '../../src/startup/database-refusal.js';
import { openDatabase } from '../../src/startup/database.js';
import { runServer } from '../../src/startup/server.js';
import { ADMIN_TOKEN } from '../support/admin-client.js';
import { closeApplication } from '../support/application.js';
import { ScimClient } from '../support/scim-client.js';
import { startServerPair, type ServerPair } from '../support/standby.js';

const SOON = 30_000;
const LIMIT = 120_000;
const SECRET_KEY = 'k'.repeat(32);

let servers: ServerPair;
let token: string;
let agent: Agent;
const applications: NestExpressApplication[] = [];
let made = 0;

beforeEach(() => {
  agent = new Agent({ keepAlive: true });
});
afterEach(async () => {
  agent?.destroy();
  for (const app of applications.splice(0)) await closeApplication(app);
  await servers?.close();
}, LIMIT);

/** @param served whether the service was started on the database before */
async function startServers(served = false): Promise<void> {
  servers = await startServerPair(async ({ url }) => {
    await migrate(url);
    await checkIndexedForms(url, BUILT_IN_RESOURCE_TYPES);
    const administration = await Administration.open(url);
    await administration.companies.createCompany('acme', 'Acme');
    const scopes = ['scim:read', 'scim:write'] as const;
    ({ secret: token } = await administration.tokens.issueToken('acme', {
      name: 'test',
      dialect: 'lenient',
      scopes,
      expires: null,
    }));
    await administration.close();
    if (!served) return;
    await fixCell(url, 0);
    await withSecretKey(readSettings({ DATABASE_URL: url }), url);
  });
}

/** Starts the service on a database, without the checks of a start. */
async function serve(databaseUrl: string): Promise<{ client: ScimClient; root: ScimClient }> {
  const settings = {
    ...readSettings({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' }),
    secretKey: SECRET_KEY,
  };
  const app = await createApplication(settings, databaseUrl, createLogger('silent'));
  applications.push(app);
  const server = app.getHttpServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    client: new ScimClient(`${origin}/standard/scim/v2`, token, agent),
    root: new ScimClient(origin, undefined, agent),
  };
}

/** A URL with both servers, in this order. */
const both = (first: string, second: string): string =>
  first.replace(/@[^/]*/, (host) => `${host},${new URL(second).host}`);

const createUser = (client: ScimClient): Promise<number> =>
  client
    .post('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `user${++made}@example.com`,
    })
    .then(({ status }) => status);

/** Asks until the answer is as expected; all answers before that are 503. */
async function untilAnswered(status: number, ask: () => Promise<number>): Promise<void> {
  for (const deadline = Date.now() + SOON; ; await sleep(100)) {
    const answered = await ask();
    if (answered === status) return;
    expect(answered).toBe(503);
    if (Date.now() > deadline) throw new Error(`It was never ${status}`);
  }
}

it(
  'serves reads from a standby, refuses writes with 503, and goes on by itself when it is promoted',
  async () => {
    await startServers();
    const { client, root } = await serve(servers.standby.url);
    expect((await client.get('/Users')).status).toBe(200);
    const refused = await client.post('/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'ada@example.com',
    });
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(refused.body).toMatchObject({ detail: expect.stringContaining('takes no writes') as unknown });
    const ready = await root.get('/health/ready');
    expect(ready).toMatchObject({ status: 503, body: { detail: 'busy: The database takes no writes.' } });
    await servers.promote();
    await untilAnswered(200, async () => (await root.get('/health/ready')).status);
    await untilAnswered(201, () => createUser(client));
  },
  LIMIT,
);

it(
  'uses, of several servers, the one that takes writes, and another one after a fail-over',
  async () => {
    await startServers();
    const url = both(servers.standby.url, servers.primary.url);
    const database = await openDatabase(readSettings({ DATABASE_URL: url }));
    await migrate(database.directUrl);
    const { client, root } = await serve(await database.serviceUrl());
    expect(await createUser(client)).toBe(201);
    await servers.primary.stop();
    await servers.promote();
    await untilAnswered(201, () => createUser(client));
    await untilAnswered(200, async () => (await root.get('/health/ready')).status);
  },
  LIMIT,
);

it(
  'refuses to start in one line where no server takes writes and a write is needed',
  async () => {
    await startServers();
    const { url } = servers.standby;
    const settings = readSettings({ DATABASE_URL: url, LOG_LEVEL: 'silent' });
    const failure: unknown = await withSecretKey(settings, url).catch((error: unknown) => error);
    const line = describeRefusal(failure);
    expect(line).toMatch(/^The database takes no writes \(cannot .*\): it is a standby, or read-only\./);
    expect(line).not.toContain('\n');
    await servers.primary.stop();
    const asked = openDatabase(readSettings({ DATABASE_URL: both(servers.primary.url, url) }));
    await expect(asked).rejects.toBeInstanceOf(StartupError);
    await expect(asked).rejects.toThrow(/ECONNREFUSED.*the server takes no writes/);
  },
  LIMIT,
);

it(
  'starts on a standby of a database that was served before, says that it takes no writes, and serves reads',
  async () => {
    await startServers(true);
    const lines: string[] = [];
    const settings = readSettings({
      ...{ DATABASE_URL: servers.standby.url, DATA_DIR: '/nowhere', HOST: '127.0.0.1', PORT: '0' },
      ...{ ADMIN_TOKEN, LOG_LEVEL: 'silent' },
    });
    const stop = new AbortController();
    const stopped = once(stop.signal, 'abort').then(() => undefined);
    const print = (line: string | Uint8Array): boolean => lines.push(String(line)) > 0;
    const outputs = [process.stdout, process.stderr].map((output) =>
      vi.spyOn(output, 'write').mockImplementation(print),
    );
    const ended = runServer(settings, stopped);
    try {
      await vi.waitFor(() => expect(lines.join('')).toMatch(/SCIM base URL/), LIMIT);
    } finally {
      for (const output of outputs) output.mockRestore();
    }
    expect(lines.join('')).toMatch(/^DATABASE_URL: [^\n]*takes no writes[^\n]*$/m);
    const [, base = ''] = /SCIM base URL +(\S+)/.exec(lines.join(''))!;
    expect((await new ScimClient(base, token, agent).get('/Users')).status).toBe(200);
    stop.abort();
    await ended;
    const owner = await connectDirectly(servers.standby.url);
    const checks = await examineDatabase(owner, 'there', settings, false).finally(() => owner.end());
    expect(checks).toContainEqual(
      expect.objectContaining({
        name: 'PostgreSQL',
        status: 'warn',
        found: expect.stringContaining('it takes no writes') as unknown,
      }),
    );
  },
  LIMIT,
);
