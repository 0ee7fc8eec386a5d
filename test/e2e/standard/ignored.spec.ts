import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import {
  createGroup,
  createUser,
  ENTERPRISE,
  expectRefusal,
  groupBody,
  NOBODY,
  userBody,
} from './messages.js';

let application: TestApplication;
let client: ScimClient;
let slug: string;
let lines: { ignored?: string[]; company?: string; detail?: string; [name: string]: unknown }[] = [];

beforeAll(async () => {
  application = await startTestApplication({
    settings: { LOG_LEVEL: 'info' },
    log: (line) => lines.push(JSON.parse(line)),
  });
  const company = await application.company();
  slug = company.slug;
  client = await company.client();
});
beforeEach(() => {
  lines = [];
});
afterAll(() => application.close());

/** What the log names as left out, in one line for each request. */
const ignored = (): string[][] => lines.flatMap((line) => (line.ignored ? [[...line.ignored].sort()] : []));

it('CRE-20 PUT-03 the log names what a body held in vain, and no values', async () => {
  const body = {
    shoeSize: 'secret-1',
    name: { givenName: 'g', pet: 'secret-2' },
    groups: [{ value: 'secret-3' }],
    [ENTERPRISE]: { department: 'd', badge: 'secret-4', manager: { value: 'm', displayName: 'secret-5' } },
  };
  const expected = [
    `${ENTERPRISE}:badge`,
    `${ENTERPRISE}:manager.displayName`,
    'groups',
    'name.pet',
    'shoeSize',
  ].sort();
  const { id } = (await client.post('/Users', userBody(body))).body;
  await client.put(`/Users/${id}`, userBody(body));
  expect(ignored()).toEqual([expected, expected]);
  expect(JSON.stringify(lines)).not.toContain('secret-');
});

it('PAT-10 PAT-36 the log names the paths and read-only values of a PATCH that were left out', async () => {
  const { id } = await createUser(client);
  lines = [];
  const operations = [
    { op: 'add', path: 'favoriteColor', value: 'secret-1' },
    { op: 'replace', value: { id: 'secret-2', nickName: 'n', shoeSize: 'secret-3' } },
  ];
  const answer = await client.patch(`/Users/${id}`, operations);
  expect([answer.status, answer.body.nickName]).toEqual([200, 'n']);
  expect(ignored()).toEqual([['favoriteColor', 'id', 'shoeSize']]);
  expect(JSON.stringify(lines)).not.toContain('secret-');
});

it('GRP-08 the log names unknown members that the company ignores', async () => {
  const company = await application.company();
  await application.administration.setCompany(company.slug, { unknownMembers: 'ignore' });
  const own = await company.client();
  const group = await createGroup(own);
  await own.post('/Groups', groupBody({ members: [{ value: NOBODY }] }));
  await own.patch(`/Groups/${group.id}`, [
    { op: 'replace', path: 'externalId', value: 'e' },
    { op: 'add', path: 'members', value: [{ value: NOBODY }] },
  ]);
  expect(ignored()).toEqual([['an unknown member'], ['an unknown member in Operations[1]']]);
});

it.each(['lenient', 'strict'] as const)(
  'says nothing of a %s client that sends a resource back',
  async (dialect) => {
    const own = await (await application.company()).client(dialect);
    const boss = await createUser(own);
    const ada = await createUser(own, { [ENTERPRISE]: { manager: { value: boss.id } } });
    const group = await createGroup(own, { members: [{ value: ada.id }] });
    const { body: user } = await own.get(`/Users/${ada.id}`);
    expect(user).toMatchObject({ groups: [{ value: group.id }], meta: { resourceType: 'User' } });
    expect((await own.put(`/Users/${ada.id}`, { ...user, title: 't' })).status).toBe(200);
    expect((await own.put(`/Groups/${group.id}`, (await own.get(`/Groups/${group.id}`)).body)).status).toBe(
      200,
    );
    const { body: changed } = await own.get(`/Users/${ada.id}`);
    expect((await own.patch(`/Users/${ada.id}`, [{ op: 'replace', value: changed }])).status).toBe(200);
    expect(ignored()).toEqual([]);
    await own.put(`/Users/${ada.id}`, { ...user, groups: [], id: NOBODY });
    expect(ignored()).toEqual([['groups', 'id']]);
    expect(lines.filter(({ ignored: names }) => names)).toMatchObject([
      { level: 40, msg: 'parts of the request were ignored', operation: 'replace', credential: 'test' },
    ]);
  },
);

it('shows no name that can be none of an attribute', async () => {
  const body = { 'ada@example.com': 1, 'line\nbreak': 2, [`rollcall_${'x'.repeat(43)}`]: 3, shoeSize: 4 };
  await client.post('/Users', userBody(body));
  expect(ignored()).toEqual([['shoeSize', '…', 'line break'].sort()]);
});

it('says nothing where nothing was left out', async () => {
  const { id } = await createUser(client, { nickName: 'n', password: 'canary' });
  await client.patch(`/Users/${id}`, [{ op: 'replace', path: 'nickName', value: 'm' }]);
  expect(ignored()).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain('canary');
});

it('a refusal is one line with its company and detail', async () => {
  const answer = await client.post('/Users', userBody({ active: 'perhaps' }));
  expectRefusal(answer, 400, 'invalidValue', /active/);
  const refusals = lines.filter(({ detail }) => detail !== undefined);
  expect(refusals).toEqual([expect.objectContaining({ company: slug, detail: answer.body.detail })]);
});
