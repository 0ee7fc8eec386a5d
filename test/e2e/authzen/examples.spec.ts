import { AuthzenClient } from '../../support/authzen-client.js';
import { AuthzenWorld } from './world.js';

// The examples of the Authorization API 1.0 in its final form (https://openid.net/specs/authorization-api-1_0.html, approved
// in January 2026), by the titles that it gives them. Those of its Decision Context only show what others may send. What they
// ask of accounts and documents is denied here, in the form that they show; the same questions about groups are answered as
// they show it.

const ALICE = { type: 'user', id: 'alice@example.com' };
const TIME = '2024-05-31T15:22-07:00';
const CAN_READ = { name: 'can_read' };
const document = (id: string): object => ({ type: 'document', id });
const DENIED = { decision: false, context: { reason: 'unknown_action' } };

let world: AuthzenWorld;
let client: AuthzenClient;
let alice: string;
let bob: string;

beforeAll(async () => {
  world = await AuthzenWorld.open();
  const scim = await world.acme.client();
  alice = await world.user(scim, 'alice@example.com');
  bob = await world.user(scim, 'bob@example.com');
  await world.group(scim, '1', [alice, bob]);
  await world.group(scim, '2', [bob]);
  await world.group(scim, '3', [await world.group(scim, 'inner', [alice])]);
  client = new AuthzenClient(world.service, `Bearer ${await world.acme.token('lenient', ['scim:read'])}`);
});
afterAll(() => world.close());

/** What the examples ask about documents, asked about groups. */
const asUser = { ...ALICE, properties: { idType: 'userName' } };
const inGroup = (id: string): object => ({ type: 'group', id, properties: { idType: 'displayName' } });
const MEMBER = { name: 'member' };

describe('§6 Access Evaluation', () => {
  it('Example Request', async () => {
    const { status, headers, body } = await client.post('/evaluation', {
      subject: ALICE,
      resource: { type: 'account', id: '123' },
      action: { name: 'can_read', properties: { method: 'GET' } },
      context: { time: '1985-10-26T01:22-07:00' },
    });
    expect([status, body]).toEqual([200, DENIED]);
    expect(headers['content-type']).toMatch(/^application\/json\b/);
  });

  it('Example Decision', async () => {
    const request = { subject: asUser, resource: inGroup('1'), action: MEMBER, context: { time: TIME } };
    expect((await client.post('/evaluation', request)).body).toEqual({ decision: true });
    expect((await client.post('/evaluation', { ...request, resource: inGroup('2') })).body).toEqual({
      decision: false,
    });
  });

  it.each([
    ['Example Subject with Additional Property', { ...ALICE, properties: { department: 'Sales' } }],
    [
      'Example Subject with IP Address and Device ID',
      { ...ALICE, properties: { ip_address: '172.217.22.14', device_id: '8:65:ee:17:7e:0b' } },
    ],
  ])('%s', async (_title, { properties, ...subject }) => {
    const named = { ...subject, properties: { ...properties, idType: 'userName' } };
    const request = { subject: named, resource: inGroup('3'), action: MEMBER };
    expect((await client.post('/evaluation', request)).body).toEqual({ decision: true });
  });

  it.each([
    ['Example Resource', { type: 'book', id: '123' }],
    [
      'Example Resource with Additional Property',
      {
        type: 'book',
        id: '123',
        properties: { library_record: { title: 'AuthZEN in Action', isbn: '978-0593383322' } },
      },
    ],
  ])('%s', async (_title, resource) => {
    const { body } = await client.post('/evaluation', { subject: asUser, resource, action: MEMBER });
    expect(body).toEqual({ decision: false, context: { reason: 'unknown_resource_type' } });
  });

  it('Example Context with a reference to a JSON schema', async () => {
    const schema = 'https://schema.example.com/access-request.schema.json';
    const context = { time: '1985-10-26T01:22-07:00', schema };
    const request = { subject: asUser, resource: inGroup('1'), action: MEMBER, context };
    expect((await client.post('/evaluation', request)).body).toEqual({ decision: true });
  });

  it('Example Action with properties for extending a book loan', async () => {
    const action = { name: 'extend-loan', properties: { period: '2W' } };
    const { body } = await client.post('/evaluation', { subject: asUser, resource: inGroup('1'), action });
    expect(body).toEqual(DENIED);
  });
});

