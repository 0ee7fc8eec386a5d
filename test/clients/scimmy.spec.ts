import SCIMMY from 'scimmy';
import { startTestApplication, type TestApplication, type TestCompany } from '../support/application.js';

// SCIMMY has no HTTP of its own: it makes messages and filters, and reads resources against its own copy of the schemas,
// so that an answer that does not fit those is an error. `fetch` carries them.

const { ErrorResponse, ListResponse, PatchOp, SearchRequest } = SCIMMY.Messages;
const { EnterpriseUser, Group, ResourceType, ServiceProviderConfig, User } = SCIMMY.Schemas;
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what is found in a body is what is tested
type Body = any;

let application: TestApplication;
let company: TestCompany;

beforeAll(async () => {
  User.definition.extend(EnterpriseUser.definition);
  application = await startTestApplication();
  company = await application.company();
});
afterAll(() => application.close());

describe.each(['lenient', 'strict'] as const)('with a %s token', (dialect) => {
  let token: string;
  beforeAll(async () => {
    token = await company.token(dialect);
  });

  const send = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Body }> => {
    const answer = await fetch(`${application.base}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const readUser = (body: Body): Body => new User(body, 'out');
  const readGroup = (body: Body): Body => new Group(body, 'out');
  const change = (id: string, ...Operations: object[]): Promise<{ status: number; body: Body }> =>
    send('PATCH', `/Groups/${id}`, new PatchOp({ schemas: [PATCH_OP], Operations } as never));

  it('its resources are taken, and ours fit its schemas', async () => {
    const sent = new User(
      {
        userName: `ada@${dialect}`,
        name: { givenName: 'Ada', familyName: 'Byron' },
        emails: [{ value: `ada@${dialect}.example.com`, type: 'work', primary: true }],
        active: true,
        [ENTERPRISE]: { department: 'Tours' },
      },
      'in',
    );
    const created = await send('POST', '/Users', sent);
    expect(created.status).toBe(201);
    const user = readUser(created.body);
    expect(user).toMatchObject({
      id: created.body.id,
      userName: `ada@${dialect}`,
      name: { givenName: 'Ada', familyName: 'Byron' },
      meta: { resourceType: 'User', location: created.body.meta.location },
    });
    expect((await send('PUT', `/Users/${user.id}`, user)).status).toBe(200);
    expect((await send('DELETE', `/Users/${user.id}`)).status).toBe(204);
  });

  it('members are added and removed by its PatchOp messages', async () => {
    const ids: string[] = [];
    for (const name of ['bob', 'cid']) {
      ids.push((await send('POST', '/Users', new User({ userName: `${name}@${dialect}` }, 'in'))).body.id);
    }
    const [bob = '', cid = ''] = ids;
    const created = await send('POST', '/Groups', new Group({ displayName: `Guides ${dialect}` }, 'in'));
    const { id } = readGroup(created.body);
    const value = ids.map((member) => ({ value: member }));
    expect((await change(id, { op: 'add', path: 'members', value })).status).toBe(204);
    const group = readGroup((await send('GET', `/Groups/${id}`)).body);
    expect(group.members.map((member: Body) => member.value)).toEqual([bob, cid]);
    expect((await change(id, { op: 'remove', path: `members[value eq "${bob}"]` })).status).toBe(204);
    expect(readGroup((await send('GET', `/Groups/${id}`)).body).members).toMatchObject([{ value: cid }]);
    expect((await send('DELETE', `/Groups/${id}`)).status).toBe(204);
  });

  it('its filters find, by GET and by SearchRequest, and pages are ListResponses', async () => {
    const names = Array.from({ length: 5 }, (_, index) => `page-${dialect}-${index}`);
    for (const userName of names) await send('POST', '/Users', new User({ userName }, 'in'));
    const filter = new SCIMMY.Types.Filter([
      { userName: ['sw', `page-${dialect}`], active: ['eq', true] },
    ] as never).expression;
    const found: string[] = [];
    for (let startIndex = 1; startIndex <= names.length; startIndex += 2) {
      const query = new URLSearchParams({
        filter,
        startIndex: String(startIndex),
        count: '2',
        sortBy: 'userName',
      });
      const page = new ListResponse((await send('GET', `/Users?${query.toString()}`)).body);
      expect([page.totalResults, page.startIndex]).toEqual([names.length, startIndex]);
      found.push(...page.Resources.map((user: Body) => readUser(user).userName as string));
    }
    expect(found).toEqual(names);
    const request = new SearchRequest().prepare({ filter, count: 2 });
    const { status, body } = await send('POST', '/Users/.search', request);
    expect([status, new ListResponse(body).totalResults]).toEqual([200, names.length]);
  });

  it('it reads what describes the server, and errors', async () => {
    const config = await send('GET', '/ServiceProviderConfig');
    expect(new ServiceProviderConfig(config.body)).toMatchObject({ patch: { supported: true } });
    const types = new ListResponse((await send('GET', '/ResourceTypes')).body);
    expect(types.Resources.map((type: Body) => (new ResourceType(type) as Body).name)).toEqual([
      'User',
      'Group',
    ]);
    const refused = await send('POST', '/Users', new User({ userName: `page-${dialect}-0` }, 'in'));
    // What it knows as an error it throws.
    const read = (): unknown => new ErrorResponse(refused.body as object);
    expect(read).toThrow(expect.objectContaining({ scimType: 'uniqueness' }));
    expect(read).toThrow(SCIMMY.Types.Error);
  });
});
