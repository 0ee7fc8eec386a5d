import { ADMIN_TOKEN, AdminClient, type AdminAnswer } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type CommandOutcome, runCommand } from '../../support/command-line.js';
import { PlatformClient } from '../../support/platform-client.js';
import { type ScimClient } from '../../support/scim-client.js';
import { instant, readState } from './restored-company.js';

let service: TestApplication;
let admin: AdminClient;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
});
afterAll(() => service.close());

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: service.database.url }, ...args);

async function sql(text: string): Promise<number | null> {
  return (await (await service.database.superuser()).query(text)).rowCount;
}

const restore = (company: string, at: string, scope: unknown = 'all', dryRun = false): Promise<AdminAnswer> =>
  admin.post(`/companies/${company}/restore`, { at, scope, dryRun });

interface Cast {
  readonly client: ScimClient;
  readonly ada: string;
  readonly ben: string;
  readonly staff: string;
  readonly all: string;
}

/** Ada and Ben are in Staff, and Staff and Ada in All. */
async function cast(slug: string): Promise<Cast> {
  const client = await (await service.company(slug)).client();
  const post = async (path: string, body: object): Promise<string> => {
    const made = await client.post(path, body);
    expect(made.status).toBe(201);
    return made.body.id as string;
  };
  const ada = await post('/Users', {
    userName: 'Ada@Acme.example',
    externalId: 'A-1',
    displayName: 'Ada Lovelace',
    emails: [{ value: 'ada@acme.example', type: 'work' }],
  });
  const ben = await post('/Users', { userName: 'ben', displayName: 'Ben' });
  const staff = await post('/Groups', { displayName: 'Staff', members: [{ value: ada }, { value: ben }] });
  const all = await post('/Groups', { displayName: 'All', members: [{ value: staff }, { value: ada }] });
  return { client, ada, ben, staff, all };
}

