import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Administration } from '../../../src/administration/administration.js';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type CommandOutcome, runCommand, runOnTerminal } from '../../support/command-line.js';
import { dumpCompany, dumpDatabase } from '../../support/database-dump.js';
import { type ScimClient } from '../../support/scim-client.js';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-erasures-'));
let service: TestApplication;
let admin: AdminClient;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: service.database.url }, ...args);

/** A person whose every value can be found by this text. */
const PERSON = 'Zephyrine';

async function person(client: ScimClient): Promise<string> {
  const { body } = await client.post('/Users', {
    userName: `${PERSON}@acme.example`,
    externalId: `${PERSON}-7`,
    displayName: `${PERSON} Q`,
    name: { givenName: PERSON },
    emails: [{ value: `${PERSON}@acme.example` }],
  });
  return body.id as string;
}

/** Keeps what a company has, and returns what puts it back as it was. */
async function backUp(slug: string): Promise<() => Promise<void>> {
  const tables = [
    'users',
    'groups',
    'memberships',
    'resource_counts',
    'activity',
    'activity_members',
    'deleted_resources',
    'erasures',
  ];
  const ofCompany = `company_id = (SELECT id FROM companies WHERE slug = '${slug}')`;
  const run = async (statements: readonly string[]): Promise<void> => {
    const superuser = new pg.Client(service.database.adminUrl);
    await superuser.connect();
    // A backup is put back without foreign keys in the way.
    await superuser.query('SET session_replication_role = replica');
    for (const statement of statements) await superuser.query(statement);
    await superuser.end();
  };
  await run([
    'CREATE SCHEMA backup',
    ...tables.map((table) => `CREATE TABLE backup.${table} AS SELECT * FROM ${table} WHERE ${ofCompany}`),
  ]);
  return () =>
    run([
      ...tables.map((table) => `DELETE FROM ${table} WHERE ${ofCompany}`),
      ...tables.map((table) => `INSERT INTO ${table} SELECT * FROM backup.${table}`),
      'DROP SCHEMA backup CASCADE',
    ]);
}

async function groupsOf(client: ScimClient, ...members: string[]): Promise<string[]> {
  const made: string[] = [];
  for (const displayName of ['Staff', 'Guides']) {
    const group = { displayName, members: members.map((value) => ({ value })) };
    made.push((await client.post('/Groups', group)).body.id as string);
  }
  return made;
}

