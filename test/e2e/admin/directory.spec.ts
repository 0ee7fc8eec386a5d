import pg from 'pg';
import { ADMIN_TOKEN, type AdminAnswer, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { insertUsers } from '../../support/insert-resources.js';
import { PATCH_URN } from '../../support/schema-urns.js';
import { type ScimClient } from '../../support/scim-client.js';

let service: TestApplication;
let admin: AdminClient;
let reader: AdminClient;
let okta: ScimClient;
const ids: Record<string, string> = {};

beforeAll(async () => {
  service = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(service);
  const { body } = await admin.post('/admin-credentials', { name: 'audit', scopes: ['admin:read'] });
  reader = new AdminClient(service, `Bearer ${body.secret}`);
  for (const slug of ['acme', 'birch']) await service.company(slug);
  const { secret } = (await admin.post('/companies/acme/tokens', { name: 'Okta' })).body;
  okta = service.scim(secret);
  await make('ada', '/Users', {
    userName: 'Ada.Lovelace@acme.example',
    displayName: 'Ada Lovelace',
    externalId: 'e-1',
    password: 'never shown',
    emails: [{ value: 'countess@acme.example', type: 'work' }],
    nickName: 'Countess',
  });
  await make('ben', '/Users', { userName: 'ben', active: false });
  await make('cleo', '/Users', { userName: 'cleo_100%', displayName: 'Cleo' });
  await make('emea', '/Groups', { displayName: 'EMEA', members: members('ada') });
  await make('sales', '/Groups', { displayName: 'Sales', members: members('emea', 'ben') });
  await make('finance', '/Groups', { displayName: 'Finance', externalId: 'g-1', members: members('sales') });
  await make('all', '/Groups', { displayName: 'All', members: members('finance', 'ben', 'cleo') });
  // A circle: each of the two is in the other.
  await okta.patch(`/Groups/${ids['emea']}`, {
    schemas: [PATCH_URN],
    Operations: [{ op: 'add', path: 'members', value: members('finance') }],
  });
});
afterAll(() => service.close());

const members = (...names: string[]): { value: string }[] => names.map((name) => ({ value: ids[name]! }));

async function make(name: string, path: string, resource: object): Promise<void> {
  const answer = await okta.post(path, resource);
  expect(answer.status).toBe(201);
  ids[name] = (answer.body as { id: string }).id;
}

const list = (path: string, parameters: Record<string, string> = {}): Promise<AdminAnswer> =>
  reader.get(`/companies/acme/${path}?${new URLSearchParams(parameters).toString()}`);

async function namesOf(path: 'users' | 'groups', search: string, more = {}): Promise<string[]> {
  const { items } = (await list(path, { search, ...more })).body as {
    items: { userName?: string; displayName?: string }[];
  };
  return items.map(({ userName, displayName }) => userName ?? displayName ?? '');
}

describe('the users and groups of a company', () => {
  it('are listed by name, each with what a row needs', async () => {
    expect((await list('users')).body).toEqual({
      items: [
        {
          id: ids['ada'],
          userName: 'Ada.Lovelace@acme.example',
          display: 'Ada Lovelace',
          externalId: 'e-1',
          active: true,
        },
        { id: ids['ben'], userName: 'ben', display: 'ben', externalId: null, active: false },
        { id: ids['cleo'], userName: 'cleo_100%', display: 'Cleo', externalId: null, active: true },
      ],
      next: null,
    });
    const { items } = (await list('groups')).body;
    expect(items).toEqual([
      { id: ids['all'], displayName: 'All', externalId: null, members: 3 },
      { id: ids['emea'], displayName: 'EMEA', externalId: null, members: 2 },
      { id: ids['finance'], displayName: 'Finance', externalId: 'g-1', members: 1 },
      { id: ids['sales'], displayName: 'Sales', externalId: null, members: 2 },
    ]);
    expect((await reader.get('/companies/acme/groups/finance')).body).toEqual(items[2]);
    expect((await reader.get(`/companies/acme/users/${ids['ben']}`)).body).toMatchObject({ userName: 'ben' });
  });

  it.each<['users' | 'groups', string, string[]]>([
    ['users', 'LOVE', ['Ada.Lovelace@acme.example']],
    ['users', 'a lov', ['Ada.Lovelace@acme.example']],
    ['users', 'countess@', ['Ada.Lovelace@acme.example']],
    ['users', 'e-1', ['Ada.Lovelace@acme.example']],
    ['users', 'B', ['ben']],
    ['users', 'be', ['ben']],
    ['users', 'en', []],
    ['users', '_100', ['cleo_100%']],
    ['users', '100%', ['cleo_100%']],
    ['users', '0_100', []],
    ['users', 'CLEO_', ['cleo_100%']],
    ['users', '0%', []],
    ['users', '@', []],
    ['users', 'xyz', []],
    ['groups', 'ale', ['Sales']],
    ['groups', ' inan ', ['Finance']],
    ['groups', 'g-1', ['Finance']],
    ['groups', 'al', ['All']],
    ['groups', 'ALL', ['All']],
  ])('%s are found by %j', async (path, search, found) => {
    expect(await namesOf(path, search)).toEqual(found);
  });

  it('are found by an externalId of few characters, beside what begins with it', async () => {
    await make('h', '/Groups', { displayName: 'G-1 Hall' });
    expect(await namesOf('groups', 'g-1')).toEqual(['Finance', 'G-1 Hall']);
    const first = (await list('groups', { search: 'g-1', count: '1' })).body;
    expect(first.items[0].displayName).toBe('Finance');
    const rest = (await list('groups', { search: 'g-1', count: '1', cursor: first.next as string })).body;
    expect([rest.items[0].displayName, rest.next]).toEqual(['G-1 Hall', null]);
    await okta.delete(`/Groups/${ids['h']}`);
  });

  it('are found by their ids', async () => {
    expect(await namesOf('users', ids['ben']!)).toEqual(['ben']);
    expect(await namesOf('groups', ids['emea']!)).toEqual(['EMEA']);
    expect(await namesOf('groups', ids['ben']!)).toEqual([]);
  });

  it.each([
    ['all', ''],
    ['those of a part of the name', 'bulk'],
    ['those of a beginning of the name', 'bu'],
  ])('are read part by part: %s', async (_what, search) => {
    const { slug } = await service.company();
    await insertUsers(service.database, slug, 23);
    const expected = Array.from({ length: 23 }, (_, index) => `bulk${index + 1}`).sort();
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({
        count: '10',
        ...(search !== '' && { search }),
        ...(cursor !== null && { cursor }),
      });
      const { status, body } = await reader.get(`/companies/${slug}/users?${query.toString()}`);
      expect(status).toBe(200);
      found.push(...(body.items as { userName: string }[]).map(({ userName }) => userName));
      cursor = body.next as string | null;
    } while (cursor !== null);
    expect(found).toEqual(expected);
  });

  it('are read on where the last one was deleted meanwhile', async () => {
    const first = (await list('groups', { count: '1' })).body;
    expect(first.items[0].displayName).toBe('All');
    await make('aaa', '/Groups', { displayName: 'AAA' });
    const { next } = (await list('groups', { count: '1' })).body;
    await okta.delete(`/Groups/${ids['aaa']}`);
    const second = (await list('groups', { count: '1', cursor: next as string })).body;
    expect(second.items[0].displayName).toBe('All');
  });

  it('are those of the company alone', async () => {
    for (const path of [
      'users',
      'groups',
      'users?search=love',
      'groups?search=a',
      `users?search=${ids['ada']}`,
    ]) {
      expect((await reader.get(`/companies/birch/${path}`)).body).toEqual({ items: [], next: null });
    }
    for (const path of [`users/${ids['ada']}`, `groups/${ids['all']}`]) {
      for (const below of ['', '/resource']) {
        expect((await admin.get(`/companies/birch/${path}${below}`)).status).toBe(404);
      }
    }
    expect((await admin.get(`/companies/birch/users/${ids['ada']}/effective-groups`)).status).toBe(404);
    expect((await admin.get(`/companies/birch/groups/${ids['all']}/effective-members`)).status).toBe(404);
    expect((await admin.get(`/companies/birch/groups/${ids['all']}/member-counts`)).status).toBe(404);
  });

  it.each([
    ['users?search=', 400],
    [`users?search=${'x'.repeat(201)}`, 400],
    ['users?search=%00', 400],
    ['users?search=%5C%25%25', 200],
    ['groups?search=%22%27%3B--', 200],
    ['users?cursor=x', 400],
    [`users?cursor=${'A'.repeat(3000)}`, 400],
    [`users?cursor=${Buffer.from(`${'0'.repeat(16)}a\0`).toString('base64url')}`, 400],
    ['users?count=0', 400],
    ['groups?count=201', 400],
    ['groups?sort=name', 400],
    ['groups/Finance/member-counts?days=0', 400],
    ['groups/Finance/member-counts?days=367', 400],
    ['groups/Finance/member-counts?days=x', 400],
    ['users/nobody/effective-groups', 404],
    ['groups/nobody/effective-members', 404],
    ['groups/All/effective-members?cursor=x', 400],
  ])('are asked for with %s: %i', async (path, status) => {
    expect((await reader.get(`/companies/acme/${path}`)).status).toBe(status);
  });
});

