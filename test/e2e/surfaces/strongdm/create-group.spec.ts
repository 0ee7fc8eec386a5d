import { startTestApplication, type TestApplication } from '../../../support/application.js';
import { insertUsers } from '../../../support/insert-resources.js';
import { type ScimAnswer, type ScimClient } from '../../../support/scim-client.js';
import {
  createGroup,
  createUser,
  expectRefusal,
  GROUP,
  groupBody,
  MOUNT,
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

const post = (part: Readonly<Record<string, unknown>>): Promise<ScimAnswer> =>
  client.post('/Groups', groupBody(part));

it('answers 201, bare, with the documented keys and nothing else; externalId and created are none of them', async () => {
  const user = await createUser(client);
  const displayName = unique('Role');
  const answer = await post({
    displayName,
    externalId: 'e1',
    members: [{ value: user.id, display: 'any text' }],
  });
  const { id } = answer.body;
  expect(answer.status).toBe(201);
  expect(id).toMatch(/^r-[0-9a-f]{16}$/);
  expect(answer.body).toEqual({
    schemas: [GROUP],
    displayName,
    id,
    members: [{ value: user.id, display: 'any text' }],
    meta: { resourceType: 'Group', location: `Groups/${id}` },
  });
  expect(answer.headers.location).toBe(`Groups/${id}`);
  expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
});

it('echoes display in this answer alone; elsewhere it is the user name', async () => {
  const user = await createUser(client, { displayName: 'Ada Byron' });
  const inner = await createGroup(client);
  const answer = await post({ members: [{ value: user.id, display: 'echo' }, { value: inner.id }] });
  expect(answer.body.members).toEqual([
    { value: user.id, display: 'echo' },
    { value: inner.id, display: inner.displayName },
  ]);
  expect((await client.get(`/Groups/${answer.body.id}`)).body.members).toEqual([
    { value: user.id, display: user.userName },
    { value: inner.id, display: inner.displayName },
  ]);
});

it('shows user names also where members are many, so that they are streamed', async () => {
  const company = await application.company();
  const ids = await insertUsers(application.database, company.slug, 1_001);
  const token = await company.token();
  const [here, there] = [application.scim(token, application.origin + MOUNT), application.scim(token)];
  const renamed = await there.patch(`/Users/${ids[0]}`, [
    { op: 'replace', path: 'displayName', value: 'Shown elsewhere' },
  ]);
  const members = ids.map((id) => ({ value: `a-${id}` }));
  const { body } = await here.post('/Groups', groupBody({ members }));
  for (const group of [
    body,
    (await here.get(`/Groups/${body.id}`)).body,
    (await here.get('/Groups')).body.Resources[0],
  ]) {
    expect(group.members).toHaveLength(1_001);
    expect(group.members[0]).toEqual({ value: `a-${ids[0]}`, display: renamed.body.userName });
  }
  expect((await there.get(`/Groups/${body.id.slice(2)}`)).body.members[0].display).toBe('Shown elsewhere');
});

it('a new group is a group on the other surface, under the id without its prefix', async () => {
  const user = await createUser(client);
  const group = await createGroup(client, { members: [{ value: user.id }] });
  const { body } = await standard.get(`/Groups/${group.id.slice(2)}`);
  expect(body).toMatchObject({ displayName: group.displayName, members: [{ value: user.id.slice(2) }] });
});

describe('the order of checks', () => {
  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['null', null],
  ])('first a displayName that is %s, whatever else is wrong', async (_, displayName) => {
    const answer = await client.post('/Groups', { displayName, members: [{ value: 'aa-123134' }] });
    expectRefusal(answer, 400, TEXT.blankNewName);
  });

  it('then the form of member ids, before uniqueness and what is missing', async () => {
    const { displayName } = await createGroup(client);
    const answer = await client.post('/Groups', { displayName, members: [{ value: 'aa-123134' }] });
    expectRefusal(answer, 400, 'cannot parse member id: aa-123134');
  });

  it('then uniqueness, without regard to case, before what is missing', async () => {
    const { displayName } = await createGroup(client);
    const taken = displayName.toUpperCase();
    expectRefusal(await post({ displayName: taken }), 409, TEXT.uniqueness, 'uniqueness');
    expectRefusal(await client.post('/Groups', { displayName: taken }), 409, TEXT.uniqueness, 'uniqueness');
  });

  it.each([
    ['members', { members: undefined }],
    ['members, which are null', { members: null }],
    ['schemas', { schemas: undefined }],
    ['a schemas that names the type', { schemas: ['urn:example:other'] }],
  ])('last what is missing: %s', async (_, part) => {
    expectRefusal(await post(part), 400, TEXT.invalidValue, 'invalidValue');
  });
});