describe('a person', () => {
  it('is erased from every table, and the answer proves it', async () => {
    const company = await service.company('acme');
    const client = await company.client();
    const id = await person(client);
    const other = (await client.post('/Users', { userName: 'bob' })).body.id as string;
    const [staff = ''] = await groupsOf(client, id, other);
    const before = (await client.get(`/Groups/${staff}`)).body;
    const { secret } = await service.tokens.issueToken('acme', {
      name: `token of ${PERSON}`,
      dialect: 'lenient',
      scopes: ['scim:read'],
      expires: null,
      user: id,
    });
    expect((await service.scim(secret).post('/Groups', { displayName: 'x' })).status).toBe(403);
    const userName = `${PERSON.toLowerCase()}@acme.example`;
    expect((await client.post('/Users', { userName })).status).toBe(409);
    const refused = async (): Promise<string> =>
      (await rollcall('activity', 'export', 'acme', '--outcome', 'refused')).out;
    await expect.poll(refused).toContain(`token of ${PERSON}`);
    await expect.poll(refused).toContain(userName);
    expect((await dumpDatabase(service.database)).join('\n')).toMatch(new RegExp(PERSON, 'i'));

    const erased = await admin.post(
      `/companies/acme/users/${encodeURIComponent(`${PERSON.toUpperCase()}@acme.example`)}/erase`,
    );
    expect(erased).toMatchObject({
      status: 200,
      body: {
        id,
        company: 'acme',
        proof: [
          { table: 'users', before: 1, left: 0 },
          { table: 'memberships', before: 2, left: 0 },
          { table: 'unique_values', before: 0, left: 0 },
          { table: 'deleted_resources', before: 0, left: 0 },
          { table: 'webhook_deliveries', before: 0, left: 0 },
          { table: 'access_tokens', before: 1, left: 0 },
          { table: 'activity', before: 4, left: 0 },
          { table: 'recorded_requests', before: 0, left: 0 },
        ],
        notice: expect.stringContaining('makes the person anew'),
      },
    });
    const dump = (await dumpDatabase(service.database)).join('\n');
    expect(dump).not.toMatch(new RegExp(PERSON, 'i'));
    expect(dump).toContain('public.erasures');

    // As by a deletion: the groups are there without the person, in another version, and the numbers are right.
    const after = (await client.get(`/Groups/${staff}`)).body;
    expect(after.members).toEqual([expect.objectContaining({ value: other })]);
    expect(after.meta.version).not.toBe(before.meta.version);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    expect((await admin.get('/companies/acme')).body.users).toBe(1);
    expect((await service.scim(secret).get('/Me')).status).toBe(401);
    expect((await admin.get('/companies/acme/erasures')).body.items).toEqual([
      { id, erased: erased.body.erased },
    ]);
    expect((await admin.post(`/companies/acme/users/${id}/erase`)).status).toBe(404);
  });

  it('whom the identity provider has deleted is erased by id from what the journal keeps', async () => {
    const client = await (await service.company('departed')).client();
    const id = await person(client);
    const [group = ''] = await groupsOf(client, id);
    expect((await client.post('/Users', { userName: `${PERSON}@acme.example` })).status).toBe(409);
    expect((await client.delete(`/Users/${id}`)).status).toBe(204);
    await expect
      .poll(async () => (await rollcall('activity', 'export', 'departed', '--outcome', 'refused')).out)
      .toContain(PERSON);
    const journal = async (): Promise<string> =>
      (await rollcall('activity', 'export', 'departed', '--resource', id)).out;
    expect(await journal()).toMatch(new RegExp(`"${PERSON}-7".*"${PERSON} Q"`));

    const byName = await admin.post(`/companies/departed/users/${PERSON}%40acme.example/erase`);
    expect([byName.status, byName.body.detail]).toEqual([404, expect.stringContaining('deleted by id')]);
    expect((await admin.post(`/companies/acme/users/${id}/erase`)).status).toBe(404);
    expect((await admin.post(`/companies/departed/users/${group}/erase`)).status).toBe(404);
    const erased = await rollcall('user', 'erase', 'departed', id, '--yes');
    expect(erased).toMatchObject({ code: 0, error: '' });
    expect(erased.out).toContain(`User ${id}, who had been deleted before, was erased at`);
    expect(erased.out).toMatch(/│ users +│ 0 +│ 0 +│/);
    expect(erased.out).toMatch(/│ deleted_resources +│ 1 +│ 0 +│/);
    expect(erased.out).toMatch(/│ activity +│ 3 +│ 0 +│/);

    expect(await journal()).not.toContain(PERSON);
    expect(JSON.parse((await journal()).split('\n').at(-1)!)).toMatchObject({
      operation: 'erase',
      resourceType: 'User',
      version: expect.any(Number),
      display: null,
    });
    expect((await admin.get('/companies/departed/erasures')).body.items).toEqual([
      { id, erased: expect.any(String) },
    ]);
    // Nothing is left to be erased, and a group that was deleted is no person.
    expect((await admin.post(`/companies/departed/users/${id}/erase`)).status).toBe(404);
    await client.delete(`/Groups/${group}`);
    expect((await admin.post(`/companies/departed/users/${group}/erase`)).status).toBe(404);
  });

  it('of another company with the same name stays', async () => {
    const [ours, theirs] = await Promise.all(
      ['birch', 'cedar'].map(async (slug) => (await service.company(slug)).client()),
    );
    const id = await person(ours!);
    const same = await person(theirs!);
    expect((await admin.post(`/companies/birch/users/${same}/erase`)).status).toBe(404);
    expect((await admin.post(`/companies/birch/users/${id}/erase`)).body.id).toBe(id);
    expect((await theirs!.get(`/Users/${same}`)).status).toBe(200);
    expect((await admin.get('/companies/cedar/erasures')).body.items).toEqual([]);
    await theirs!.delete(`/Users/${same}`);
  });

  it.each(['nobody', '%00', '%ED%A0%80', 'a%2Fb', 'x'.repeat(3000)])(
    'who is not there (%s) is 404',
    async (named) => {
      const { status, body } = await admin.post(`/companies/acme/users/${named}/erase`);
      expect([status, body.detail]).toEqual([404, expect.stringContaining('has no user')]);
    },
  );

  it('is erased once by many who ask for it, and while others change the groups', async () => {
    const client = await (await service.company('raced')).client();
    const id = await person(client);
    const other = (await client.post('/Users', { userName: 'bob' })).body.id as string;
    const groups = await groupsOf(client, id);
    const changes = groups.flatMap((group) =>
      Array.from({ length: 3 }, () =>
        client.patch(`/Groups/${group}`, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
          Operations: [{ op: 'add', path: 'members', value: [{ value: other }] }],
        }),
      ),
    );
    const erasures = Array.from({ length: 4 }, () => admin.post(`/companies/raced/users/${id}/erase`));
    const statuses = (await Promise.all(erasures)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.every((status) => [200, 404, 409].includes(status))).toBe(true);
    expect((await Promise.all(changes)).every(({ status }) => status < 300)).toBe(true);
    expect((await admin.get('/companies/raced')).body.users).toBe(1);
  });

  it('is erased by the command line, which asks for the name', async () => {
    const client = await (await service.company('typed')).client();
    const id = await person(client);
    const command = ['user', 'erase', 'typed', id];
    expect(await rollcall(...command)).toMatchObject({ code: 1, error: expect.stringContaining('--yes') });
    const environment = { DATABASE_URL: service.database.url };
    const wrong = await runOnTerminal({ ask: () => Promise.resolve('other') }, environment, ...command);
    expect(wrong).toMatchObject({ code: 1, error: 'That is another name; nothing was changed.' });
    const right = await runOnTerminal({ ask: () => Promise.resolve(id) }, environment, ...command);
    expect(right).toMatchObject({ code: 0, error: '' });
    expect(right.out).toMatch(/│ users +│ 1 +│ 0 +│/);
    expect((await rollcall('user', 'erasures', 'typed')).out).toContain(id);
    expect(JSON.parse((await rollcall('user', 'erasures', 'typed', '--json')).out)).toEqual([
      { id, erased: expect.any(String) },
    ]);
    expect(await rollcall('user', 'erase', 'typed', id, '--yes')).toMatchObject({
      code: 1,
      error: expect.stringContaining('has no user'),
    });
  });

  it('whom a restored backup has again is erased by the list of erasures that was kept apart', async () => {
    const company = await service.company('backed-up');
    const client = await company.client();
    const ids = [await person(client), (await client.post('/Users', { userName: 'bob' })).body.id as string];
    const [present, departed] = ids as [string, string];
    const [staff = ''] = await groupsOf(client, ...ids);
    await client.delete(`/Users/${departed}`);
    const restore = await backUp('backed-up');
    for (const id of ids) expect((await rollcall('user', 'erase', 'backed-up', id, '--yes')).code).toBe(0);
    const list = (await rollcall('user', 'erasures', 'backed-up', '--json')).out;
    await restore();
    expect((await client.get(`/Users/${present}`)).status).toBe(200);
    expect((await dumpCompany(service.database, 'backed-up')).join('\n')).toContain(PERSON);

    const file = join(folder, 'erasures.json');
    writeFileSync(file, list);
    const again = await rollcall('user', 'erase-again', 'backed-up', file, '--json');
    expect(JSON.parse(again.out)).toEqual({ erased: [...ids].sort(), unchanged: [] });
    expect((await dumpCompany(service.database, 'backed-up')).join('\n')).not.toContain(PERSON);
    expect((await client.get(`/Users/${present}`)).status).toBe(404);
    expect((await client.get(`/Groups/${staff}`)).body.members ?? []).toEqual([]);
    expect((await admin.get('/companies/backed-up/erasures')).body.items).toHaveLength(2);

    // Once more, also of somebody whom the backup has never had: the list is whole afterwards.
    const unknown = '0000000000000abc';
    writeFileSync(file, `${ids.join('\n')}\n${unknown}\n`);
    expect((await rollcall('user', 'erase-again', 'backed-up', file)).out).toBe(
      'Of 3 users none had come back; all stand in the list of erasures.',
    );
    expect((await rollcall('user', 'erasures', 'backed-up')).out).toContain(unknown);
  });

  it.each([
    ['', 'names nobody'],
    ['ada@acme.example', 'has "ada@acme.example"'],
    ['[{"id": 7}]', 'has no id'],
    ['{"id": "0000000000000abc"}', 'is no list'],
    [undefined, "can't be read"],
  ])('is not erased again by a list of %j', async (text, problem) => {
    await service.company(`listed-${problem.length}`);
    const file = join(folder, 'broken');
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    const { code, error } = await rollcall('user', 'erase-again', `listed-${problem.length}`, file);
    expect([code, error]).toEqual([1, expect.stringContaining(problem)]);
  });

  it('leaves nothing behind where the erasure fails', async () => {
    const client = await (await service.company('failing')).client();
    const id = await person(client);
    const owner = new pg.Client(service.database.url);
    await owner.connect();
    // What is written last can't be.
    await owner.query('ALTER TABLE access_tokens RENAME TO gone');
    const administration = await Administration.open(service.database.url);
    try {
      await expect(administration.erasure.eraseUser('failing', id)).rejects.toThrow('access_tokens');
    } finally {
      await administration.close();
      await owner.query('ALTER TABLE gone RENAME TO access_tokens');
      await owner.end();
    }
    expect((await client.get(`/Users/${id}`)).status).toBe(200);
    expect((await admin.get('/companies/failing/erasures')).body.items).toEqual([]);
    expect((await admin.post(`/companies/failing/users/${id}/erase`)).status).toBe(200);
  });
});
