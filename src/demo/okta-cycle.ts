import { isCreated, isEmptyList, isPage, isResource, isWholeGroup } from './checks.js';
import {
  type ExpectedCompany,
  type ExpectedGroup,
  type ExpectedResource,
  type ExpectedUser,
  nameOf,
} from './expected-company.js';
import { makeGroup, makeUsers } from './people.js';
import { type ClientProfile, type JsonObject, type ScimClient } from './scim-client.js';
import { patchOf, requireId, type Step } from './step.js';

export const OKTA: ClientProfile = {
  name: 'Okta',
  headers: {
    'User-Agent': 'Okta SCIM Client 1.0.0',
    Accept: 'application/scim+json',
    'Accept-Charset': 'utf-8',
    'Accept-Encoding': 'gzip,deflate',
  },
  contentType: 'application/scim+json; charset=utf-8',
  contentTypeAlways: true,
};

const USERS = 24;
const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** The password that Okta sends if none is to be set. */
const PLACEHOLDER = '1mz050nq';

/**
 * What Okta sends for two applications: one made with the wizard, which changes resources by PUT, and one from the
 * catalogue, which changes them by PATCH.
 */
export function oktaCycle(company: ExpectedCompany): readonly Step[] {
  return [saveCredentials(), ...putForm(company), ...patchForm(company)];
}

function putForm(company: ExpectedCompany): readonly Step[] {
  const users = makeUsers('okta-put', USERS);
  const groups = ['Wizard: Everyone', 'Wizard: Admins', 'Wizard: Guests'].map(makeGroup);
  const [everyone, admins] = groups as [ExpectedGroup, ExpectedGroup];
  return [
    ...users.map((user) => createUser(company, user)),
    ...groups.map((group) => pushGroup(company, group)),
    putGroup(everyone, { members: users }),
    putGroup(admins, { members: users.slice(0, 5) }),
    ...users.slice(2, 8).map((user) => putUser(user, { familyName: 'Ægir' })),
    putGroup(admins, { members: users.slice(3, 9), displayName: 'Wizard: Administrators' }),
    putGroup(everyone, { members: users.filter((_, index) => index !== 7) }),
    ...users.slice(10, 14).map((user) => putUser(user, { active: false })),
    putUser(users[10]!, { active: true }),
  ];
}

function patchForm(company: ExpectedCompany): readonly Step[] {
  const users = makeUsers('okta-patch', USERS);
  const groups = ['Catalogue: Everyone', 'Catalogue: Admins', 'Catalogue: Guests', 'Catalogue: Old'].map(
    makeGroup,
  );
  const [everyone, admins, guests, old] = groups as [
    ExpectedGroup,
    ExpectedGroup,
    ExpectedGroup,
    ExpectedGroup,
  ];
  return [
    ...users.map((user) => createUser(company, user)),
    ...groups.map((group) => pushGroup(company, group)),
    replaceMembers(everyone, users),
    replaceMembers(guests, users.slice(0, 3)),
    ...users
      .slice(0, 6)
      .flatMap((user) => [patchGroupName(admins, admins.displayName), changeMembers(admins, [], [user])]),
    patchGroupName(admins, 'Catalogue: Administrators'),
    changeMembers(admins, users.slice(1, 3), [users[9]!]),
    changeMembers(everyone, users.slice(20, 22), []),
    emptyGroup(guests),
    ...users.slice(10, 14).map((user) => patchActive(user, false)),
    patchActive(users[11]!, true),
    unlinkGroup(company, old),
  ];
}

const step = (title: string, play: (client: ScimClient) => Promise<void>): Step => ({
  client: OKTA,
  title: `${OKTA.name}: ${title}`,
  play,
});

const matchPath = (endpoint: string, attribute: string, value: string): string =>
  `/${endpoint}?filter=${encodeURIComponent(`${attribute} eq ${JSON.stringify(value)}`)}&startIndex=1&count=100`;

const saveCredentials = (): Step =>
  step('save credentials', async (client) => {
    await client.send({
      method: 'GET',
      path: '/Users?startIndex=1&count=2',
      status: [200],
      check: isPage,
    });
    await client.send({
      method: 'GET',
      path: '/Groups?startIndex=1&count=100',
      status: [200],
      check: isPage,
    });
  });

const describeUser = (user: ExpectedUser): JsonObject => ({
  userName: user.userName,
  name: { givenName: user.givenName, familyName: user.familyName },
  emails: [{ primary: true, value: user.email, type: 'work' }],
  displayName: user.displayName,
  locale: 'en-US',
  externalId: user.externalId,
  groups: [],
});

const createUser = (company: ExpectedCompany, user: ExpectedUser): Step =>
  step('assign user', async (client) => {
    const path = matchPath('Users', 'userName', user.userName);
    await client.send({ method: 'GET', path, status: [200], check: isEmptyList });
    company.users.add(user);
    await client.send({
      method: 'POST',
      path: '/Users',
      status: [201],
      check: isCreated(user),
      body: { schemas: [USER_SCHEMA], ...describeUser(user), password: PLACEHOLDER, active: true },
    });
  });