describe('a restore', () => {
  it('brings back what was deleted, with ids, attributes and memberships, in a further version', async () => {
    const { client, ada, staff, all } = await cast('acme');
    const before = await readState(client);
    const tag = (await client.get(`/Users/${ada}`)).body.meta.version as string;
    const at = await instant();
    for (const path of [`/Users/${ada}`, `/Groups/${staff}`]) await client.delete(path);
    expect((await client.get(`/Users/${ada}`)).status).toBe(404);
    expect((await client.get(`/Groups/${all}`)).body.members ?? []).toEqual([]);

    const planned = await restore('acme', at, 'all', true);
    expect(planned).toMatchObject({
      status: 200,
      body: {
        company: 'acme',
        at,
        dryRun: true,
        users: { restored: 1, activated: 0, deactivated: 0, madeSince: 0 },
        groups: { restored: 1, changed: 2, madeSince: 0 },
        memberships: { added: 4, removed: 0 },
        conflicts: [],
        omitted: { changes: 0, conflicts: 0 },
      },
    });
    expect(planned.body.changes).toEqual([
      { type: 'User', id: ada, display: 'Ada Lovelace', change: 'restored', added: 0, removed: 0 },
      { type: 'Group', id: staff, display: 'Staff', change: 'restored', added: 0, removed: 0 },
      { type: 'Group', id: staff, display: 'Staff', change: 'members', added: 2, removed: 0 },
      { type: 'Group', id: all, display: 'All', change: 'members', added: 2, removed: 0 },
    ]);
    expect((await client.get(`/Users/${ada}`)).status).toBe(404);

    const done = await restore('acme', at);
    expect(done.body).toEqual({ ...planned.body, dryRun: false });
    expect(await readState(client)).toEqual(before);
    const user = (await client.get(`/Users/${ada}`)).body;
    expect(user.meta.version).not.toBe(tag);
    expect((await client.get('/Users?filter=emails.value%20eq%20"ADA@acme.example"')).body.totalResults).toBe(
      1,
    );
    expect((await admin.get('/companies/acme')).body).toMatchObject({ users: 2, groups: 2 });
    // What is as it was is not touched.
    const again = await restore('acme', at);
    expect([again.body.changes, again.body.conflicts]).toEqual([[], []]);
    expect((await client.get(`/Users/${ada}`)).body).toEqual(user);
  });

  it('stands in the journal', async () => {
    const { client, ada, staff } = await cast('told');
    const at = await instant();
    await client.delete(`/Users/${ada}`);
    await restore('told', at, { users: ['ada@acme.EXAMPLE'] });
    const { items } = (await admin.get('/companies/told/activity?operation=restore')).body;
    expect(items).toHaveLength(3);
    expect(items.at(-1)).toMatchObject({
      operation: 'restore',
      outcome: 'done',
      resourceId: ada,
      externalId: 'A-1',
      display: 'Ada Lovelace',
      version: 2,
      credentialName: 'ADMIN_TOKEN',
      detail: { restore: { at, deleted: true } },
    });
    const [members] = (await admin.get(`/companies/told/activity?operation=restore&resource=${staff}`)).body
      .items;
    expect(members).toMatchObject({ added: 1, removed: 0, version: 3, detail: { restore: { at } } });
    expect(new Set(items.map(({ txn }: { txn: string }) => txn)).size).toBe(1);
    const page = (await admin.get(`/companies/told/groups/${staff}/members`)).body.items;
    expect(page.find(({ value }: { value: string }) => value === ada).by.activity).toBe(members.id);
    const told = await rollcall('activity', 'tail', 'told', '--no-follow');
    expect(told.out).toContain('ADMIN_TOKEN restored user Ada Lovelace');
    expect(told.out).toContain('ADMIN_TOKEN restored group Staff, and added Ada Lovelace to it');
  });

  it('is told to who follows the feed, by what it is for each resource', async () => {
    const { client, ada, ben, staff, all } = await cast('followed');
    const at = await instant();
    const made = { name: 'sync', scopes: ['feed'], companies: ['followed'] };
    const { secret } = (await admin.post('/platform-credentials', made)).body;
    const platform = new PlatformClient(service, `Bearer ${secret}`);
    await client.delete(`/Users/${ada}`);
    await client.patch(`/Users/${ben}`, [{ op: 'replace', path: 'active', value: false }]);
    await client.delete(`/Groups/${staff}`);
    await restore('followed', at);
    const told = async (): Promise<unknown[]> =>
      (await platform.get('/companies/followed/changes?limit=1000')).body.changes
        .slice(-5)
        .map(
          ({
            type,
            resource,
            attributes,
            members,
          }: {
            type: string;
            resource: { id: string };
            attributes: string[];
            members?: { added: unknown[] };
          }) => [type, resource.id, attributes, members?.added.length],
        );
    await expect.poll(told).toEqual([
      ['user.created', ada, expect.arrayContaining(['userName', 'emails']), undefined],
      ['group.created', staff, ['displayName'], undefined],
      ['user.activated', ben, ['active'], undefined],
      ['group.members', staff, [], 2],
      ['group.members', all, [], 2],
    ]);
  });

  it('of groups gives them back the members that they had, and takes who came since', async () => {
    const { client, ada, ben, staff, all } = await cast('grouped');
    const at = await instant();
    const eve = (await client.post('/Users', { userName: 'eve' })).body.id as string;
    await client.put(`/Groups/${staff}`, { displayName: 'Staff', members: [{ value: eve }] });
    await client.put(`/Groups/${all}`, { displayName: 'All', members: [] });
    const done = await restore('grouped', at, { groups: ['staff'] });
    expect(done.body).toMatchObject({
      groups: { restored: 0, changed: 1 },
      memberships: { added: 2, removed: 1 },
      conflicts: [],
    });
    const members = (await client.get(`/Groups/${staff}`)).body.members as { value: string }[];
    expect(members.map(({ value }) => value).sort()).toEqual([ada, ben].sort());
    expect((await client.get(`/Groups/${all}`)).body.members ?? []).toEqual([]);
    expect((await client.get(`/Users/${eve}`)).status).toBe(200);
    expect((await restore('grouped', at, 'all', true)).body).toMatchObject({
      users: { madeSince: 1 },
      memberships: { added: 2, removed: 0 },
    });
  });

  it('of a deleted group puts it back where it was, too', async () => {
    const { client, staff } = await cast('nested');
    const before = await readState(client);
    const at = await instant();
    await client.delete(`/Groups/${staff}`);
    expect((await restore('nested', at, { groups: [staff] })).body.memberships).toEqual({
      added: 3,
      removed: 0,
    });
    expect(await readState(client)).toEqual(before);
  });

  it('makes users active and inactive as they were, deleted ones too', async () => {
    const { client, ada, ben } = await cast('active');
    const cy = (await client.post('/Users', { userName: 'cy', active: false })).body.id as string;
    const before = await readState(client);
    const at = await instant();
    const switchTo = (id: string, value: boolean): Promise<unknown> =>
      client.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value }]);
    await switchTo(ada, false);
    await client.delete(`/Users/${ada}`);
    await switchTo(ben, false);
    await switchTo(ben, true);
    await switchTo(ben, false);
    await switchTo(cy, true);
    const between = await instant();
    const later = await readState(client);
    expect((await restore('active', at)).body.users).toEqual({
      restored: 1,
      activated: 1,
      deactivated: 1,
      madeSince: 0,
    });
    expect(await readState(client)).toEqual(before);
    expect((await client.get('/Users?filter=active%20eq%20false')).body.totalResults).toBe(1);
    // A restore can be taken back like any other change, but for what came back by it.
    const back = await restore('active', between);
    expect(back.body.users).toMatchObject({ activated: 1, deactivated: 1, madeSince: 1 });
    await client.delete(`/Users/${ada}`);
    expect(await readState(client)).toEqual(later);
  });
});