describe('a text that is a part of very many names', () => {
  it('is read in the order of names, and finds the same', async () => {
    const { slug } = await service.company();
    await insertUsers(service.database, slug, 5200);
    const first = (await reader.get(`/companies/${slug}/users?search=ulk&count=2`)).body;
    expect(first.items.map(({ userName }: { userName: string }) => userName)).toEqual(['bulk1', 'bulk10']);
    const { body } = await reader.get(`/companies/${slug}/users?search=ulk&count=2&cursor=${first.next}`);
    expect(body.items.map(({ userName }: { userName: string }) => userName)).toEqual(['bulk100', 'bulk1000']);
  });
});

describe('a resource', () => {
  it('is shown with all attributes, as the standard surface has it, a group without its members', async () => {
    const user = (await okta.get(`/Users/${ids['ada']}`)).body as Record<string, unknown>;
    expect(user).toHaveProperty('nickName');
    expect((await admin.get(`/companies/acme/users/${ids['ada']}/resource`)).body).toEqual(user);
    const { members: _members, ...group } = (await okta.get(`/Groups/${ids['sales']}`)).body as Record<
      string,
      unknown
    >;
    const { body } = await admin.get('/companies/acme/groups/sales/resource');
    expect(body).toEqual(group);
    expect(JSON.stringify(body) + JSON.stringify(user)).not.toContain('never shown');
  });

  it('is shown to those who may export it, and to no reader', async () => {
    for (const path of ['users/ben', 'groups/Sales']) {
      expect((await reader.get(`/companies/acme/${path}`)).status).toBe(200);
      expect((await reader.get(`/companies/acme/${path}/resource`)).status).toBe(403);
    }
  });
});

