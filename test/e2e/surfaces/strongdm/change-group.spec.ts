import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { insertUsers } from '../../../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  expectRefusal,
  groupBody,
  memberIds,
  NO_GROUP,
  NO_USER,
  openCompany,
  TEXT,
  unique,
} from './strongdm-client.js';

let application: TestApplication;
let client: ScimClient;
let standard: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  ({ client, standard } = await openCompany(application));
});
afterAll(() => application.close());

const change = (id: string, ...operations: object[]): Promise<ScimAnswer> =>
  client.patch(`/Groups/${id}`, operations);
const add = (...ids: string[]): object => ({
  op: 'add',
  path: 'members',
  value: ids.map((value) => ({ value })),
});
const replace = (...ids: string[]): object => ({ ...add(...ids), op: 'replace' });
const remove = (id: string): object => ({ op: 'remove', path: `members[value eq "${id}"]` });
const rename = (displayName: unknown): object => ({ op: 'replace', value: { displayName } });

describe('PATCH', () => {
  it('adds, replaces and removes members and renames, each time with the group as it is', async () => {
    const [ada, bob] = [await createUser(client, { displayName: 'Ada' }), await createUser(client)];
    const inner = await createGroup(client);
    const group = await createGroup(client);

    const added = await change(group.id, {
      op: 'add',
      path: 'members',
      value: [{ value: ada.id, display: 'not echoed' }, { value: inner.id }],
    });
    expect([added.status, added.body]).toEqual([
      200,
      {
        ...group,
        members: [
          { value: ada.id, display: ada.userName },
          { value: inner.id, display: inner.displayName },
        ],
      },
    ]);
    expect((await change(group.id, replace(bob.id, inner.id))).status).toBe(200);
    expect(await memberIds(client, group.id)).toEqual([bob.id, inner.id].sort());
    expect((await change(group.id, remove(inner.id))).body.members).toHaveLength(1);

    const displayName = unique('new');
    const renamed = await change(group.id, rename(displayName));
    expect([renamed.status, renamed.body.displayName]).toEqual([200, displayName]);
  });

  it('takes operators and names in any case, fields beside the documented ones, and id in the value', async () => {
    const user = await createUser(client);
    const group = await createGroup(client);
    const displayName = unique('new');
    const answer = await client.patch(`/Groups/${group.id}`, {
      SCHEMAS: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      operations: [
        { op: 'Replace', value: { id: group.id, displayName, color: 'red' }, comment: 'x' },
        { OP: 'ADD', Path: 'Members', VALUE: [{ Value: user.id }] },
        { op: 'Remove', path: 'MEMBERS[ Value EQ "a-0001" ]', value: [] },
      ],
      extra: 1,
    });
    expect([answer.status, answer.body.displayName, answer.body.members.length]).toEqual([
      200,
      displayName,
      1,
    ]);
  });

  it('replaces members that stand beside a new name, or refuses both', async () => {
    const [ada, bob] = [await createUser(client), await createUser(client)];
    const group = await createGroup(client, { members: [{ value: ada.id }] });
    const whole = (members: unknown): object => ({
      op: 'replace',
      value: { displayName: unique('new'), members },
    });
    const replaced = await change(group.id, whole([{ value: bob.id }]));
    expect([replaced.status, replaced.body.members]).toEqual([
      200,
      [{ value: bob.id, display: bob.userName }],
    ]);
    const { displayName } = replaced.body;
    expect((await change(group.id, whole([{ value: NO_USER }]))).status).toBe(404);
    expectRefusal(await change(group.id, whole(ada.id)), 400, TEXT.invalidValue, 'invalidValue');
    const unknown = await change(group.id, { op: 'replace', value: { members: [] } });
    expectRefusal(unknown, 400, TEXT.invalidValue, 'invalidValue');
    const kept = (await client.get(`/Groups/${group.id}`)).body;
    expect([kept.displayName, kept.members]).toEqual([displayName, replaced.body.members]);
    const emptied = await change(group.id, whole([]));
    expect([emptied.status, emptied.body.members]).toEqual([200, []]);
    expect(emptied.body.displayName).not.toBe(displayName);
  });

  it('answers 204 without a body when nothing changed, and moves nothing', async () => {
    const user = await createUser(client);
    const group = await createGroup(client, { members: [{ value: user.id }] });
    const before = (await standard.get(`/Groups/${group.id.slice(2)}`)).body.meta;
    const nothing = [
      [rename(group.displayName)],
      [add(user.id)],
      [add()],
      [replace(user.id)],
      [remove(NO_USER)],
      [remove(user.id), add(user.id)],
    ];
    for (const operations of nothing) {
      const answer = await change(group.id, ...operations);
      expect([operations, answer.status, answer.text]).toEqual([operations, 204, '']);
    }
    expect((await standard.get(`/Groups/${group.id.slice(2)}`)).body.meta).toEqual(before);
  });

  it.each([NO_USER, NO_GROUP, 'a-1'])(
    'refuses to add or set %s: 404, and nothing changed',
    async (unknown) => {
      const user = await createUser(client);
      const group = await createGroup(client);
      for (const operation of [add(user.id, unknown), replace(user.id, unknown)]) {
        const answer = await change(group.id, rename(unique('new')), operation);
        expectRefusal(answer, 404, `Resource ${unknown} not found.`);
      }
      expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
    },
  );

  it('names every unknown member', async () => {
    const group = await createGroup(client);
    const answer = await change(group.id, add(NO_USER), add(NO_GROUP));
    expectRefusal(answer, 404, `Resource ${NO_USER}, ${NO_GROUP} not found.`);
  });

  it('knows a member by digits and prefix together', async () => {
    const user = await createUser(client);
    const inner = await createGroup(client);
    const [userAsGroup, groupAsUser] = [`r-${user.id.slice(2)}`, `a-${inner.id.slice(2)}`];
    const group = await createGroup(client);
    for (const wrong of [userAsGroup, groupAsUser]) {
      expectRefusal(await change(group.id, add(wrong)), 404, `Resource ${wrong} not found.`);
    }
    expectRefusal(
      await change(group.id, add(user.id, userAsGroup)),
      404,
      `Resource ${userAsGroup} not found.`,
    );
    await change(group.id, add(user.id, inner.id));
    expect((await change(group.id, remove(userAsGroup), remove(groupAsUser))).status).toBe(204);
    expect(await memberIds(client, group.id)).toEqual([user.id, inner.id].sort());
    expect((await change(group.id, remove(user.id), remove(inner.id))).body.members).toEqual([]);
  });

  it.each([
    ['remove', (id: string) => remove(id)],
    ['add', (id: string) => add(id)],
    ['replace', (id: string) => replace(id)],
  ])('refuses a malformed member id in %s', async (_, operation) => {
    const group = await createGroup(client);
    expectRefusal(await change(group.id, operation('aa-123134')), 400, 'cannot parse member id: aa-123134');
  });

  it('refuses an empty displayName with the text for changes', async () => {
    const group = await createGroup(client);
    expectRefusal(await change(group.id, rename('')), 400, TEXT.blankName);
  });

  it('refuses a name that is taken', async () => {
    const [one, two] = [await createGroup(client), await createGroup(client)];
    expectRefusal(await change(one.id, rename(two.displayName)), 409, TEXT.uniqueness, 'uniqueness');
  });

  it.each<[string, object, 'invalidValue' | 'invalidPath']>([
    ['a path to the name', { op: 'replace', path: 'displayName', value: 'x' }, 'invalidPath'],
    ['add without a path', { op: 'add', value: { displayName: 'x' } }, 'invalidValue'],
    ['members without a path', { op: 'replace', value: { members: [] } }, 'invalidValue'],
    ['remove of all members', { op: 'remove', path: 'members' }, 'invalidPath'],
    ['remove with a list', { op: 'remove', path: 'members', value: [{ value: NO_USER }] }, 'invalidPath'],
    ['remove without a path', { op: 'remove' }, 'invalidValue'],
    ['another filter', { op: 'remove', path: 'members[display eq "x"]' }, 'invalidPath'],
    ['another operator', { op: 'remove', path: 'members[value ne "a-1"]' }, 'invalidPath'],
    ['a filter of two', { op: 'remove', path: 'members[value eq "a-1" or value eq "a-2"]' }, 'invalidPath'],
    ['the quote left out', { op: 'remove', path: 'members[value eq "a-0001]' }, 'invalidPath'],
    ['a filter in add', { op: 'add', path: 'members[value eq "a-1"]', value: [] }, 'invalidPath'],
    ['a path with its URN', { op: 'add', path: 'urn:x:members', value: [] }, 'invalidPath'],
    ['an unparsable path', { op: 'replace', path: '][', value: [] }, 'invalidPath'],
    ['an empty path', { op: 'replace', path: '', value: { displayName: 'x' } }, 'invalidPath'],
    ['a path that is no text', { op: 'replace', path: 1, value: [] }, 'invalidPath'],
    ['one member outside an array', { op: 'add', path: 'members', value: { value: 'a-1' } }, 'invalidValue'],
    ['an id in place of a member', { op: 'add', path: 'members', value: ['a-1'] }, 'invalidValue'],
    ['members without a value', { op: 'add', path: 'members' }, 'invalidValue'],
    ['another op', { op: 'move', path: 'members', value: [] }, 'invalidValue'],
    ['no op', { path: 'members', value: [] }, 'invalidValue'],
    ['a name that is no text', { op: 'replace', value: { displayName: 5 } }, 'invalidValue'],
    ['a name that is null', { op: 'replace', value: { displayName: null } }, 'invalidValue'],
  ])('refuses any other form: %s', async (_, operation, scimType) => {
    const group = await createGroup(client);
    expectRefusal(await change(group.id, operation), 400, TEXT[scimType], scimType);
  });

  it.each([
    ['no schemas', { schemas: undefined }],
    ['other schemas', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] }],
    ['more schemas', { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp', 'urn:x'] }],
    ['no Operations', { Operations: undefined }],
    ['empty Operations', { Operations: [] }],
    ['Operations of another type', { Operations: {} }],
    ['an operation of another type', { Operations: ['add'] }],
  ])('refuses a message with %s', async (_, part) => {
    const group = await createGroup(client);
    const message = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [rename(unique('new'))],
      ...part,
    };
    const answer = await client.patch(`/Groups/${group.id}`, message);
    expectRefusal(answer, 400, TEXT.invalidValue, 'invalidValue');
  });
});

