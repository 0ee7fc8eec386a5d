import { Administration } from '../../../src/administration/administration.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { PlatformClient } from '../../support/platform-client.js';
import { type ScimClient } from '../../support/scim-client.js';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const UNKNOWN = '0000000000000001';

let service: TestApplication;
let administration: Administration;
let scim: ScimClient;
let platform: PlatformClient;
let company: PlatformClient;
const users = { ada: '', grace: '', gone: '' };
const groups = { inner: '', outer: '', other: '' };
/** Of another company. */
const foreign = { user: '', group: '' };

async function make(client: ScimClient, path: string, resource: object): Promise<string> {
  const { status, body } = await client.post(path, resource);
  expect([path, status]).toEqual([path, 201]);
  return body.id as string;
}
const makeUser = (client: ScimClient, userName: string, more: object = {}): Promise<string> =>
  make(client, '/Users', { schemas: [USER], userName, ...more });
const makeGroup = (
  client: ScimClient,
  displayName: string,
  members: readonly string[],
  more = {},
): Promise<string> =>
  make(client, '/Groups', {
    schemas: [GROUP],
    displayName,
    members: members.map((value) => ({ value })),
    ...more,
  });

beforeAll(async () => {
  service = await startTestApplication({ settings: { PLATFORM_RATE_LIMIT: '1000000' } });
  administration = await Administration.open(service.database.url);
  const acme = await service.company('acme');
  scim = await acme.client();
  const emails = [{ value: 'ada@example.com', type: 'work', primary: true }];
  users.ada = await makeUser(scim, 'Ada', { externalId: 'e-1', emails });
  users.grace = await makeUser(scim, 'Grace', { externalId: 'e-2', emails });
  users.gone = await makeUser(scim, 'Gone', { active: false });
  groups.inner = await makeGroup(scim, 'Engineering', [users.ada, users.gone], { externalId: 'g-1' });
  groups.outer = await makeGroup(scim, 'Everybody', [groups.inner]);
  groups.other = await makeGroup(scim, 'Operators', [users.grace]);
  const birch = await (await service.company('birch')).client();
  foreign.user = await makeUser(birch, 'Ada');
  foreign.group = await makeGroup(birch, 'Engineering', [foreign.user]);
  const secret = async (companies: readonly string[] | null): Promise<string> =>
    (
      await administration.platformCredentials.issue({
        name: 'platform',
        scopes: ['check', 'search'],
        companies,
        expires: null,
      })
    ).secret;
  platform = new PlatformClient(service, `Bearer ${await secret(null)}`);
  company = new PlatformClient(service, `Bearer ${await acme.token('lenient', ['scim:read'])}`);
});
afterAll(async () => {
  await administration.close();
  await service.close();
});

const CALLERS = [
  ['a platform credential', () => platform],
  ['a token of the company', () => company],
] as const;

const check = (client: PlatformClient, query: Record<string, string>): ReturnType<PlatformClient['get']> =>
  client.get(`/companies/acme/check?${new URLSearchParams(query).toString()}`);