describe('effective memberships', () => {
  const effective = async (path: string): Promise<[string, string[], boolean][]> => {
    const { status, body } = await reader.get(`/companies/acme/${path}`);
    expect(status).toBe(200);
    return (
      body.items as {
        display: string;
        path: { display: string }[];
        since: string | null;
        by: object | null;
      }[]
    ).map(({ display, path: between, since, by }) => {
      if (since !== null) expect(by).toMatchObject({ credentialName: 'Okta' });
      return [display, between.map((each) => each.display), since !== null];
    });
  };

  it('of a user come with the shortest way, also where groups are in a circle', async () => {
    expect(await effective('users/Ada.Lovelace@acme.example/effective-groups')).toEqual([
      ['EMEA', [], true],
      ['Sales', ['EMEA'], false],
      ['Finance', ['EMEA', 'Sales'], false],
      ['All', ['EMEA', 'Sales', 'Finance'], false],
    ]);
    expect(await effective('users/ben/effective-groups')).toEqual([
      ['EMEA', ['Sales', 'Finance'], false],
      ['Sales', [], true],
      ['Finance', ['Sales'], false],
      ['All', [], true],
    ]);
  });

  it('of a group come with the shortest way', async () => {
    expect(await effective('groups/All/effective-members')).toEqual([
      ['Ada Lovelace', ['EMEA', 'Sales', 'Finance'], true],
      ['ben', [], true],
      ['Cleo', [], true],
    ]);
    expect(await effective('groups/Finance/effective-members')).toEqual([
      ['Ada Lovelace', ['EMEA', 'Sales'], true],
      ['ben', ['Sales'], true],
    ]);
  });

  it('are read part by part', async () => {
    const parts = async (path: string): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await reader.get(`/companies/acme/${path}?count=1${cursor}`);
        found.push(...(body.items as { display: string }[]).map(({ display }) => display));
        if (body.next === null) return found;
        cursor = `&cursor=${body.next}`;
      }
    };
    expect(await parts('groups/All/effective-members')).toEqual(['Ada Lovelace', 'ben', 'Cleo']);
    expect(await parts('users/ben/effective-groups')).toEqual(['EMEA', 'Sales', 'Finance', 'All']);
  });

  it('of a long way have its beginning, and how much is missing', async () => {
    let inner = members('cleo');
    for (let depth = 0; depth < 25; depth += 1) {
      await make('deep', '/Groups', { displayName: `Deep ${depth}`, members: inner });
      inner = members('deep');
    }
    const { body } = await reader.get('/companies/acme/groups/Deep%2024/effective-members');
    expect(body.items[0]).toMatchObject({ display: 'Cleo', omitted: 4 });
    expect(body.items[0].path).toHaveLength(20);
    expect(body.items[0].path[0].display).toBe('Deep 0');
  });

  it('are refused where there are too many groups to go through', async () => {
    const { slug } = await service.company();
    const { id } = (await admin.get(`/companies/${slug}`)).body as { id: string };
    const owner = new pg.Client(service.database.adminUrl);
    await owner.connect();
    try {
      await owner.query(
        `WITH made AS (INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
           SELECT read_resource_id($1), d, d, 'g' || n, 'g' || n
           FROM generate_series(0, 10001) n CROSS JOIN LATERAL jsonb_build_object('displayName', 'g' || n) d
           RETURNING company_id, id, display_name)
         INSERT INTO memberships (company_id, group_id, member_id, member_group_id)
         SELECT m.company_id, r.id, m.id, m.id FROM made m JOIN made r ON r.display_name = 'g0' AND m.id <> r.id`,
        [id],
      );
    } finally {
      await owner.end();
    }
    const { status, body } = await reader.get(`/companies/${slug}/groups/g0/effective-members`);
    expect([status, body.detail]).toEqual([400, expect.stringContaining('more than 10000 memberships')]);
    expect((await reader.get(`/companies/${slug}/groups/g1/effective-members`)).body.items).toEqual([]);
  });
});

