import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { runCommand } from '../../support/command-line.js';
import { PATCH_URN } from '../../support/schema-urns.js';
import { type ScimClient } from '../../support/scim-client.js';
import { eventually } from '../../support/webhook-receiver.js';

const NDJSON = { Accept: 'application/x-ndjson' };
const CSV = { Accept: 'text/csv' };
const PATH = '/companies/acme/activity';

interface Entry {
  readonly id: string;
  readonly operation: string;
  readonly display: string | null;
}

let service: TestApplication;
let admin: AdminClient;
let reader: AdminClient;
let okta: ScimClient;
let ids: { ada: string; ben: string; finance: string };
/** When Ada was in the group. */
let then: string;

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
  const { body } = await admin.post('/admin-credentials', { name: 'audit', scopes: ['admin:read'] });
  reader = new AdminClient(service, `Bearer ${body.secret}`);
  await service.company('acme');
  for (const slug of ['birch', 'cedar']) await service.company(slug);
  const { secret } = (await admin.post('/companies/acme/tokens', { name: 'Okta' })).body;
  okta = service.scim(secret);
  const [ada, ben] = [await make('/Users', { userName: 'ada' }), await make('/Users', { userName: 'ben' })];
  const members = [ada, ben].map((value) => ({ value }));
  const finance = await make('/Groups', { displayName: '=Finance', members });
  ids = { ada, ben, finance };
  await sleep(5);
  then = new Date().toISOString();
  await sleep(5);
  const Operations = [{ op: 'remove', path: `members[value eq "${ada}"]` }];
  await okta.patch(`/Groups/${finance}`, { schemas: [PATCH_URN], Operations });
});
afterAll(() => service.close());

const make = async (path: string, resource: object): Promise<string> =>
  (await okta.post(path, resource)).body.id as string;
const operationsOf = ({ body }: { body: { items: Entry[] } }): string[] =>
  body.items.map(({ operation, display }) => `${operation} ${display}`);
const ALL = [
  ...['members =Finance', 'create =Finance', 'create ben', 'create ada'],
  ...['credential.issued Okta', 'company.created acme'],
];