describe.each(CALLERS)('%s', (_who, client) => {
  it.each<readonly [what: string, query: () => Record<string, string>, answer: object]>([
    ['a direct member', () => ({ user: users.ada, group: groups.inner }), { member: true }],
    ['a member by way of a group', () => ({ user: users.ada, group: groups.outer }), { member: true }],
    [
      'the same, where direct members alone count',
      () => ({ user: users.ada, group: groups.outer, direct: 'true' }),
      { member: false },
    ],
    ['somebody else', () => ({ user: users.grace, group: groups.outer }), { member: false }],
    [
      'names in another case',
      () => ({ user: 'ADA', userIdType: 'userName', group: 'everybody', groupIdType: 'displayName' }),
      { member: true },
    ],
    [
      'ids of the identity provider',
      () => ({ user: 'e-1', userIdType: 'externalId', group: 'g-1', groupIdType: 'externalId' }),
      { member: true },
    ],
    [
      'an address that two users have',
      () => ({ user: 'ada@example.com', userIdType: 'email', group: groups.inner }),
      { member: false, reason: 'ambiguous' },
    ],
    [
      'a user who is not active',
      () => ({ user: users.gone, group: groups.inner }),
      { member: false, reason: 'inactive' },
    ],
    [
      'the same, where that does not matter',
      () => ({ user: users.gone, group: groups.inner, includeInactive: 'true' }),
      { member: true },
    ],
    ['nobody', () => ({ user: UNKNOWN, group: groups.inner }), { member: false }],
    ['no group', () => ({ user: users.ada, group: UNKNOWN }), { member: false }],
    ['what is no id', () => ({ user: 'ada', group: 'Engineering' }), { member: false }],
    [
      'a group in the place of a user',
      () => ({ user: groups.inner, group: groups.outer }),
      { member: false },
    ],
    [
      'a user and a group of another company',
      () => ({ user: foreign.user, group: foreign.group }),
      { member: false },
    ],
    ['a user of another company', () => ({ user: foreign.user, group: groups.inner }), { member: false }],
    ['a group of another company', () => ({ user: users.ada, group: foreign.group }), { member: false }],
  ])('TEN-02 is told of %s', async (_what, query, expected) => {
    const { status, body } = await check(client(), query());
    expect([status, body]).toEqual([200, expected]);
  });

  it('is told of many pairs in their order', async () => {
    const pairs = [
      [users.ada, groups.inner],
      [users.ada, groups.outer],
      [users.grace, groups.outer],
      [users.gone, groups.outer],
      [users.ada, groups.inner],
      [UNKNOWN, UNKNOWN],
    ];
    const checks = pairs.map(([user, group]) => ({ user, group }));
    const { status, body } = await client().send('POST', '/companies/acme/checks', { checks });
    expect([status, body]).toEqual([
      200,
      {
        results: [
          { member: true },
          { member: true },
          { member: false },
          { member: false, reason: 'inactive' },
          { member: true },
          { member: false },
        ],
      },
    ]);
    const direct = await client().send('POST', '/companies/acme/checks', {
      checks: [
        { user: 'ada', group: 'everybody' },
        { user: 'ada', group: 'engineering' },
      ],
      userIdType: 'userName',
      groupIdType: 'displayName',
      direct: true,
    });
    expect(direct.body).toEqual({ results: [{ member: false }, { member: true }] });
  });

  it('is told the groups of a user, page by page', async () => {
    const first = await client().get(`/companies/acme/users/${users.ada}/effective-groups?count=1`);
    expect(first.body).toEqual({
      items: [{ id: groups.inner, displayName: 'Engineering', externalId: 'g-1', type: 'direct' }],
      next: expect.any(String),
    });
    const second = await client().get(
      `/companies/acme/users/${users.ada}/effective-groups?count=1&cursor=${String(first.body.next)}`,
    );
    expect(second.body).toEqual({
      items: [{ id: groups.outer, displayName: 'Everybody', type: 'indirect' }],
      next: null,
    });
    const direct = await client().get(
      '/companies/acme/users/ADA/effective-groups?userIdType=userName&direct=true',
    );
    expect(direct.body).toMatchObject({ items: [{ id: groups.inner }], next: null });
    const inactive = await client().get(`/companies/acme/users/${users.gone}/effective-groups`);
    expect(inactive.body).toEqual({ items: [], next: null, reason: 'inactive' });
  });

  it('TEN-02 is told alike of a user whom nobody has and of one of another company', async () => {
    const answers = await Promise.all(
      [UNKNOWN, foreign.user, 'x', '%00'].map((id) =>
        client().get(`/companies/acme/users/${id}/effective-groups`),
      ),
    );
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([404, answers[0]?.body]);
    }
  });
});

it.each<readonly [what: string, query: Record<string, string>, parameter: string]>([
  ['no user', { group: UNKNOWN }, 'user'],
  ['an empty group', { user: UNKNOWN, group: '' }, 'group'],
  ['a text that nobody can have', { user: '\0', group: UNKNOWN }, 'user'],
  ['a kind of names that there is not', { user: 'x', group: 'x', userIdType: 'name' }, 'userIdType'],
  ['a name of users for groups', { user: 'x', group: 'x', groupIdType: 'userName' }, 'groupIdType'],
  ['a word for a switch', { user: 'x', group: 'x', direct: 'yes' }, 'direct'],
  ['a parameter that there is not', { user: 'x', group: 'x', usr: 'x' }, 'usr'],
])('a check with %s is refused', async (_what, query, parameter) => {
  const { status, body } = await check(platform, query);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ parameter })]]);
});