describe('PUT', () => {
  const put = (id: string, part: Readonly<Record<string, unknown>>): Promise<ScimAnswer> =>
    client.put(`/Groups/${id}`, groupBody(part));

  it('answers 200 with the body, display as the user name; the group has exactly these members', async () => {
    const [ada, bob] = [await createUser(client, { displayName: 'Ada' }), await createUser(client)];
    const group = await createGroup(client, { members: [{ value: bob.id }] });
    const displayName = unique('new');
    const answer = await put(group.id, { displayName, members: [{ value: ada.id, display: 'not echoed' }] });
    expect([answer.status, answer.body]).toEqual([
      200,
      { ...group, displayName, members: [{ value: ada.id, display: ada.userName }] },
    ]);
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(answer.body);
  });

  it.each([undefined, '', null])(
    'refuses a displayName that is %j with the text for changes',
    async (displayName) => {
      const group = await createGroup(client);
      const body = { displayName, members: [{ value: 'aa-123134' }] };
      expectRefusal(await client.put(`/Groups/${group.id}`, body), 400, TEXT.blankName);
    },
  );

  it('refuses a malformed member id before an unknown one, and an unknown one with 404', async () => {
    const group = await createGroup(client);
    const malformed = await put(group.id, { members: [{ value: NO_USER }, { value: 'aa-123134' }] });
    expectRefusal(malformed, 400, 'cannot parse member id: aa-123134');
    const unknown = await put(group.id, { members: [{ value: NO_USER }] });
    expectRefusal(unknown, 404, `Resource ${NO_USER} not found.`);
    expect((await client.get(`/Groups/${group.id}`)).body).toEqual(group);
  });

  it('refuses a name that is taken', async () => {
    const [one, two] = [await createGroup(client), await createGroup(client)];
    const answer = await put(one.id, { displayName: two.displayName.toUpperCase() });
    expectRefusal(answer, 409, TEXT.uniqueness, 'uniqueness');
  });

  it.each([{ members: undefined }, { schemas: undefined }, { members: 'x' }])('refuses %j', async (part) => {
    const group = await createGroup(client);
    expectRefusal(await put(group.id, part), 400, TEXT.invalidValue, 'invalidValue');
  });

  it('keeps the externalId that another surface stored', async () => {
    const stored = (await standard.post('/Groups', { ...groupBody(), externalId: 'e1' })).body;
    expect((await put(`r-${stored.id}`, {})).body).not.toHaveProperty('externalId');
    expect((await standard.get(`/Groups/${stored.id}`)).body.externalId).toBe('e1');
  });
});