describe('what is in the way', () => {
  it('is told, and left', async () => {
    const { client, ada, ben, staff } = await cast('clash');
    const at = await instant();
    for (const path of [`/Users/${ada}`, `/Users/${ben}`, `/Groups/${staff}`]) await client.delete(path);
    const other = (await client.post('/Users', { userName: 'ADA@acme.example' })).body.id as string;
    const group = (await client.post('/Groups', { displayName: 'STAFF' })).body.id as string;
    expect((await admin.post(`/companies/clash/users/${ben}/erase`)).status).toBe(200);
    const expected = [
      { type: 'User', id: ada, display: 'Ada Lovelace', reason: 'nameTaken', by: other, members: 0 },
      { type: 'User', id: ben, display: null, reason: 'erased', by: null, members: 0 },
      { type: 'Group', id: staff, display: 'Staff', reason: 'nameTaken', by: group, members: 0 },
      { type: 'Group', display: 'All', reason: 'membersGone', by: null, members: 2 },
    ];
    for (const dryRun of [true, false]) {
      const { body } = await restore('clash', at, 'all', dryRun);
      expect(body.conflicts).toMatchObject(expected);
      expect(body.changes).toEqual([]);
    }
    const printed = await rollcall('restore', 'clash', '--at', at, '--all', '--dry-run');
    expect(printed).toMatchObject({ code: 0, error: '' });
    expect(printed.out).toContain(`its name belongs to ${other}`);
    expect(printed.out).toContain('the person was erased');
    // With the name free again the group comes back; the erased one never does.
    await client.patch(`/Groups/${group}`, [{ op: 'replace', path: 'displayName', value: 'Staff 2' }]);
    await client.delete(`/Users/${other}`);
    const done = (await restore('clash', at)).body;
    expect(done).toMatchObject({
      users: { restored: 1 },
      groups: { restored: 1 },
      memberships: { added: 3 },
    });
    expect((await client.get(`/Users/${ben}`)).status).toBe(404);
    expect((await client.get(`/Users/${ada}`)).status).toBe(200);
  });

  it('is an externalId of another one, where a company wants them unique', async () => {
    const { client, ada } = await cast('external');
    await rollcall('company', 'set', 'external', '--unique-external-id', 'on');
    const at = await instant();
    await client.delete(`/Users/${ada}`);
    const other = (await client.post('/Users', { userName: 'other', externalId: 'A-1' })).body.id as string;
    expect((await restore('external', at)).body.conflicts[0]).toMatchObject({
      reason: 'externalIdTaken',
      by: other,
    });
    await rollcall('company', 'set', 'external', '--unique-external-id', 'off');
    expect((await restore('external', at)).body.users.restored).toBe(1);
  });

  it('is a group that is gone, and that it was not there', async () => {
    const { client, ada, staff, all } = await cast('gone');
    const at = await instant();
    await client.delete(`/Groups/${staff}`);
    await client.delete(`/Users/${ada}`);
    const late = (await client.post('/Users', { userName: 'late' })).body.id as string;
    const { body } = await restore('gone', at, { users: [ada, 'late'] });
    expect(body.conflicts).toEqual([
      { type: 'User', id: late, display: 'late', reason: 'notThere', by: null, members: 0 },
      { type: 'User', id: ada, display: 'Ada Lovelace', reason: 'groupGone', by: staff, members: 0 },
    ]);
    expect(body.memberships).toEqual({ added: 1, removed: 0 });
    expect((await client.get(`/Groups/${all}`)).body.members).toMatchObject([{ value: ada }]);
  });

  it('is that what it was is not kept', async () => {
    const { client, ada } = await cast('swept');
    const at = await instant();
    await client.delete(`/Users/${ada}`);
    await sql(`DELETE FROM deleted_resources WHERE id = read_resource_id('${ada}')`);
    expect((await restore('swept', at)).body.conflicts).toMatchObject([
      { id: ada, reason: 'notKept' },
      { reason: 'membersGone', members: 1 },
      { reason: 'membersGone', members: 1 },
    ]);
  });
});
