import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  expectRefusal,
  NO_USER,
  openCompany,
  TEXT,
  unique,
  USER,
  userBody,
} from './strongdm-client.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let application: TestApplication;
let client: ScimClient;
let standard: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  ({ client, standard } = await openCompany(application));
});
afterAll(() => application.close());

const change = (id: string, value: unknown): Promise<ScimAnswer> =>
  client.patch(`/Users/${id}`, [{ op: 'replace', value }]);

it('creates with 201 and the documented keys; names and address are derived where not sent', async () => {
  const userName = `${unique('ada')}@example.test`;
  const answer = await client.post('/Users', userBody({ userName, externalId: 'e1', password: 'secret' }));
  const { id } = answer.body;
  expect([answer.status, answer.headers.location]).toEqual([201, `Users/${id}`]);
  expect(id).toMatch(/^a-[0-9a-f]{16}$/);
  expect(answer.body).toEqual({
    active: true,
    displayName: 'Ada Byron',
    emails: [{ primary: true, value: userName }],
    groups: [],
    id,
    meta: { resourceType: 'User', location: `Users/${id}` },
    name: { familyName: 'Byron', formatted: 'Ada Byron', givenName: 'Ada' },
    schemas: [USER],
    userName,
    userType: 'user',
  });
  expect((await client.get(`/Users/${id}`)).body).toEqual(answer.body);
  const stored = (await standard.get(`/Users/${id.slice(2)}`)).body;
  expect(stored).toMatchObject({
    userName,
    externalId: 'e1',
    name: { givenName: 'Ada', familyName: 'Byron' },
  });
  expect(stored).not.toHaveProperty('emails');
});

it('shows what was sent instead of what would be derived', async () => {
  const part = {
    displayName: 'Countess',
    userType: 'Contractor',
    name: { formatted: 'A. Byron', givenName: 'Ada' },
    emails: [{ value: 'ada@work.test', type: 'work' }],
    title: 'Analyst',
  };
  expect(await createUser(client, part)).toMatchObject(part);
  const plain = await createUser(client, { userName: unique('no-address'), name: undefined });
  expect(plain).toMatchObject({ emails: [], displayName: plain.userName });
});

it('shows the groups of a user with their prefix', async () => {
  const user = await createUser(client);
  const group = await createGroup(client, { members: [{ value: user.id }] });
  expect((await client.get(`/Users/${user.id}`)).body.groups).toEqual([
    { value: group.id, display: group.displayName, type: 'direct' },
  ]);
});

it('names a manager by the prefixed id, stored without it', async () => {
  const boss = await createUser(client, { displayName: 'Boss' });
  const extension = { manager: { value: boss.id }, department: 'Engines' };
  const schemas = [USER, ENTERPRISE];
  const user = await createUser(client, { schemas, [ENTERPRISE]: extension });
  expect(user[ENTERPRISE]).toEqual({
    department: 'Engines',
    manager: { value: boss.id, $ref: `Users/${boss.id}`, displayName: 'Boss' },
  });
  const stored = (await standard.get(`/Users/${user.id.slice(2)}`)).body;
  expect(stored[ENTERPRISE].manager.value).toBe(boss.id.slice(2));
  const changed = await change(user.id, { [ENTERPRISE]: { manager: { value: user.id } } });
  expect(changed.body[ENTERPRISE].manager.value).toBe(user.id);
});

it.each([
  ['POST', TEXT.blankEmail],
  ['PUT', 'could not update user: cannot update user: invalid operation: email cannot be blank'],
])('%s refuses a user without an address', async (method, text) => {
  const { id } = await createUser(client);
  const send = (body: object): Promise<ScimAnswer> =>
    method === 'POST' ? client.post('/Users', body) : client.put(`/Users/${id}`, body);
  for (const userName of [undefined, '', null, ' ']) {
    expectRefusal(await send(userBody({ userName, schemas: undefined })), 400, text);
    for (const value of ['', ' ', null]) {
      expectRefusal(await send(userBody({ userName, emails: [{ value }] })), 400, text);
    }
    const emails = [{ value: 'ada@example.test' }];
    expectRefusal(await send(userBody({ userName, emails })), 400, TEXT.invalidValue, 'invalidValue');
  }
});

it.each<[string, unknown]>([
  ['""', [{ value: '', primary: true }]],
  ['blanks', [{ value: ' \t' }]],
  ['null', [{ value: null }]],
  ['no value', [{ type: 'work' }]],
  ['several of these', [{ value: '' }, {}, null]],
])('addresses with %s are none: the answer derives one from userName', async (_, emails) => {
  const userName = `${unique('ada')}@example.test`;
  const derived = [{ primary: true, value: userName }];
  const created = await client.post('/Users', userBody({ userName, emails }));
  expect([created.status, created.body.emails]).toEqual([201, derived]);
  const { id } = created.body;
  const stored = async (): Promise<unknown> => (await standard.get(`/Users/${id.slice(2)}`)).body.emails;
  expect(await stored()).toBeUndefined();
  const sent = { emails: [{ value: 'ada@work.test' }] };
  expect((await change(id, sent)).body.emails).toEqual(sent.emails);
  expect((await change(id, { emails })).body.emails).toEqual(derived);
  await change(id, sent);
  const replaced = await client.put(`/Users/${id}`, userBody({ userName, emails }));
  expect([replaced.status, replaced.body.emails]).toEqual([200, derived]);
  expect(await stored()).toBeUndefined();
});