it('deletes with 204, then knows the id no more', async () => {
  const group = await createGroup(client);
  const answer = await client.delete(`/Groups/${group.id}`);
  expect([answer.status, answer.text]).toEqual([204, '']);
  expectRefusal(await client.delete(`/Groups/${group.id}`), 404, `Resource ${group.id} not found.`);
});

it('judges If-Match with the version that ETag tells', async () => {
  const group = await createGroup(client);
  const { etag = '' } = (await client.get(`/Groups/${group.id}`)).headers;
  expect(etag).toBe((await standard.get(`/Groups/${group.id.slice(2)}`)).headers.etag);
  const stale = { 'If-Match': 'W/"999"' };
  const path = `/Groups/${group.id}`;
  expect((await client.patch(path, [rename(unique('new'))], stale)).status).toBe(412);
  expect((await client.put(path, groupBody(), stale)).status).toBe(412);
  expect((await client.delete(path, stale)).status).toBe(412);
  expect((await client.delete(path, { 'If-Match': etag })).status).toBe(204);
});

it('reads, changes and lists a group with 5,000 members', async () => {
  const company = await application.company();
  const own = application.scim(await company.token(), `${application.origin}/provisioning/generic/v2`);
  const ids = (await insertUsers(application.database, company.slug, 5000)).map((id) => `a-${id}`);
  const members = ids.map((value) => ({ value }));
  const group = await createGroup(own, { members: members.slice(0, 4999) });
  expect(group.members).toHaveLength(4999);
  const added = await own.patch(`/Groups/${group.id}`, [add(ids[4999] ?? '')]);
  expect([added.status, added.body.members.length]).toEqual([200, 5000]);
  expect(await memberIds(own, group.id)).toEqual([...ids].sort());
  const listed = (await own.get('/Groups')).body;
  expect(listed.Resources[0].members).toEqual(added.body.members);
  const removed = await own.patch(`/Groups/${group.id}`, ids.slice(1, 1000).map(remove));
  expect([removed.status, removed.body.members.length]).toEqual([200, 4001]);
  const put = await own.put(`/Groups/${group.id}`, groupBody({ members }));
  expect(put.body.members).toHaveLength(5000);
});