it.each<readonly [what: string, body: unknown, pointer: string]>([
  ['no pairs', {}, '#/checks'],
  ['an empty array', { checks: [] }, '#/checks'],
  ['an object for the array', { checks: {} }, '#/checks'],
  ['1,001 pairs', { checks: Array(1001).fill({ user: 'x', group: 'x' }) }, '#/checks'],
  ['a pair without a user', { checks: [{ user: 'x', group: 'x' }, { group: 'x' }] }, '#/checks/1/user'],
  ['a number for a group', { checks: [{ user: 'x', group: 1 }] }, '#/checks/0/group'],
  ['a text for a switch', { checks: [{ user: 'x', group: 'x' }], direct: 1 }, '#/direct'],
  ['what is not known', { checks: [{ user: 'x', group: 'x' }], idType: 'id' }, '#/idType'],
])('checks with %s are refused', async (_what, sent, pointer) => {
  const { status, body } = await platform.send('POST', '/companies/acme/checks', sent);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer })]]);
});

it('takes 1,000 pairs at once', async () => {
  const checks = Array.from({ length: 1000 }, (_, index) => ({
    user: index % 2 === 0 ? users.ada : users.grace,
    group: groups.outer,
  }));
  const { body } = await platform.send('POST', '/companies/acme/checks', { checks });
  expect(body.results).toEqual(checks.map(({ user }) => ({ member: user === users.ada })));
});

it('nobody of a suspended company is a member of anything, whoever asks', async () => {
  const later = await service.company('later');
  const client = await later.client();
  const user = await makeUser(client, 'ada');
  const group = await makeGroup(client, 'G', [user]);
  const own = new PlatformClient(service, `Bearer ${await later.token('lenient', ['scim:read'])}`);
  const path = `/companies/later/check?user=${user}&group=${group}`;
  for (const asker of [platform, own]) expect((await asker.get(path)).body).toEqual({ member: true });
  await service.lifecycle.suspendCompany('later');
  for (const asker of [platform, own]) {
    const { status, body } = await asker.get(path);
    expect([status, body]).toEqual([200, { member: false, reason: 'suspended' }]);
    const many = await asker.send('POST', '/companies/later/checks', { checks: [{ user, group }] });
    expect(many.body).toEqual({ results: [{ member: false, reason: 'suspended' }] });
    const listed = await asker.get(`/companies/later/users/${user}/effective-groups`);
    expect(listed.body).toEqual({ items: [], next: null, reason: 'suspended' });
  }
  await service.lifecycle.resumeCompany('later');
  for (const asker of [platform, own]) expect((await asker.get(path)).body).toEqual({ member: true });
});

it('SEC-02 a token that was remembered opens nothing after its end, whatever it asks', async () => {
  const { id, secret } = await service.tokens.issueToken('acme', {
    name: 'short',
    dialect: 'lenient',
    scopes: ['scim:read'],
    expires: null,
  });
  const client = new PlatformClient(service, `Bearer ${secret}`);
  const requests = [
    () => check(client, { user: users.ada, group: groups.inner }),
    () => check(client, { user: users.ada }),
    () =>
      client.send('POST', '/companies/acme/checks', { checks: [{ user: users.ada, group: groups.inner }] }),
    () => client.send('POST', '/companies/acme/checks', { checks: [] }),
    () => client.get(`/companies/acme/users/${UNKNOWN}/effective-groups`),
    () => client.get('/companies/acme/users/%00/effective-groups'),
  ];
  const statuses = async (): Promise<number[]> => {
    const all: number[] = [];
    for (const request of requests) all.push((await request()).status);
    return all;
  };
  expect(await statuses()).toEqual([200, 400, 200, 400, 404, 404]);
  await service.tokens.revokeToken('acme', id);
  for (const request of requests) {
    const { status, headers } = await request();
    expect(status).toBe(401);
    expect(headers).not.toHaveProperty('ratelimit');
  }
});