describe('how many members a group had', () => {
  it('is told by the day, from the journal', async () => {
    const { slug } = await service.company();
    const { secret } = (await admin.post(`/companies/${slug}/tokens`, { name: 'Okta' })).body;
    const scim = service.scim(secret);
    const users = await insertUsers(service.database, slug, 5);
    const { body: made } = await scim.post('/Groups', {
      displayName: 'Team',
      members: users.slice(0, 3).map((value) => ({ value })),
    });
    const change = (op: string, user: string): Promise<unknown> =>
      scim.patch(`/Groups/${(made as { id: string }).id}`, {
        schemas: [PATCH_URN],
        Operations: [
          op === 'add'
            ? { op, path: 'members', value: [{ value: user }] }
            : { op, path: `members[value eq "${user}"]` },
        ],
      });
    await change('add', users[3]!);
    await change('remove', users[0]!);
    await change('add', users[4]!);
    // What was done first happens two days ago, and the removal yesterday.
    const owner = new pg.Client(service.database.adminUrl);
    await owner.connect();
    const day = (days: number): string => `${days} * (86400000::bigint << 22)`;
    await owner.query(
      `UPDATE activity a SET id = a.id - CASE WHEN a.version <= 2 THEN ${day(2)} WHEN a.version = 3 THEN ${day(1)} ELSE 0 END
       FROM companies c WHERE c.id = a.company_id AND c.slug = $1 AND a.resource_id = read_resource_id($2)`,
      [slug, (made as { id: string }).id],
    );
    await owner.query("UPDATE companies SET journal_since = now() - interval '3 days' WHERE slug = $1", [
      slug,
    ]);
    await owner.end();
    const { body } = await reader.get(`/companies/${slug}/groups/Team/member-counts?days=10`);
    const counts = (body.items as { day: string; members: number }[]).map((each) => each.members);
    expect(counts).toEqual([0, 4, 3, 4]);
    expect(body.items.at(-1).day).toBe(new Date().toISOString().slice(0, 10));
    expect((await reader.get(`/companies/${slug}/groups/Team/member-counts?days=2`)).body.items).toHaveLength(
      2,
    );
  });
});
