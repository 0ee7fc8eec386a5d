import pg from 'pg';
import { type AllCompanySettings } from '../../src/administration/company.js';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { DIALECTS, startTestApplication, type TestApplication } from '../support/application.js';
import { type CommandOutcome, runCommand } from '../support/command-line.js';
import { type ScimClient } from '../support/scim-client.js';

let service: TestApplication;
let admin: AdminClient;
let database: pg.Client;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
  database = new pg.Client(service.database.adminUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await service.close();
});

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: service.database.url }, ...args);

async function company(
  slug: string,
  settings: Partial<AllCompanySettings>,
  dialect: (typeof DIALECTS)[number] = 'lenient',
): Promise<ScimClient> {
  const made = await service.company(slug);
  await service.administration.setCompany(slug, settings);
  return made.client(dialect);
}

async function operations(slug: string, id: string): Promise<unknown[]> {
  const { items } = (await admin.get(`/companies/${slug}/activity?resource=${id}`)).body;
  return items
    .map(({ operation, detail }: { operation: string; detail: unknown }) => [operation, detail])
    .reverse();
}

describe.each(DIALECTS)('%s: a POST of what was deleted', (dialect) => {
  const core = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] };
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] };

  it('makes a new one, unless the company wants the old one', async () => {
    const client = await company(`new-${dialect}`, {}, dialect);
    const first = (await client.post('/Users', { ...core, userName: 'ada' })).body.id as string;
    await client.delete(`/Users/${first}`);
    const second = await client.post('/Users', { ...core, userName: 'ada' });
    expect([second.status, second.body.id === first]).toEqual([201, false]);
  });

  it('brings the old one back, with its id and the attributes of the request', async () => {
    const slug = `restore-${dialect}`;
    const client = await company(slug, { recreate: 'restore' }, dialect);
    const made = (await client.post('/Users', { ...core, userName: 'Ada', title: 'Dr', externalId: 'x' }))
      .body;
    const id = made.id as string;
    await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await client.delete(`/Users/${id}`);
    expect((await client.get(`/Users/${id}`)).status).toBe(404);
    const again = await client.post('/Users', { ...core, userName: 'ADA', nickName: 'Countess' });
    expect(again).toMatchObject({
      status: 201,
      body: { id, userName: 'ADA', nickName: 'Countess', active: true },
    });
    expect(again.body).not.toHaveProperty('title');
    expect(again.headers.location).toBe(again.body.meta.location);
    expect(again.body.meta.created).toBe(made.meta.created);
    expect(again.body.meta.version).toBe('W/"3"');
    expect((await client.get(`/Users/${id}`)).body).toEqual(again.body);
    expect((await client.get('/Users?filter=nickName%20eq%20"countess"')).body.totalResults).toBe(1);
    expect(await operations(slug, id)).toEqual([
      ['create', null],
      ['deactivate', null],
      ['delete', null],
      ['restore', { restore: { deleted: true, active: true } }],
    ]);
    // It is there once, and not among the deleted ones any more.
    expect((await client.post('/Users', { ...core, userName: 'ada' })).status).toBe(409);
    const other = await client.post('/Users', { ...core, userName: 'eve', externalId: 'x' });
    expect([other.status, other.body.id === id]).toEqual([201, false]);
  });

  it('goes by the externalId too, and by the name first', async () => {
    const client = await company(`external-${dialect}`, { recreate: 'restore' }, dialect);
    const ids: string[] = [];
    for (const userName of ['ada', 'ben']) {
      const { body } = await client.post('/Users', { ...core, userName, externalId: `x-${userName}` });
      ids.push(body.id as string);
      await client.delete(`/Users/${ids.at(-1)}`);
    }
    const back = async (body: object): Promise<unknown> =>
      (await client.post('/Users', { ...core, ...body })).body.id;
    expect(await back({ userName: 'ben', externalId: 'x-ada' })).toBe(ids[1]);
    expect(await back({ userName: 'renamed', externalId: 'x-ada' })).toBe(ids[0]);
    expect(ids).not.toContain(await back({ userName: 'third', externalId: 'x-ada' }));
  });

  it('brings a group back with the members of the request', async () => {
    const client = await company(`group-${dialect}`, { recreate: 'restore' }, dialect);
    const [ada, ben] = await Promise.all(
      ['ada', 'ben'].map(
        async (userName) => (await client.post('/Users', { ...core, userName })).body.id as string,
      ),
    );
    const { body } = await client.post('/Groups', {
      ...group,
      displayName: 'Staff',
      members: [{ value: ada }],
    });
    await client.delete(`/Groups/${body.id}`);
    const again = await client.post('/Groups', { ...group, displayName: 'staff', members: [{ value: ben }] });
    expect(again).toMatchObject({ status: 201, body: { id: body.id, members: [{ value: ben }] } });
    expect((await client.get(`/Users/${ben}`)).body.groups).toMatchObject([{ value: body.id }]);
    expect((await admin.get(`/companies/group-${dialect}`)).body.groups).toBe(1);
  });

  it('never brings an erased person back, nor what another company has deleted', async () => {
    const slug = `erased-${dialect}`;
    const client = await company(slug, { recreate: 'restore' }, dialect);
    const other = await company(`other-${dialect}`, { recreate: 'restore' }, dialect);
    const id = (await client.post('/Users', { ...core, userName: 'ada' })).body.id as string;
    await client.delete(`/Users/${id}`);
    expect((await other.post('/Users', { ...core, userName: 'ada' })).body.id).not.toBe(id);
    await admin.post(`/companies/${slug}/users/${id}/erase`);
    expect((await client.post('/Users', { ...core, userName: 'ada' })).body.id).not.toBe(id);
  });

  it('that is refused leaves it deleted', async () => {
    const client = await company(
      `refused-${dialect}`,
      { recreate: 'restore', uniqueExternalId: true },
      dialect,
    );
    const id = (await client.post('/Users', { ...core, userName: 'ada' })).body.id as string;
    await client.post('/Users', { ...core, userName: 'ben', externalId: 'x' });
    await client.delete(`/Users/${id}`);
    expect((await client.post('/Users', { ...core, userName: 'ada', externalId: 'x' })).status).toBe(409);
    expect((await client.post('/Users', { ...core, userName: 'ada' })).body.id).toBe(id);
  });

  it('brings it back once, however many ask for it at the same time', async () => {
    const client = await company(`raced-${dialect}`, { recreate: 'restore' }, dialect);
    const id = (await client.post('/Users', { ...core, userName: 'ada' })).body.id as string;
    await client.delete(`/Users/${id}`);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => client.post('/Users', { ...core, userName: 'ada' })),
    );
    expect(answers.filter(({ status }) => status === 201).map(({ body }) => body.id as string)).toEqual([id]);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5);
  });
});

