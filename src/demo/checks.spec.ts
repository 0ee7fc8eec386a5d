import { compareMembers, compareResource, isCreated, isEmptyList, isListOf } from './checks.js';
import { type ExpectedGroup, type ExpectedUser } from './expected-company.js';
import { makeGroup, makeUsers } from './people.js';
import { type Answer, type JsonObject } from './scim-client.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const answer = (body: JsonObject, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  headers: new Headers(headers),
  body,
  text: '',
});

function userAndManager(): [ExpectedUser, ExpectedUser] {
  const [user, manager] = makeUsers('test', 2) as [ExpectedUser, ExpectedUser];
  user.id = 'u1';
  manager.id = 'u2';
  user.manager = manager;
  return [user, manager];
}

/** The representation of a user from a server without faults. */
const representationOf = (user: ExpectedUser): JsonObject => ({
  id: user.id,
  externalId: user.externalId,
  userName: user.userName,
  displayName: user.displayName,
  name: { givenName: user.givenName, familyName: user.familyName },
  emails: [{ type: 'work', value: user.email }],
  active: user.active,
  meta: { resourceType: 'User' },
  [ENTERPRISE]: { manager: { value: user.manager?.id } },
});

describe('compareResource', () => {
  it('is content with what was sent', () => {
    const [user] = userAndManager();
    expect(compareResource(user, representationOf(user))).toEqual([]);
  });

  it.each([
    ['id', 'other'],
    ['externalId', undefined],
    ['userName', 'ADA'],
    ['displayName', ''],
    ['active', 'true'],
    ['active', false],
    ['name', { givenName: 'Ada' }],
    ['name', { familyName: 'Nguyen' }],
    ['emails', []],
    ['emails', [{ value: 'other@test.example' }]],
    ['meta', { resourceType: 'Group' }],
    ['meta', null],
    [ENTERPRISE, { manager: { value: 'u3' } }],
    [ENTERPRISE, undefined],
    ['password', 'echoed'],
  ])('tells that %s is %j', (attribute, value) => {
    const [user] = userAndManager();
    expect(compareResource(user, { ...representationOf(user), [attribute]: value })).toHaveLength(1);
  });

  it('never shows a password', () => {
    const [user] = userAndManager();
    const problems = compareResource(user, { ...representationOf(user), password: 'canary' });
    expect(JSON.stringify(problems)).not.toContain('canary');
  });
});

describe('compareMembers', () => {
  const group: ExpectedGroup = makeGroup('Staff');
  for (const user of userAndManager()) group.members.add(user);

  it.each([[['u1', 'u2']], [['u2', 'u1']]])('is content with %j in any order', (ids) => {
    expect(compareMembers(group, { members: ids.map((value) => ({ value })) })).toEqual([]);
  });

  it.each([
    [[], 'missing: '],
    [['u1'], 'missing: zoe.nguyen.2@test.example'],
    [['u1', 'u2', 'u3'], 'still or wrongly there: ["u3"]'],
    [['u1', 'u2', 'u2'], '["u1","u2","u2"]'],
  ])('is not content with %j', (ids, received) => {
    expect(compareMembers(group, { members: ids.map((value) => ({ value })) })).toEqual([
      { expected: expect.any(String), received: expect.stringContaining(received) },
    ]);
  });

  it('wants the key', () => {
    expect(compareMembers(makeGroup('Empty'), {})).toHaveLength(1);
    expect(compareMembers(makeGroup('Empty'), { members: [] })).toEqual([]);
  });
});

describe('the checks of answers', () => {
  it('takes over the id of what was created, and wants its Location', () => {
    const [user] = userAndManager();
    const body = { ...representationOf(user), id: 'new' };
    const location = 'http://localhost/standard/scim/v2/Users/new';
    expect(isCreated(user)(answer(body, { location }))).toEqual([]);
    expect(user.id).toBe('new');
    expect(isCreated(user)(answer(body))).toHaveLength(1);
    expect(isCreated(user)(answer(body, { location: `${location}er` }))).toHaveLength(1);
    expect(isCreated(user)(answer({}))).toHaveLength(1);
  });

  it('wants totals as numbers, and lists even when they are empty', () => {
    expect(isEmptyList(answer({ totalResults: 0, Resources: [] }))).toEqual([]);
    expect(isEmptyList(answer({ totalResults: '0', Resources: [] }))).toHaveLength(1);
    expect(isEmptyList(answer({ totalResults: 0 }))).toHaveLength(1);
  });

  it('wants exactly the one resource, a group without members', () => {
    const group = { ...makeGroup('Staff'), id: 'g1' };
    const { id, externalId, displayName } = group;
    const found = { id, externalId, displayName, meta: { resourceType: 'Group' } };
    const list = (...Resources: JsonObject[]): Answer =>
      answer({ totalResults: Resources.length, Resources });
    expect(isListOf(group)(list(found))).toEqual([]);
    expect(isListOf(group)(list({ ...found, members: [] }))).toHaveLength(1);
    expect(isListOf(group)(list(found, found))).toHaveLength(1);
    expect(isListOf(group, { onlyId: true })(list({ id }))).toEqual([]);
    expect(isListOf(group, { onlyId: true })(list({ id: 'g2' }))).toHaveLength(1);
    expect(isListOf(group)(list())).toHaveLength(2);
  });
});