describe('§7 Access Evaluations', () => {
  const files = ['boxcarring.md', 'subject-search.md', 'resource-search.md'];

  it('three requests with no default values', async () => {
    const evaluations = files.map((file) => ({
      subject: ALICE,
      action: CAN_READ,
      resource: document(file),
      context: { time: TIME },
    }));
    const { status, body } = await client.post('/evaluations', { evaluations });
    expect([status, body]).toEqual([200, { evaluations: [DENIED, DENIED, DENIED] }]);
  });

  it('three requests that refer to a single subject and context', async () => {
    const request = { subject: ALICE, context: { time: TIME } };
    const ofFiles = files.map((file) => ({ action: CAN_READ, resource: document(file) }));
    expect((await client.post('/evaluations', { ...request, evaluations: ofFiles })).body).toEqual({
      evaluations: [DENIED, DENIED, DENIED],
    });
    const ofGroups = ['1', '2', '3'].map((group) => ({ action: MEMBER, resource: inGroup(group) }));
    const { body } = await client.post('/evaluations', {
      ...request,
      subject: asUser,
      evaluations: ofGroups,
    });
    expect(body).toEqual({ evaluations: [{ decision: true }, { decision: false }, { decision: true }] });
  });

  it('a default value for action that is overridden by the third request', async () => {
    const { body } = await client.post('/evaluations', {
      subject: asUser,
      context: { time: TIME },
      action: MEMBER,
      evaluations: [
        { resource: inGroup('1') },
        { resource: inGroup('3') },
        { action: { name: 'direct_member' }, resource: inGroup('3') },
      ],
    });
    expect(body).toEqual({ evaluations: [{ decision: true }, { decision: true }, { decision: false }] });
  });

  it('the options field', async () => {
    const { status, body } = await client.post('/evaluations', {
      evaluations: [{ resource: { type: 'doc', id: '1' }, subject: { type: 'doc', id: '2' } }],
      options: { evaluations_semantic: 'execute_all', another_option: 'value' },
    });
    const error = { status: 400, message: 'action is missing: an object is required.' };
    expect([status, body]).toEqual([200, { evaluations: [{ decision: false, context: { error } }] }]);
  });

  it.each([
    ['execute_all', [{ decision: true }, { decision: false }, { decision: true }]],
    [
      'deny_on_first_deny',
      [{ decision: true }, { decision: false, context: { code: '200', reason: 'deny_on_first_deny' } }],
    ],
    ['permit_on_first_permit', [{ decision: true }]],
  ])('Evaluate action for three resources: %s', async (semantic, evaluations) => {
    const { body } = await client.post('/evaluations', {
      subject: asUser,
      action: MEMBER,
      options: { evaluations_semantic: semantic },
      evaluations: ['1', '2', '3'].map((group) => ({ resource: inGroup(group) })),
    });
    expect(body).toEqual({ evaluations });
  });
});