describe('member ids', () => {
  it.each(['aa-123134', '', 'a-', 'u-1', 'A-1', 'a-1G', 'a-ABC', 'a-12345678901234567', 'a-1 ', '123'])(
    'of another form are refused: "%s"',
    async (value) => {
      expectRefusal(await post({ members: [{ value }] }), 400, `cannot parse member id: ${value}`);
    },
  );

  it.each([
    ['is no text', [{ value: 1 }]],
    ['is missing', [{ display: 'x' }]],
    ['stands alone', ['a-1']],
  ])('where one %s the value is invalid', async (_, members) => {
    expectRefusal(await post({ members }), 400, TEXT.invalidValue, 'invalidValue');
  });

  it('members that are no array are an invalid value', async () => {
    expectRefusal(await post({ members: 'x' }), 400, TEXT.invalidValue, 'invalidValue');
  });

  it.each([
    ['a user that there is not', NO_USER],
    ['a group that there is not', NO_GROUP],
    ['a short id', 'a-0001'],
    ['an id beyond 64 bits', 'a-ffffffffffffffff'],
  ])('of the right form that name nobody are ignored: %s', async (_, value) => {
    const user = await createUser(client);
    const answer = await post({ members: [{ value, display: 'x' }, { value: user.id }] });
    expect([answer.status, answer.body.members]).toEqual([
      201,
      [{ value: user.id, display: expect.any(String) }],
    ]);
  });

  it('whose prefix is of the other kind name nobody, also beside the right one', async () => {
    const user = await createUser(client);
    const group = await createGroup(client);
    const wrong = [`r-${user.id.slice(2)}`, `a-${group.id.slice(2)}`];
    const none = await post({ members: wrong.map((value) => ({ value })) });
    expect([none.status, none.body.members]).toEqual([201, []]);
    const both = await post({ members: [...wrong, user.id].map((value) => ({ value })) });
    expect(both.body.members.map(({ value }: { value: string }) => value)).toEqual([user.id]);
  });

  it('of another company name nobody', async () => {
    const stranger = await createUser((await openCompany(application)).client);
    const answer = await post({ members: [{ value: stranger.id }] });
    expect([answer.status, answer.body.members]).toEqual([201, []]);
  });
});

it('ignores unknown members though the company rejects them, and takes a name twice where the company allows it', async () => {
  const company = await application.company();
  const own = application.scim(await company.token(), `${application.origin}/provisioning/generic/v2`);
  await application.administration.setCompany(company.slug, { duplicateGroupNames: true });
  const body = groupBody({ members: [{ value: NO_USER }] });
  expect((await own.post('/Groups', body)).status).toBe(201);
  expect((await own.post('/Groups', body)).status).toBe(201);
  expectRefusal(
    await own.post('/Groups', { displayName: body['displayName'] }),
    400,
    TEXT.invalidValue,
    'invalidValue',
  );
});

it.each([
  'application/json',
  'application/scim+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'image/png',
])('reads any media type whose body is JSON: %s', async (type) => {
  const answer = await client.post('/Groups', groupBody(), { 'Content-Type': type });
  expect(answer.status).toBe(201);
});

it.each(['{"displayName":', '', '[]', 'null', '"x"', '{"displayName":"a","DISPLAYNAME":"b"}'])(
  'a body that is no JSON object is invalid syntax: %s',
  async (text) => {
    expectRefusal(await client.post('/Groups', text), 400, TEXT.invalidSyntax, 'invalidSyntax');
  },
);

it.each([[5], [{}], [['x']], [true]])(
  'a displayName of another type is an invalid value: %j',
  async (displayName) => {
    expectRefusal(await post({ displayName }), 400, TEXT.invalidValue, 'invalidValue');
  },
);