it('an address beside a blank one, and what is no list of addresses, are left to the usual checks', async () => {
  const userName = `${unique('ada')}@example.test`;
  const kept = [{ value: '' }, { value: 'ada@work.test' }];
  const created = await client.post('/Users', userBody({ userName, emails: kept }));
  expect([created.status, created.body.emails]).toEqual([201, kept]);
  for (const emails of ['', [''], [{ value: 5 }]]) {
    const answer = await client.post('/Users', userBody({ userName: `x${userName}`, emails }));
    expectRefusal(answer, 400, TEXT.invalidValue, 'invalidValue');
  }
});

it.each([
  ['schemas missing', { schemas: undefined }],
  ['schemas of a group', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] }],
  ['active as text', { active: 'True' }],
  ['name as text', { name: 'Ada' }],
  ['userName of another type', { userName: 5 }],
])('refuses %s', async (_, part) => {
  expectRefusal(await client.post('/Users', userBody(part)), 400, TEXT.invalidValue, 'invalidValue');
});

it('refuses a userName that is taken, on POST, PUT and PATCH', async () => {
  const [one, two] = [await createUser(client), await createUser(client)];
  const userName = one.userName.toUpperCase();
  const taken = [
    await client.post('/Users', userBody({ userName })),
    await client.put(`/Users/${two.id}`, userBody({ userName })),
    await change(two.id, { userName }),
  ];
  for (const answer of taken) expectRefusal(answer, 409, TEXT.uniqueness, 'uniqueness');
});

it('PUT answers 200 with the body, and ignores id, meta and groups in it', async () => {
  const user = await createUser(client, { title: 'Analyst' });
  const body = {
    ...user,
    title: undefined,
    name: { givenName: 'Ada', familyName: 'King' },
    displayName: undefined,
  };
  const answer = await client.put(`/Users/${user.id}`, { ...body, id: NO_USER, active: false });
  const { title: _, ...rest } = user;
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      ...rest,
      active: false,
      displayName: 'Ada King',
      name: { givenName: 'Ada', familyName: 'King', formatted: 'Ada King' },
    },
  ]);
});

describe('PATCH', () => {
  it('takes replace without a path: 200 with the body, 204 when nothing changed', async () => {
    const user = await createUser(client);
    const suspended = await change(user.id, { active: false });
    expect([suspended.status, suspended.body]).toEqual([200, { ...user, active: false }]);
    const again = await client.patch(`/Users/${user.id}`, [
      { op: 'Replace', value: { active: false }, x: 1 },
    ]);
    expect([again.status, again.text]).toEqual([204, '']);
    const more = await change(user.id, {
      id: user.id,
      color: 'red',
      title: 'Analyst',
      name: { familyName: 'King' },
    });
    expect(more.body).toMatchObject({ title: 'Analyst', name: { givenName: 'Ada', familyName: 'King' } });
  });

  it.each<[string, object]>([
    ['a path', { op: 'replace', path: 'active', value: false }],
    ['add', { op: 'add', value: { active: false } }],
    ['remove', { op: 'remove', path: 'title' }],
    ['a value that is no object', { op: 'replace', value: false }],
    ['a value of another type', { op: 'replace', value: { active: 'false' } }],
  ])('refuses any other form: %s', async (_, operation) => {
    const user = await createUser(client);
    const answer = await client.patch(`/Users/${user.id}`, [operation]);
    expectRefusal(answer, 400, TEXT.invalidValue, 'invalidValue');
  });

  it('refuses groups, and an empty address', async () => {
    const user = await createUser(client);
    const groups = await change(user.id, { groups: [] });
    expectRefusal(groups, 400, groups.body.detail, 'mutability');
    for (const userName of ['', ' '])
      expect((await change(user.id, { userName })).body.detail).toMatch(/email cannot be blank$/);
  });

  it('of an unknown user is 404', async () => {
    expectRefusal(await change(NO_USER, {}), 404, `Resource ${NO_USER} not found.`);
  });
});

it('deletes with 204, also out of groups', async () => {
  const user = await createUser(client);
  const group = await createGroup(client, { members: [{ value: user.id }] });
  const answer = await client.delete(`/Users/${user.id}`);
  expect([answer.status, answer.text]).toEqual([204, '']);
  expectRefusal(await client.get(`/Users/${user.id}`), 404, `Resource ${user.id} not found.`);
  expect((await client.get(`/Groups/${group.id}`)).body.members).toEqual([]);
});