describe('§8 Search', () => {
  it('Example initial and second request of three results with a limit of two', async () => {
    const request = { subject: asUser, action: MEMBER, resource: { type: 'group' } };
    const first = await client.post('/search/resource', { ...request, page: { limit: 2 } });
    expect(first.body).toEqual({
      page: { next_token: expect.stringMatching(/./), count: 2 },
      results: [
        { type: 'group', id: expect.any(String) },
        { type: 'group', id: expect.any(String) },
      ],
    });
    expect(Object.keys(first.body)[0]).toBe('page');
    const token = String(first.body.page.next_token);
    const second = await client.post('/search/resource', { ...request, page: { token } });
    expect(second.body).toEqual({
      page: { next_token: '', count: 1 },
      results: [{ type: 'group', id: expect.any(String) }],
    });
    const results = [...first.body.results, ...second.body.results] as object[];
    const evaluations = results.map((resource) => ({ resource }));
    const { body } = await client.post('/evaluations', { subject: asUser, action: MEMBER, evaluations });
    expect(body.evaluations).toEqual(results.map(() => ({ decision: true })));
  });

  it('Example Subject Search', async () => {
    const asked = {
      subject: { type: 'user' },
      action: CAN_READ,
      resource: { type: 'account', id: '123' },
      context: { time: '2024-10-26T01:22-07:00' },
    };
    expect((await client.post('/search/subject', asked)).body).toEqual({
      page: { next_token: '', count: 0 },
      context: { reason: 'unknown_action' },
      results: [],
    });
    const members = { ...asked, action: MEMBER, resource: inGroup('1') };
    expect((await client.post('/search/subject', members)).body).toEqual({
      page: { next_token: '', count: 2 },
      results: [
        { type: 'user', id: alice },
        { type: 'user', id: bob },
      ],
    });
  });

  it('Example Resource Search', async () => {
    const asked = { subject: ALICE, action: CAN_READ, resource: { type: 'account' } };
    expect((await client.post('/search/resource', asked)).body).toMatchObject({ results: [] });
    const direct = { subject: asUser, action: { name: 'direct_member' }, resource: { type: 'group' } };
    expect((await client.post('/search/resource', direct)).body.results).toHaveLength(2);
  });

  it('Example Action Search', async () => {
    const context = { time: '2024-10-26T01:22-07:00' };
    const account = { subject: ALICE, resource: { type: 'account', id: '123' }, context };
    expect((await client.post('/search/action', account)).body).toMatchObject({ results: [] });
    const ask = async (group: string): Promise<unknown> =>
      (await client.post('/search/action', { subject: asUser, resource: inGroup(group), context })).body
        .results;
    expect(await ask('1')).toEqual([{ name: 'member' }, { name: 'direct_member' }]);
    expect(await ask('2')).toEqual([]);
    expect(await ask('3')).toEqual([{ name: 'member' }]);
  });
});

describe('§9 Policy Decision Point Metadata', () => {
  it('Policy Decision Point Metadata Response', async () => {
    const answer = await fetch(`${world.service.origin}/.well-known/authzen-configuration`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    const { origin } = world.service;
    expect(await answer.json()).toMatchObject({
      policy_decision_point: origin,
      access_evaluation_endpoint: `${origin}/access/v1/evaluation`,
      search_subject_endpoint: `${origin}/access/v1/search/subject`,
      search_resource_endpoint: `${origin}/access/v1/search/resource`,
    });
  });
});

describe('§10 Transport', () => {
  it.each([
    ['Bad Request, where something required is omitted', '/evaluation', { subject: ALICE }, 400],
    ['the same of a search', '/search/subject', { subject: { type: 'user' }, action: CAN_READ }, 400],
  ])('HTTPS error status codes: %s', async (_title, path, body, expected) => {
    const { status, headers, body: message } = await client.post(path, body);
    expect([status, headers['content-type']]).toEqual([expected, 'text/plain; charset=utf-8']);
    expect(message).toMatch(/is missing/);
  });

  it('Sender Authentication Failure', async () => {
    const { status, headers } = await new AuthzenClient(world.service, null).post('/evaluation', {});
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer realm=/)]);
  });

  it('unknown fields are ignored', async () => {
    const subject = { ...asUser, more: 1 };
    const request = { subject, resource: inGroup('1'), action: { ...MEMBER, more: 1 }, more: [] };
    expect((await client.post('/evaluation', request)).body).toEqual({ decision: true });
  });

  it.each([
    ['/evaluation', { subject: ALICE, resource: { type: 'todo', id: '1' }, action: CAN_READ }],
    ['/evaluations', { subject: ALICE, action: CAN_READ, evaluations: [{ resource: document('a.md') }] }],
    [
      '/search/subject',
      { subject: { type: 'user' }, action: CAN_READ, resource: { type: 'account', id: '1' } },
    ],
    ['/search/resource', { subject: ALICE, action: CAN_READ, resource: { type: 'account' } }],
    ['/search/action', { subject: ALICE, resource: { type: 'account', id: '123' } }],
  ])('Example of an HTTPS request with a Request Id Header: %s', async (path, body) => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';
    const { status, headers } = await client.post(path, body, { 'X-Request-ID': id });
    expect([status, headers['x-request-id']]).toEqual([200, id]);
  });
});