describe('a POST of an inactive user', () => {
  const inactive = { userName: 'ada', title: 'Dr', externalId: 'x', active: false };

  it('is refused, unless the company wants the user back', async () => {
    const client = await company('rejecting', {});
    await client.post('/Users', inactive);
    expect((await client.post('/Users', { userName: 'ada' })).status).toBe(409);
  });

  it('makes the user active, with the attributes of the request and the groups that there are', async () => {
    const client = await company('reactivating', { reprovision: 'restore' });
    const id = (await client.post('/Users', inactive)).body.id as string;
    await client.post('/Groups', { displayName: 'Staff', members: [{ value: id }] });
    const again = await client.post('/Users', { userName: 'ADA', nickName: 'Countess' });
    expect(again).toMatchObject({
      status: 201,
      body: {
        id,
        userName: 'ADA',
        nickName: 'Countess',
        active: true,
        externalId: 'x',
        groups: [{ display: 'Staff' }],
      },
    });
    expect(again.body).not.toHaveProperty('title');
    expect(again.headers.location).toBe(again.body.meta.location);
    expect(await operations('reactivating', id)).toEqual([
      ['create', null],
      ['activate', null],
    ]);
    // An active one is another person's name, as ever.
    expect((await client.post('/Users', { userName: 'ada' })).status).toBe(409);
  });

  it('is refused where an active user has the name, or an inactive one the externalId alone', async () => {
    const client = await company('choosing', { reprovision: 'restore', uniqueExternalId: true });
    await client.post('/Users', inactive);
    const clash = await client.post('/Users', { userName: 'ben', externalId: 'x' });
    expect([clash.status, clash.body.detail]).toEqual([409, expect.stringContaining('externalId')]);
    await client.post('/Users', { userName: 'eve' });
    expect((await client.post('/Users', { userName: 'eve' })).status).toBe(409);
  });

  it('is so in a bulk job too', async () => {
    const client = await company('bulky', { reprovision: 'restore', recreate: 'restore' });
    const id = (await client.post('/Users', inactive)).body.id as string;
    const gone = (await client.post('/Users', { userName: 'ben' })).body.id as string;
    await client.delete(`/Users/${gone}`);
    const { body } = await client.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: ['ada', 'ben'].map((userName) => ({
        method: 'POST',
        path: '/Users',
        bulkId: userName,
        data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName },
      })),
    });
    expect(body.Operations).toMatchObject([
      { status: '201', location: expect.stringContaining(id) },
      { status: '201', location: expect.stringContaining(gone) },
    ]);
  });
});

