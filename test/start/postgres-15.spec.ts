import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { POSTGRES_15, startExternalPostgres, type ExternalPostgres } from '../support/external-postgres.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import {
  baseOf,
  childrenOf,
  endProcesses,
  makeFolder,
  send,
  startProcess,
  type Running,
} from '../support/process.js';
import { GROUP_SCHEMA_URN, USER_SCHEMA_URN } from '../support/schema-urns.js';

const LIMIT = 120_000;
const TOKEN = 'token-of-acme-'.repeat(3);

let program: string;
let server: ExternalPostgres;
let dataDir: string;

beforeAll(async () => {
  program = await compileProgram();
  server = await startExternalPostgres(POSTGRES_15);
  dataDir = makeFolder();
}, COMPILE_LIMIT);
afterAll(async () => {
  await server.close();
  await endProcesses();
}, LIMIT);

async function makeDatabase(name: string, powers: string): Promise<string> {
  await server.administer(`CREATE ROLE ${name} LOGIN NOSUPERUSER ${powers}`);
  await server.administer(`CREATE DATABASE ${name} OWNER ${name} ENCODING 'UTF8' TEMPLATE template0`);
  return server.urlOf(name, name);
}

const startServer = (url: string): Running =>
  startProcess([process.execPath, join(program, 'main.js')], {
    env: {
      ...{ DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' },
      ...{ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: TOKEN },
    },
  });

interface Resource {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** Sends what an identity provider would, and reads it back. */
class Client {
  constructor(private readonly base: string) {}

  async ask<T = Resource>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await send(this.base, TOKEN, method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  user(userName: string, more: object = {}): Promise<Resource> {
    return this.ask('POST', '/Users', { schemas: [USER_SCHEMA_URN], userName, ...more });
  }

  group(displayName: string, members: readonly string[]): Promise<Resource> {
    const value = members.map((id) => ({ value: id }));
    return this.ask('POST', '/Groups', { schemas: [GROUP_SCHEMA_URN], displayName, members: value });
  }

  patch(path: string, ...Operations: readonly object[]): Promise<unknown> {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    return this.ask('PATCH', path, { schemas, Operations });
  }

  async found(path: string, filter: string): Promise<string[]> {
    const query = `${path}?filter=${encodeURIComponent(filter)}`;
    const list = await this.ask<{ Resources?: Resource[] }>('GET', query);
    return (list.Resources ?? []).map(({ id }) => id);
  }
}

async function provision(base: string): Promise<void> {
  const client = new Client(base);
  const work = { emails: [{ value: 'ada@example.com', type: 'work', primary: true }] };
  const ada = await client.user('Ada@example.com', { ...work, name: { familyName: 'Löwe' } });
  const bob = await client.user('bob@example.com', { active: true });
  const inner = await client.group('Inner', [ada.id]);
  const outer = await client.group('Outer', [inner.id]);

  await client.patch(`/Groups/${inner.id}`, { op: 'add', path: 'members', value: [{ value: bob.id }] });
  await client.patch(`/Groups/${inner.id}`, { op: 'remove', path: `members[value eq "${ada.id}"]` });
  await client.patch(`/Users/${bob.id}`, { op: 'replace', path: 'active', value: false });
  await client.patch(`/Groups/${outer.id}`, { op: 'replace', path: 'displayName', value: 'Äußere' });

  const group = await client.ask('GET', `/Groups/${inner.id}`);
  expect(group['members']).toMatchObject([{ value: bob.id, type: 'User' }]);
  expect(await client.ask('GET', `/Users/${bob.id}`)).toMatchObject({
    active: false,
    groups: expect.arrayContaining([
      expect.objectContaining({ value: inner.id, type: 'direct' }),
      expect.objectContaining({ value: outer.id, type: 'indirect', display: 'Äußere' }),
    ]) as unknown,
  });
  for (const [path, filter, id] of [
    ['/Users', 'userName eq "ADA@EXAMPLE.COM"', ada.id],
    ['/Users', 'emails[type eq "work" and value ew "example.com"]', ada.id],
    ['/Users', 'name.familyName co "ÖW" and not (active eq false)', ada.id],
    ['/Users', 'userName sw "bob" or name.familyName pr and active eq false', bob.id],
    ['/Users', `groups.value eq "${inner.id}"`, bob.id],
    ['/Groups', `members.value eq "${bob.id}"`, inner.id],
    ['/Groups', 'displayName sw "äu" and meta.created gt "2020-01-01T00:00:00Z"', outer.id],
  ] as const)
    expect([filter, await client.found(path, filter)]).toEqual([filter, [id]]);
  await client.ask('DELETE', `/Users/${bob.id}`);
  expect((await client.ask('GET', `/Groups/${inner.id}`))['members']).toEqual([]);
}

it(
  'three processes that start at once on an empty database all come up; provisioning works; nothing is embedded',
  async () => {
    const url = await makeDatabase('creator', 'CREATEROLE');
    const servers = [startServer(url), startServer(url), startServer(url)];
    const bases = await Promise.all(servers.map(baseOf));
    await provision(bases[0]!);
    for (const base of bases)
      expect(await new Client(base).found('/Groups', 'displayName eq "INNER"')).toHaveLength(1);
    for (const each of servers) {
      expect(each.out()).toMatch(/Database {8}PostgreSQL at 127\.0\.0\.1:\d+\/creator/);
      expect(childrenOf(each.child.pid!)).toEqual([]);
    }
    expect(readdirSync(dataDir)).toEqual([]);
    expect(await Promise.all(servers.map((each) => each.stop()))).toEqual([0, 0, 0]);
    expect(servers.map((each) => each.error())).toEqual(['', '', '']);
  },
  LIMIT,
);

it(
  'an owner that may not make roles is told what an administrator has to run; then it starts',
  async () => {
    const url = await makeDatabase('plain', 'NOCREATEROLE');
    const refused = startServer(url);
    expect(await refused.ended()).toBe(1);
    expect(refused.error()).toMatch(/^The database login may not set up its roles\. .*;\n$/);
    await server.administer(/run: (.*)\n/.exec(refused.error())![1]!);
    const started = startServer(url);
    await provision(await baseOf(started));
    expect(await started.stop()).toBe(0);
  },
  LIMIT,
);