describe('the activity of a company', () => {
  it('is listed with the newest first, part by part', async () => {
    const all = await reader.get(PATH);
    expect(operationsOf(all)).toEqual(ALL);
    expect(all.headers).toMatchObject({
      'cache-control': 'no-store',
      vary: expect.stringContaining('Accept'),
    });
    expect(all.body).toMatchObject({
      next: null,
      items: [
        { credentialName: 'Okta', removed: 1, member: { value: ids.ada, type: 'User', display: 'ada' } },
        ...Array.from({ length: 5 }, () => ({})),
      ],
    });
    const first = await reader.get(`${PATH}?count=3`);
    const rest = await reader.get(`${PATH}?count=3&cursor=${first.body.next}`);
    expect([...first.body.items, ...rest.body.items]).toEqual(all.body.items);
    expect(rest.body.next).toBe(null);
  });

  it.each([
    [() => `resource=${ids.finance}`, ALL.slice(0, 2)],
    [() => `member=${ids.ada}&operation=members`, ALL.slice(0, 1)],
    [() => 'operation=create', ALL.slice(1, 4)],
    [() => 'outcome=done', ALL],
    [() => 'outcome=refused', []],
    [() => 'scimType=uniqueness', []],
    [() => 'credential=999', []],
    [() => `to=${then}`, ALL.slice(1)],
    [() => `from=${then}`, ALL.slice(0, 1)],
    [() => 'from=0000-01-01&to=9999-12-31', ALL],
    [() => 'from=9999-12-31', []],
  ])('is filtered by condition %#', async (query, expected) => {
    expect(operationsOf(await reader.get(`${PATH}?${query()}`))).toEqual(expected);
  });

  it.each([
    ['resource=ada', 'resource'],
    [`member=${'0'.repeat(16)}&member=${'0'.repeat(16)}`, 'member'],
    ['outcome=lost', 'outcome'],
    ['operation=', 'operation'],
    ['scimType=%00', 'scimType'],
    [`credential=${'x'.repeat(201)}`, 'credential'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30', 'to'],
    ['count=201', 'count'],
    ['cursor=YWJj', 'cursor'],
    ['cursor=%20', 'cursor'],
    ['since=2026-01-01', 'since'],
  ])('is not listed by %s', async (query, parameter) => {
    for (const headers of [{}, NDJSON]) {
      const { status, body } = await reader.get(`/companies/birch/activity?${query}`, headers);
      expect([status, body.errors]).toEqual([400, [expect.objectContaining({ parameter })]]);
    }
  });

  it('has entries with members, which are shown part by part', async () => {
    const { items } = (await reader.get(`${PATH}?resource=${ids.finance}&operation=create`)).body;
    const path = `${PATH}/${items[0].id}`;
    const both = [ids.ada, ids.ben].map((value, index) => ({
      value,
      type: 'User',
      display: ['ada', 'ben'][index],
      change: 'added',
    }));
    expect((await reader.get(path)).body).toEqual({ ...items[0], members: both, next: null });
    const first = (await reader.get(`${path}?count=1`)).body;
    expect(first).toMatchObject({ members: both.slice(0, 1), next: expect.any(String) });
    const rest = (await reader.get(`${path}?cursor=${first.next}`)).body;
    expect(rest).toMatchObject({ members: both.slice(1), next: null });
  });

  it('is exported with the oldest first, as the command line does', async () => {
    const { headers, body } = await reader.get(PATH, NDJSON);
    expect(headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename=acme-activity.ndjson',
    });
    const entries = (body as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry & { members: { value: string }[] });
    expect(operationsOf({ body: { items: entries } })).toEqual([...ALL].reverse());
    expect(entries[4]!.members.map(({ value }) => value)).toEqual([ids.ada, ids.ben]);
    const csv = await reader.get(`${PATH}?operation=create`, CSV);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename=acme-activity.csv',
    });
    const lines = (csv.body as string).split('\r\n');
    expect(lines[0]).toMatch(/^at,id,operation,outcome,/);
    expect(lines[3]).toContain(",'=Finance,");
    expect(lines.slice(4)).toEqual(['']);
    const environment = { DATABASE_URL: service.database.url };
    expect((await runCommand(environment, 'activity', 'export', 'acme')).out).toBe(
      (body as string).trimEnd(),
    );
    const printed = await runCommand(
      environment,
      'activity',
      'export',
      'acme',
      '--format',
      'csv',
      '--operation',
      'create',
    );
    expect(printed.out.split('\n')).toEqual(lines.slice(0, -1));
  });

  it('is exported where there is nothing, and not where there is no company', async () => {
    const empty = await reader.get('/companies/cedar/activity?outcome=refused', NDJSON);
    expect([empty.status, empty.headers['content-type'], empty.body]).toEqual([200, NDJSON.Accept, '']);
    expect((await reader.get('/companies/cedar/activity?outcome=refused', CSV)).body).toMatch(
      /^at,id.*\r\n$/,
    );
    const refused = await reader.get('/companies/nobody/activity', CSV);
    expect([refused.status, refused.headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(refused.headers['content-disposition']).toBe(undefined);
  });

  it.each([
    ['application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['image/png', 'application/json; charset=utf-8'],
    ['text/csv;q=0.5, application/x-ndjson', 'application/x-ndjson'],
    ['text/*', 'text/csv; charset=utf-8'],
  ])('is what Accept: %s prefers', async (Accept, type) => {
    expect((await reader.get(PATH, { Accept })).headers['content-type']).toBe(type);
  });

  it('is exported whole: a part of it is not', async () => {
    const { body } = await reader.get('/companies/birch/activity?count=2', CSV);
    expect(body).toMatchObject({ status: 400, errors: [{ parameter: 'count' }] });
    expect((await reader.get('/companies/birch/activity', CSV)).status).toBe(200);
  });
});

describe('memberships', () => {
  const members = (query = ''): ReturnType<AdminClient['get']> =>
    reader.get(`/companies/acme/groups/%3Dfinance/members${query}`);
  const groups = (user: string, query = ''): ReturnType<AdminClient['get']> =>
    reader.get(`/companies/acme/users/${user}/groups${query}`);

  it('are told with since when and by whom', async () => {
    const { items } = (await reader.get(`${PATH}?resource=${ids.finance}&operation=create`)).body;
    const { id, at, credentialId, client } = items[0];
    const origin = { since: at, by: { activity: id, credentialId, credentialName: 'Okta', client } };
    const ben = { value: ids.ben, type: 'User', display: 'ben', ...origin };
    expect((await members()).body).toEqual({ items: [ben], next: null });
    const finance = { value: ids.finance, display: '=Finance', ...origin };
    expect((await groups('BEN')).body).toEqual({ items: [finance], next: null });
    expect((await groups(ids.ada)).body).toEqual({ items: [], next: null });
  });

  it('are told as they were at an instant, part by part', async () => {
    const both = [
      { value: ids.ada, type: 'User', display: 'ada' },
      { value: ids.ben, type: 'User', display: 'ben' },
    ];
    expect((await members(`?at=${then}`)).body).toEqual({ items: both, next: null });
    const first = (await members(`?at=${then}&count=1`)).body;
    expect(first.items).toEqual(both.slice(0, 1));
    expect((await members(`?at=${then}&cursor=${first.next}`)).body).toEqual({
      items: both.slice(1),
      next: null,
    });
    expect((await groups('ada', `?at=${then}`)).body.items).toEqual([
      { value: ids.finance, display: '=Finance' },
    ]);
    expect((await groups('ada', '?at=9999-12-31')).body.items).toEqual([]);
  });

  it.each([
    ['/companies/acme/groups/Sales/members', 404],
    ['/companies/acme/users/carl/groups', 404],
    ['/companies/acme/users/%00/groups', 404],
    ['/companies/nobody/users/ada/groups', 404],
    ['/companies/birch/users/ada/groups', 404],
    ['/companies/acme/users/ada/groups?at=2000-01-01', 400],
    ['/companies/acme/users/ada/groups?at=0000-01-01', 400],
    ['/companies/acme/users/ada/groups?at=now', 400],
    ['/companies/acme/users/ada/groups?cursor=x', 400],
    ['/companies/acme/groups/%3DFinance/members?count=0', 400],
  ])('are not told for %s', async (path, status) => {
    expect((await reader.get(path)).status).toBe(status);
  });
});

// Refused requests stand in the journal too, so they come last.
it('an entry that the journal of the company does not have is not there', async () => {
  const { items } = (await reader.get(`${PATH}?count=1`)).body;
  for (const id of ['x', '%00', '0'.repeat(16), 'f'.repeat(3000)]) {
    expect((await reader.get(`${PATH}/${id}`)).status).toBe(404);
  }
  expect((await reader.get(`/companies/birch/activity/${items[0].id}`)).status).toBe(404);
});

it('tells of what the admin API refused: what was asked for, where, and by whom', async () => {
  const refused = await reader.post('/companies/birch/tokens', { name: 'mine' });
  expect(refused.status).toBe(403);
  expect((await admin.post('/companies/birch/tokens', { name: '' })).status).toBe(400);
  const entries = async (): Promise<readonly { readonly operation: string }[]> =>
    (await reader.get('/companies/birch/activity?operation=issueToken')).body.items;
  await vi.waitFor(async () => expect(await entries()).toHaveLength(2), 10_000);
  expect(await entries()).toEqual([
    expect.objectContaining({
      outcome: 'refused',
      status: 400,
      surface: 'admin',
      credentialName: 'ADMIN_TOKEN',
    }),
    expect.objectContaining({ outcome: 'refused', status: 403, surface: 'admin', credentialName: 'audit' }),
  ]);
});

it('tells nothing of what the admin API was asked for in vain', async () => {
  expect((await admin.get('/companies/birch/groups/Nothing/members')).status).toBe(404);
  expect((await admin.post('/companies/birch/tokens/4711/revoke')).status).toBe(404);
  const entries = async (operation: string): Promise<readonly unknown[]> =>
    (await reader.get(`/companies/birch/activity?operation=${operation}`)).body.items;
  await vi.waitFor(async () => expect(await entries('revokeToken')).toHaveLength(1), 10_000);
  expect(await entries('listMembers')).toEqual([]);
});

it('tells what was changed by the admin API, and where', async () => {
  await admin.post('/companies/birch/tokens', { name: 'Entra' });
  const { items } = (await reader.get('/companies/birch/activity?operation=credential.issued&count=1')).body;
  expect(items[0]).toMatchObject({ surface: 'admin', display: 'Entra', credentialName: 'ADMIN_TOKEN' });
});

describe('summaries', () => {
  const ofAcme = async (): Promise<{ lastChange: string; refused: number; refusedByHour: number[] }> => {
    const { items } = (await admin.get('/activity-summaries?count=200')).body as {
      items: { slug: string; lastChange: string; refused: number; refusedByHour: number[] }[];
    };
    return items.find(({ slug }) => slug === 'acme')!;
  };

  it('say when a client service last changed a company, and what was refused within a day', async () => {
    const before = await ofAcme();
    const { id } = (await okta.post('/Users', { userName: 'summarized' })).body as { id: string };
    expect((await okta.post('/Users', { userName: 'summarized' })).status).toBe(409);
    await eventually(async () => (await ofAcme()).refused === before.refused + 1);
    const after = await ofAcme();
    const [created] = (await admin.get(`${PATH}?resource=${id}&operation=create`)).body.items as {
      at: string;
    }[];
    expect(after.lastChange).toBe(created?.at);
    expect(after.refusedByHour).toHaveLength(24);
    expect(after.refusedByHour.reduce((sum, each) => sum + each)).toBe(after.refused);
    await admin.patch('/companies/acme', { name: 'Acme, renamed' });
    expect((await ofAcme()).lastChange).toBe(created?.at);
  });

  it('are those of the credential for a company administrator', async () => {
    const { body } = await admin.post('/admin-credentials', { name: 'birch', scopes: ['admin:birch'] });
    const ofBirch = new AdminClient(service, `Bearer ${body.secret}`);
    expect((await ofBirch.get('/activity-summaries')).body).toEqual({
      items: [expect.objectContaining({ slug: 'birch' })],
      next: null,
    });
  });
});

describe('numbers of changes and refusals', () => {
  const path = '/companies/cedar/activity-counts';
  const countsOf = async (
    query = '',
  ): Promise<{ unit: string; changes: number[]; refusals: number[]; from: string; to: string }> => {
    const { status, body } = await reader.get(`${path}${query}`);
    expect(status).toBe(200);
    return body as { unit: string; changes: number[]; refusals: number[]; from: string; to: string };
  };
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);

  it('are counted by the hour or the day, by the conditions of the list', async () => {
    const { secret } = (await admin.post('/companies/cedar/tokens', { name: 'Entra' })).body;
    const entra = service.scim(secret);
    const { id } = (await entra.post('/Users', { userName: 'ada' })).body as { id: string };
    for (let time = 0; time < 3; time += 1) await entra.post('/Users', { userName: 'ada' });
    await entra.get('/Users?filter=userName%20eq%20');
    await eventually(async () => sum((await countsOf()).refusals) === 4);
    const day = await countsOf();
    expect(day).toMatchObject({ unit: 'hour', from: expect.stringMatching(/:00:00\.000Z$/), more: false });
    expect([24, 25]).toContain(day.refusals.length);
    expect(sum(day.refusals.slice(-2))).toBe(4);
    const ofAda = (await countsOf(`?resource=${id}`)).changes;
    expect([ofAda.length, sum(ofAda), sum(ofAda.slice(-2))]).toEqual([day.changes.length, 1, 1]);
    expect(sum(day.changes)).toBeGreaterThan(1);
    expect(sum((await countsOf('?scimType=uniqueness')).refusals)).toBe(3);
    expect(sum((await countsOf('?operation=list')).refusals)).toBe(1);
    expect(sum((await countsOf(`?to=${day.from}`)).refusals)).toBe(0);
    const weeks = await countsOf(`?from=${new Date(Date.now() - 21 * 86_400_000).toISOString()}`);
    expect([weeks.unit, weeks.refusals.length, sum(weeks.refusals)]).toEqual(['day', 22, 4]);
  });

  it.each([
    ['?from=1900-01-01', 93],
    ['?from=0001-01-01&to=0001-01-01', 0],
    ['?from=2026-01-02&to=2026-01-01', 0],
    ['?from=2026-01-01T08:00:00Z&to=2026-01-01T09:00:00Z', 1],
    ['?to=0000-01-01', 24],
    ['?to=9999-12-31', 24],
  ])('of %s are %i numbers', async (query, numbers) => {
    const { changes, refusals } = await countsOf(query);
    expect([changes.length, refusals.length]).toEqual([numbers, numbers]);
  });

  it.each(['?from=x', '?resource=x', '?count=1', '?outcome=refused'])('of %s are 400', async (query) => {
    expect((await reader.get(`${path}${query}`)).status).toBe(400);
  });
});

