import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  entryOf,
  expectRefusal,
  GROUP,
  groupBody,
  memberIds,
  MOUNT,
  NOBODY,
  openDirectory,
  OUD_GROUP,
  readGroup,
  unique,
} from './oud.js';

let application: TestApplication;
let client: ScimClient;
let standard: ScimClient;

beforeAll(async () => {
  application = await startTestApplication();
  ({ client, standard } = await openDirectory(application));
});
afterAll(() => application.close());

const SIX = {
  businessCategory: ['Research', 'Sales'],
  description: ['All of them'],
  o: ['Example'],
  objectClass: ['top', 'groupOfUniqueNames'],
  ou: ['Engineering'],
  owner: ['uid=ada'],
};
const post = (body: unknown): Promise<ScimAnswer> => client.post('/Groups', body);

describe('POST /Groups', () => {
  it('answers 201 with the entry in the wrapper, attributes under their URNs, and its Location', async () => {
    const user = await createUser(client, { displayName: [{ value: 'Ada' }] });
    const displayName = unique('Eng');
    const answer = await post(groupBody({ displayName, members: [{ value: user.id }] }, SIX));
    const entry = entryOf(answer, 201);
    const location = `${application.origin}${MOUNT}/Groups/${entry.id}`;
    expect(entry).toEqual({
      schemas: GROUP,
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      meta: { location, resourceType: 'Group' },
      [GROUP]: { displayName, members: [{ value: user.id, display: 'Ada' }] },
      [OUD_GROUP]: SIX,
    });
    expect(answer.headers.location).toBe(location);
    expect(await readGroup(client, entry.id)).toEqual(entry);
    expect(answer.headers.etag).toBeUndefined();
  });

  it('reads the flat form, members as plain ids, and arrays of {value}', async () => {
    const user = await createUser(client);
    const displayName = unique('Flat');
    const body = {
      schemas: [GROUP, OUD_GROUP],
      displayName: [{ value: displayName }],
      members: [user.id],
      [OUD_GROUP]: { o: [{ value: 'Example' }], ou: [{ value: 'a' }, 'b'] },
    };
    const entry = entryOf(await post(body), 201);
    expect(entry[GROUP]).toEqual({ displayName, members: [{ value: user.id, display: expect.any(String) }] });
    expect(entry[OUD_GROUP]).toEqual({ o: ['Example'], ou: ['a', 'b'] });
    const plain = { schemas: [GROUP], displayName: unique('Flat'), members: [] };
    expect(entryOf(await post(plain), 201)[GROUP].displayName).toBe(plain.displayName);
  });

  it('reads names and URNs in any case, as the RFC says of names', async () => {
    const displayName = unique('Case');
    const body = { Schemas: [GROUP], [GROUP.toUpperCase()]: { DISPLAYNAME: displayName, Members: [] } };
    expect(entryOf(await post(body), 201)[GROUP]).toEqual({ displayName, members: [] });
  });

  it('takes an entry of an answer as a body: PUT of what was read changes nothing', async () => {
    const user = await createUser(client);
    const entry = await createGroup(client, { members: [user.id] }, { o: ['Example'] });
    expect(entryOf(await client.put(`/Groups/${entry.id}`, entry), 200)).toEqual(entry);
  });

  const core = { displayName: 'x', members: [] };
  it.each<[string, unknown, RegExp]>([
    ['schemas missing', { [GROUP]: core }, /^schemas: is required/],
    ['schemas null', { schemas: null, [GROUP]: core }, /^schemas: is required/],
    ['schemas empty', { schemas: [], [GROUP]: core }, /^schemas: must not be empty/],
    [
      'schemas of a user',
      { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], [GROUP]: core },
      /^schemas/,
    ],
    ['an unknown schema', { schemas: [GROUP, 'urn:x'], [GROUP]: core }, /"urn:x" is not a schema of Group/],
    ['neither core object nor displayName', { schemas: [GROUP] }, new RegExp(`^${GROUP}: is required`)],
    ['a core object that is none', { schemas: [GROUP], [GROUP]: [core] }, /expected an object/],
    ['displayName missing', { schemas: [GROUP], [GROUP]: { members: [] } }, /^displayName: is required/],
    ['displayName empty', { schemas: [GROUP], [GROUP]: { ...core, displayName: '' } }, /^displayName/],
    ['displayName a number', { schemas: [GROUP], [GROUP]: { ...core, displayName: 1 } }, /expected a string/],
    ['displayName twice', { schemas: [GROUP], [GROUP]: core, displayName: 'y' }, /stands twice/],
    [
      'two display names',
      { schemas: [GROUP], [GROUP]: { ...core, displayName: ['a', 'b'] } },
      /one value at most/,
    ],
    [
      'members missing',
      { schemas: [GROUP], [GROUP]: { displayName: 'x' } },
      /members: is required; send \[\]/,
    ],
    ['members null', { schemas: [GROUP], [GROUP]: { ...core, members: null } }, /members: is required/],
    [
      'members no array',
      { schemas: [GROUP], [GROUP]: { ...core, members: 'x' } },
      /^members: expected an array/,
    ],
    [
      'a member without value',
      { schemas: [GROUP], [GROUP]: { ...core, members: [{}] } },
      /^members\[0\]\.value/,
    ],
    [
      'an unknown member',
      { schemas: [GROUP], [GROUP]: { ...core, members: [NOBODY] } },
      /no such user or group/,
    ],
    [
      'a member id of another shape',
      { schemas: [GROUP], [GROUP]: { ...core, members: ['x'] } },
      /no such user/,
    ],
    [
      'an extension attribute that is no array',
      { schemas: [GROUP], [GROUP]: core, [OUD_GROUP]: { o: 'x' } },
      /:o: expected an array/,
    ],
    ['a body that is no object', [core], /a JSON object is expected/],
    ['a body that is no JSON', '{', /not valid JSON/],
    ['no body', '', /empty/],
  ])('400 for %s', async (_, body, detail) => {
    expectRefusal(await post(body), 400, detail);
  });

  it('409 for a displayName that is taken, in any case', async () => {
    const { [GROUP]: taken } = await createGroup(client);
    expectRefusal(await post(groupBody({ displayName: taken.displayName.toUpperCase() })), 409);
  });

  it('201 for a displayName that is taken, where the company allows duplicates', async () => {
    const company = await application.company();
    await application.administration.setCompany(company.slug, { duplicateGroupNames: true });
    const own = application.scim(await company.token(), application.origin + MOUNT);
    const { [GROUP]: taken } = await createGroup(own);
    await createGroup(own, { displayName: taken.displayName });
  });
});