/** Okta reads the user and sends the whole answer back with its changes, including read-only attributes. */
const putUser = (
  user: ExpectedUser,
  changes: { readonly familyName?: string; readonly active?: boolean },
): Step =>
  step(
    changes.active === undefined ? 'update profile (PUT)' : 'switch user on or off (PUT)',
    async (client) => {
      const path = `/Users/${requireId(user)}`;
      const read = await client.send({ method: 'GET', path, status: [200], check: isResource(user) });
      user.familyName = changes.familyName ?? user.familyName;
      user.displayName = `${user.givenName} ${user.familyName}`;
      user.active = changes.active ?? user.active;
      await client.send({
        method: 'PUT',
        path,
        status: [200],
        check: isResource(user),
        body: { ...read.body, ...describeUser(user), active: user.active },
      });
    },
  );

const patchActive = (user: ExpectedUser, active: boolean): Step =>
  step('switch user on or off (PATCH)', async (client) => {
    user.active = active;
    await client.send({
      method: 'PATCH',
      path: `/Users/${requireId(user)}`,
      status: [200, 204],
      check: isResource(user),
      body: patchOf({ op: 'replace', value: { active } }),
    });
  });

const pushGroup = (company: ExpectedCompany, group: ExpectedGroup): Step =>
  step('push group', async (client) => {
    const path = matchPath('Groups', 'displayName', group.displayName);
    await client.send({ method: 'GET', path, status: [200], check: isEmptyList });
    company.groups.add(group);
    await client.send({
      method: 'POST',
      path: '/Groups',
      status: [201],
      check: isCreated(group),
      body: {
        schemas: [GROUP_SCHEMA],
        externalId: group.externalId,
        displayName: group.displayName,
        members: [],
      },
    });
    await client.send({
      method: 'GET',
      path: `/Groups/${requireId(group)}`,
      status: [200],
      check: isWholeGroup(group),
    });
  });

const memberValues = (members: readonly ExpectedResource[]): object[] =>
  members.map((member) => ({ value: requireId(member), display: nameOf(member) }));

function setMembers(group: ExpectedGroup, members: readonly ExpectedResource[]): void {
  group.members.clear();
  for (const member of members) group.members.add(member);
}

const putGroup = (
  group: ExpectedGroup,
  { members, displayName }: { readonly members: readonly ExpectedUser[]; readonly displayName?: string },
): Step =>
  step('update group (PUT)', async (client) => {
    const path = `/Groups/${requireId(group)}`;
    await client.send({ method: 'GET', path, status: [200], check: isWholeGroup(group) });
    group.displayName = displayName ?? group.displayName;
    setMembers(group, members);
    await client.send({
      method: 'PUT',
      path,
      status: [200],
      check: isWholeGroup(group),
      body: {
        schemas: [GROUP_SCHEMA],
        id: requireId(group),
        displayName: group.displayName,
        members: memberValues(members),
      },
    });
  });

const patchGroup = (title: string, group: ExpectedGroup, change: () => readonly object[]): Step =>
  step(title, async (client) => {
    const operations = change();
    await client.send({
      method: 'PATCH',
      path: `/Groups/${requireId(group)}`,
      status: [200, 204],
      check: isResource(group),
      body: patchOf(...operations),
    });
  });

const patchGroupName = (group: ExpectedGroup, displayName: string): Step =>
  patchGroup('rename group (PATCH)', group, () => {
    group.displayName = displayName;
    return [{ op: 'replace', value: { id: requireId(group), displayName } }];
  });

const changeMembers = (
  group: ExpectedGroup,
  removed: readonly ExpectedUser[],
  added: readonly ExpectedUser[],
): Step =>
  patchGroup('change members (PATCH)', group, () => {
    for (const member of removed) group.members.delete(member);
    for (const member of added) group.members.add(member);
    return [
      ...removed.map((member) => ({ op: 'remove', path: `members[value eq "${requireId(member)}"]` })),
      ...(added.length > 0 ? [{ op: 'add', path: 'members', value: memberValues(added) }] : []),
    ];
  });

const replaceMembers = (group: ExpectedGroup, members: readonly ExpectedUser[]): Step =>
  patchGroup('push all members (PATCH)', group, () => {
    setMembers(group, members);
    return [{ op: 'replace', path: 'members', value: memberValues(members) }];
  });

const emptyGroup = (group: ExpectedGroup): Step =>
  patchGroup('push an empty group (PATCH)', group, () => {
    setMembers(group, []);
    return [{ op: 'replace', value: { members: [], id: requireId(group), displayName: group.displayName } }];
  });

const unlinkGroup = (company: ExpectedCompany, group: ExpectedGroup): Step =>
  step('unlink group', async (client) => {
    company.delete(group);
    const path = `/Groups/${requireId(group)}`;
    await client.send({ method: 'DELETE', path, status: [204] });
    await client.send({ method: 'GET', path, status: [404] });
  });