it('leaves out what was there already, where that is asked for', async () => {
  const schemas = [PATCH_URN];
  const again = { schemas, Operations: [{ op: 'replace', path: 'displayName', value: '=Finance' }] };
  await okta.patch(`/Groups/${ids.finance}`, again);
  const outcomes = async (query: string): Promise<string[]> =>
    (await admin.get(`${PATH}?resource=${ids.finance}&${query}`)).body.items.map(
      ({ outcome }: { outcome: string }) => outcome,
    );
  await eventually(async () => (await outcomes('')).includes('unchanged'));
  expect(await outcomes('exceptUnchanged=true')).not.toContain('unchanged');
  expect((await admin.get(`${PATH}?exceptUnchanged=1`)).status).toBe(400);
});

it('names what a refused request was about: by its present name, the last one, or the one that it was to have', async () => {
  const client = await (await service.company('named')).client();
  const group = (await client.post('/Groups', { displayName: 'Choir' })).body.id as string;
  const user = (await client.post('/Users', { userName: 'zoe' })).body.id as string;
  const patch = { schemas: [PATCH_URN], Operations: [{ op: 'remove', path: 'title' }] };
  const stale = { 'If-Match': 'W/"77"' };
  expect((await client.delete(`/Groups/${group}`, stale)).status).toBe(412);
  expect((await client.delete(`/Users/${user}`)).status).toBe(204);
  expect((await client.patch(`/Users/${user}`, patch)).status).toBe(404);
  expect((await client.post('/Users', { userName: 'ben', active: 'perhaps' })).status).toBe(400);
  const refused = await eventually(async () => {
    const { body } = await reader.get('/companies/named/activity?outcome=refused');
    return body.items.length === 3 && (body.items as Entry[]);
  });
  expect(refused.map(({ operation, display }) => `${operation} ${display}`)).toEqual([
    'create ben',
    'patch zoe',
    'delete Choir',
  ]);
});
