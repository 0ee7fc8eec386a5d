import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  entryOf,
  expectRefusal,
  MOUNT,
  NOBODY,
  openDirectory,
  OUD_USER,
  unique,
  USER,
  userBody,
} from './oud.js';

let application: TestApplication;
let client: ScimClient;
let standard: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  ({ client, standard } = await openDirectory(application));
});
afterAll(() => application.close());

const NAME = { formatted: 'Ada Byron', familyName: 'Byron', givenName: 'Ada' };

describe('POST /Users', () => {
  it('answers 201 with the entry in the wrapper: under URNs, every attribute an array', async () => {
    const boss = await createUser(client, { displayName: [{ value: 'Boss' }] });
    const userName = unique('ada');
    const body = userBody(
      { userName: [{ value: userName }], name: [NAME], emails: [{ value: 'a@example.com' }] },
      { department: [{ value: 'Math' }], manager: [{ managerId: boss.id }] },
    );
    const answer = await client.post('/Users', body);
    const entry = entryOf(answer, 201);
    const location = `${application.origin}${MOUNT}/Users/${entry.id}`;
    expect(entry).toEqual({
      schemas: USER,
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      meta: { location, resourceType: 'User' },
      [USER]: {
        userName: [{ value: userName }],
        name: [NAME],
        active: [{ value: true }],
        emails: [{ value: 'a@example.com' }],
      },
      [ENTERPRISE]: {
        department: [{ value: 'Math' }],
        manager: [{ managerId: boss.id, $ref: boss.meta.location, displayName: 'Boss' }],
      },
    });
    expect(answer.headers.location).toBe(location);
    expect(entryOf(await client.get(`/Users/${entry.id}`), 200)).toEqual(entry);
    expect(entryOf(await client.put(`/Users/${entry.id}`, entry), 200)).toEqual(entry);
  });

  it('reads the flat form, plain values, and leaves the password and the Oracle extension out', async () => {
    const userName = unique('flat');
    const flat = {
      schemas: [USER, OUD_USER, ENTERPRISE],
      userName,
      name: NAME,
      password: [{ value: 'correct horse' }],
      [OUD_USER]: { objectClass: [{ value: 'top' }] },
      [ENTERPRISE]: { employeeNumber: '7' },
    };
    const answer = await client.post('/Users', flat);
    const entry = entryOf(answer, 201);
    expect(entry[USER]).toEqual({
      userName: [{ value: userName }],
      name: [NAME],
      active: [{ value: true }],
    });
    expect(entry[ENTERPRISE]).toEqual({ employeeNumber: [{ value: '7' }] });
    expect(entry).not.toHaveProperty([OUD_USER]);
    expect(answer.text).not.toContain('correct horse');
    const { body } = await standard.get(`/Users/${entry.id}`);
    expect(body).toMatchObject({ userName, name: NAME, [ENTERPRISE]: { employeeNumber: '7' } });
  });

  it.each<[string, unknown, RegExp]>([
    ['schemas missing', { [USER]: { userName: 'x' } }, /^schemas: is required/],
    ['neither core object nor userName', { schemas: [USER] }, new RegExp(`^${USER}: is required`)],
    ['userName missing', { schemas: [USER], [USER]: {} }, /^userName: is required/],
    ['userName empty', { schemas: [USER], [USER]: { userName: [] } }, /^userName: is required/],
    ['two user names', { schemas: [USER], userName: ['a', 'b'] }, /^userName: holds one value at most/],
    ['two names', { schemas: [USER], userName: 'a', name: [{}, {}] }, /^name: holds one value at most/],
    [
      'active as text',
      { schemas: [USER], userName: 'a', active: [{ value: 'true' }] },
      /^active: expected true/,
    ],
    [
      'two words for the manager',
      { schemas: [USER], userName: 'a', [ENTERPRISE]: { manager: [{ managerId: 'a', value: 'b' }] } },
      /managerId and value mean the same/,
    ],
  ])('400 for %s', async (_, body, detail) => {
    expectRefusal(await client.post('/Users', body), 400, detail);
  });

  it('409 for a userName that is taken, in any case', async () => {
    const user = await createUser(client);
    const taken = user[USER].userName[0].value.toUpperCase();
    expectRefusal(await client.post('/Users', userBody({ userName: [{ value: taken }] })), 409);
  });
});

describe('/Users/{entryUUID}', () => {
  it('PATCH changes by documented and plain values, and answers 200 in the wrapper', async () => {
    const user = await createUser(client, { nickName: [{ value: 'A' }] });
    const answer = await client.patch(`/Users/${user.id}`, [
      { op: 'replace', path: `${USER}:displayName`, value: ['Ada'] },
      { op: 'replace', path: `${USER}:active`, value: [{ value: false }] },
      { op: 'add', path: 'emails', value: ['a@example.com', { value: 'b@example.com', type: 'work' }] },
      { op: 'replace', path: `${USER}:name`, value: [NAME] },
      { op: 'replace', path: 'name.givenName', value: ['Augusta'] },
      { op: 'delete', path: 'nickName', value: ['A'] },
      { op: 'add', path: `${ENTERPRISE}:department`, value: ['Math'] },
      { op: 'replace', path: 'emails[type eq "work"]', value: [{ display: 'Work' }] },
    ]);
    const entry = entryOf(answer, 200);
    expect(entry[USER]).toEqual({
      userName: user[USER].userName,
      name: [{ ...NAME, givenName: 'Augusta' }],
      displayName: [{ value: 'Ada' }],
      active: [{ value: false }],
      emails: [{ value: 'a@example.com' }, { value: 'b@example.com', type: 'work', display: 'Work' }],
    });
    expect(entry[ENTERPRISE]).toEqual({ department: [{ value: 'Math' }] });
  });

  it('tells the groups that a user is in', async () => {
    const user = await createUser(client);
    const group = await createGroup(client, { members: [user.id] });
    const entry = entryOf(await client.get(`/Users/${user.id}`), 200);
    expect(entry[USER].groups).toMatchObject([{ value: group.id, $ref: group.meta.location }]);
  });

  it('PUT replaces, DELETE answers 204 without a body, and then 404', async () => {
    const user = await createUser(client, { nickName: [{ value: 'A' }] });
    const userName = unique('put');
    const entry = entryOf(await client.put(`/Users/${user.id}`, userBody({ userName })), 200);
    expect(entry[USER]).toEqual({ userName: [{ value: userName }], active: [{ value: true }] });
    const answer = await client.delete(`/Users/${user.id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectRefusal(await client.get(`/Users/${user.id}`), 404);
  });

  it.each(['get', 'delete'] as const)('404 for an unknown user: %s', async (method) => {
    expectRefusal(await client[method](`/Users/${NOBODY}`), 404, new RegExp(NOBODY));
  });

  it.each(['put', 'patch'] as const)('404 for an unknown user, whatever the body: %s', async (method) => {
    expectRefusal(await client[method](`/Users/${NOBODY}`, '{'), 404, new RegExp(NOBODY));
  });

  it('400 for a PATCH that no document describes', async () => {
    const { id } = await createUser(client);
    expectRefusal(await client.patch(`/Users/${id}`, [{ op: 'replace', value: { active: false } }]), 400);
  });
});