describe('PUT /Groups/{entryUUID}', () => {
  it('replaces attributes, members and extension, and answers in the wrapper', async () => {
    const [ada, bob] = [await createUser(client), await createUser(client)];
    const before = await createGroup(client, { members: [ada.id] }, SIX);
    const displayName = unique('Put');
    const body = groupBody({ displayName, members: [bob.id] }, { ou: ['Sales'] });
    const after = entryOf(await client.put(`/Groups/${before.id}`, body), 200);
    expect(after).toEqual({
      ...before,
      [GROUP]: { displayName, members: [{ value: bob.id, display: expect.any(String) }] },
      [OUD_GROUP]: { ou: ['Sales'] },
    });
    const bare = entryOf(await client.put(`/Groups/${before.id}`, groupBody()), 200);
    expect(bare).not.toHaveProperty([OUD_GROUP]);
    expect(bare[GROUP].members).toEqual([]);
  });

  it('400 without members, which would empty the group unsaid', async () => {
    const user = await createUser(client);
    const { id } = await createGroup(client, { members: [user.id] });
    const body = { schemas: [GROUP], [GROUP]: { displayName: unique('x') } };
    expectRefusal(await client.put(`/Groups/${id}`, body), 400, /members: is required/);
    expect(memberIds(await readGroup(client, id))).toEqual([user.id]);
  });

  it('404 for an unknown group, whatever the body; 409 for a name that is taken', async () => {
    expectRefusal(await client.put(`/Groups/${NOBODY}`, '{'), 404, new RegExp(NOBODY));
    const [one, other] = [await createGroup(client), await createGroup(client)];
    const body = groupBody({ displayName: one[GROUP].displayName });
    expectRefusal(await client.put(`/Groups/${other.id}`, body), 409);
  });
});

describe('GET and DELETE /Groups/{entryUUID}', () => {
  it.each(['nonsense', NOBODY, '0', 'ad55a34a-763f-358f-93f9-da86f9ecd9e4', '%E0%A4', 'a%2Fb'])(
    '404 for %s',
    async (id) => {
      expectRefusal(await client.get(`/Groups/${id}`), 404);
      expectRefusal(await client.delete(`/Groups/${id}`), 404);
    },
  );

  it('DELETE answers 204 without a body, once', async () => {
    const { id } = await createGroup(client);
    const answer = await client.delete(`/Groups/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expectRefusal(await client.get(`/Groups/${id}`), 404);
    expectRefusal(await client.delete(`/Groups/${id}`), 404);
  });

  it("another company's group is 404", async () => {
    const other = await openDirectory(application);
    const { id } = await createGroup(other.client);
    expectRefusal(await client.get(`/Groups/${id}`), 404);
  });

  it('a group of the standard surface has members and no extension', async () => {
    const made = await standard.post('/Groups', {
      schemas: [GROUP],
      displayName: unique('Std'),
      externalId: 'e',
    });
    expect(await readGroup(client, made.body.id)).toEqual({
      schemas: GROUP,
      id: made.body.id,
      meta: { location: `${application.origin}${MOUNT}/Groups/${made.body.id}`, resourceType: 'Group' },
      [GROUP]: { displayName: made.body.displayName, members: [] },
    });
  });
});