describe('a bulk job whose resources refer to each other, of which some were there before', () => {
  const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
  const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
  const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const managed = (bulkId: string, userName: string, manager: string): Operation => ({
    method: 'POST',
    path: '/Users',
    bulkId,
    data: {
      schemas: [USER, ENTERPRISE],
      userName,
      [ENTERPRISE]: { manager: { value: `bulkId:${manager}` } },
    },
  });
  const grouped = (bulkId: string, displayName: string, ...members: string[]): Operation => ({
    method: 'POST',
    path: '/Groups',
    bulkId,
    data: { schemas: [GROUP], displayName, members: members.map((value) => ({ value: `bulkId:${value}` })) },
  });
  type Operation = Readonly<Record<string, unknown>>;
  type Result = Readonly<{
    bulkId: string;
    status: string;
    location?: string;
    response?: { detail: string };
  }>;
  const run = async (client: ScimClient, ...Operations: Operation[]): Promise<readonly Result[]> =>
    (
      await client.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations,
      })
    ).body.Operations as Result[];
  const statuses = (results: readonly Result[]): string[][] =>
    results.map(({ bulkId, status }) => [bulkId, status]);
  const managerOf = async (client: ScimClient, id: string): Promise<unknown> =>
    (await client.get(`/Users/${id}`)).body[ENTERPRISE]?.manager?.value;
  const idOf = (result: Result | undefined): string => result!.location!.split('/').at(-1)!;

  it('leaves an inactive user as it was where a part of the circle fails', async () => {
    const client = await company('circle-inactive', { reprovision: 'restore' });
    const ada = (await client.post('/Users', { userName: 'ada', title: 'Dr' })).body.id as string;
    const group = (await client.post('/Groups', { displayName: 'g', members: [{ value: ada }] })).body
      .id as string;
    await client.patch(`/Users/${ada}`, [{ op: 'replace', path: 'active', value: false }]);
    await client.post('/Users', { userName: 'taken' });
    const before = (await client.get(`/Users/${ada}`)).body;
    const results = await run(client, managed('b', 'taken', 'a'), managed('a', 'ada', 'b'));
    expect(statuses(results)).toEqual([
      ['b', '409'],
      ['a', '409'],
    ]);
    expect((await client.get(`/Users/${ada}`)).body).toEqual(before);
    expect((await client.get(`/Groups/${group}`)).body.members).toMatchObject([{ value: ada }]);
  });

  it('leaves a deleted user and a deleted group as they were kept', async () => {
    const client = await company('circle-deleted', { recreate: 'restore' });
    const ada = (await client.post('/Users', { userName: 'ada', title: 'Dr' })).body.id as string;
    const staff = (await client.post('/Groups', { displayName: 'Staff', externalId: 'x' })).body.id as string;
    await client.delete(`/Users/${ada}`);
    await client.delete(`/Groups/${staff}`);
    await client.post('/Users', { userName: 'taken' });
    await client.post('/Groups', { displayName: 'Taken' });
    const kept = async (): Promise<readonly unknown[]> => {
      const { rows } = await database.query(
        `SELECT id, version, deleted, attributes FROM deleted_resources
         WHERE company_id = (SELECT id FROM companies WHERE slug = 'circle-deleted') ORDER BY id`,
      );
      return rows;
    };
    const before = await kept();
    expect(before).toHaveLength(2);
    const results = await run(
      client,
      managed('b', 'taken', 'a'),
      managed('a', 'ada', 'b'),
      grouped('h', 'Taken', 'g'),
      grouped('g', 'Staff', 'h'),
    );
    expect(results.map(({ status }) => status)).toEqual(['409', '409', '409', '409']);
    expect(await kept()).toEqual(before);
  });

  it('closes a circle of new ones and such that come back', async () => {
    const client = await company('circle-closed', { reprovision: 'restore', recreate: 'restore' });
    const ada = (await client.post('/Users', { userName: 'ada', active: false })).body.id as string;
    const staff = (await client.post('/Groups', { displayName: 'Staff' })).body.id as string;
    await client.delete(`/Groups/${staff}`);
    const results = await run(
      client,
      managed('b', 'ben', 'a'),
      grouped('g', 'Staff', 'a', 'h'),
      grouped('h', 'Inner', 'g'),
      {
        method: 'PATCH',
        path: '/Users/bulkId:a',
        data: { Operations: [{ op: 'add', path: 'title', value: 'Dr' }] },
      },
      managed('a', 'ada', 'b'),
    );
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201', '200', '201']);
    const [ben, , inner] = results.map(idOf);
    expect([idOf(results[1]), idOf(results[4])]).toEqual([staff, ada]);
    expect([await managerOf(client, ada), await managerOf(client, ben!)]).toEqual([ben, ada]);
    expect((await client.get(`/Users/${ada}`)).body).toMatchObject({ active: true, title: 'Dr' });
    const members = async (id: string): Promise<string[]> =>
      ((await client.get(`/Groups/${id}`)).body.members as { value: string }[])
        .map(({ value }) => value)
        .sort();
    expect(await members(staff)).toEqual([ada, inner].sort());
    expect(await members(inner!)).toEqual([staff]);
  });

  it('refuses a circle of such alone, and what refers to it', async () => {
    const client = await company('circle-known', { reprovision: 'restore' });
    const ids: string[] = [];
    for (const userName of ['ada', 'ben'])
      ids.push((await client.post('/Users', { userName, active: false })).body.id as string);
    const results = await run(
      client,
      managed('a', 'ada', 'b'),
      managed('b', 'ben', 'a'),
      managed('c', 'cleo', 'a'),
      managed('d', 'dora', 'd'),
    );
    expect(results.map(({ status }) => status)).toEqual(['409', '409', '409', '201']);
    expect(results[1]?.response?.detail).toContain('in a circle');
    expect(results[0]?.response?.detail).toContain('Operations[1]');
    for (const id of ids) {
      expect((await client.get(`/Users/${id}`)).body).toMatchObject({
        active: false,
        meta: { version: 'W/"1"' },
      });
    }
    expect((await client.get('/Users?filter=userName%20eq%20"cleo"')).body.totalResults).toBe(0);
  });
});

it('both are settings of a company, by the command line and the admin API', async () => {
  await service.company('set');
  const set = await rollcall('company', 'set', 'set', '--recreate', 'restore', '--reprovision', 'restore');
  expect(set).toMatchObject({ code: 0, error: '' });
  expect(set.out).toMatch(/POST of what was deleted +│ brings it back/);
  expect(set.out).toMatch(/POST of an inactive user +│ makes it active/);
  expect((await admin.get('/companies/set/settings')).body).toMatchObject({
    recreate: 'restore',
    reprovision: 'restore',
  });
  const changed = await admin.patch(
    '/companies/set/settings',
    { recreate: 'new', reprovision: 'reject' },
    { 'If-Match': '*' },
  );
  expect(changed).toMatchObject({ status: 200, body: { recreate: 'new', reprovision: 'reject' } });
  expect(
    (await admin.patch('/companies/set/settings', { recreate: 'old' }, { 'If-Match': '*' })).status,
  ).toBe(400);
  expect(await rollcall('company', 'set', 'set', '--reprovision', '409')).toMatchObject({ code: 2 });
});
