import { randomUUID } from 'node:crypto';
import { isCreated, isEmptyList, isGroupWithoutMembers, isListOf, isResource } from './checks.js';
import {
  type ExpectedCompany,
  type ExpectedGroup,
  type ExpectedResource,
  type ExpectedUser,
} from './expected-company.js';
import { makeGroup, makeUsers } from './people.js';
import { type ClientProfile, type ScimClient } from './scim-client.js';
import { patchOf, requireId, type Step } from './step.js';

export const ENTRA: ClientProfile = {
  name: 'Entra ID',
  headers: {},
  contentType: 'application/scim+json; charset=utf-8',
  contentTypeAlways: false,
};

const USERS = 200;
const GROUP_NAMES = [
  'All Staff',
  'Engineering',
  'Finance',
  'Human Resources',
  'Legal',
  'Marketing',
  'Operations',
  'Procurement',
  'Quality',
  'Research & Development',
  'Sales – EMEA',
  'Sales – Americas',
  'Sécurité',
  'Support',
  'Travel',
  'VPN Users',
  'Printers (2nd floor)',
  'Projekt "Übersicht"',
  'On Call',
  'Works Council',
];
/** How many members one request adds. The largest group needs several requests. */
const MEMBERS_PER_REQUEST = 25;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What Entra ID sends in the first provisioning cycle of a new application, and the changes of later cycles. */
export function entraCycle(company: ExpectedCompany): readonly Step[] {
  const users = makeUsers('entra', USERS);
  const groups = GROUP_NAMES.map(makeGroup);
  const [allStaff, engineering] = groups as [ExpectedGroup, ExpectedGroup];
  const memberships = groups.map((group, index) => [group, choose(users, index + 1)] as const);
  return [
    testConnection(),
    ...users.map((user, index) => createUser(company, user, index % 2 === 0)),
    ...groups.map((group) => createGroup(company, group)),
    ...memberships.flatMap(([group, members]) =>
      chunk(members, MEMBERS_PER_REQUEST).map((some) => addMembers(group, some)),
    ),
    addMembers(allStaff, [engineering]),
    ...users.slice(1, 21).map((user, index) => setManager(user, users[0]!, index % 2 === 0)),
    ...users.slice(20, 40).map(renameUser),
    ...groups.slice(3, 8).map(renameGroup),
    ...memberships
      .slice(5, 15)
      .flatMap(([group, members]) => [
        removeMembers(group, members.slice(0, 1)),
        addMembers(group, members.slice(1, 1 + MEMBERS_PER_REQUEST)),
      ]),
    ...memberships.slice(0, 4).map(([group, members]) => removeMembers(group, members.slice(2, 7))),
    ...users.slice(40, 50).map((user) => setActive(user, false)),
    ...users.slice(40, 43).map((user) => setActive(user, true)),
    ...[users[60]!, users[61]!, groups[19]!].map((resource) => remove(company, resource)),
  ];
}

/** Every `step`-th user, so that groups have different sizes and overlap. */
const choose = (users: readonly ExpectedUser[], step: number): readonly ExpectedUser[] =>
  users.filter((_, index) => index % step === 0);

const chunk = <T>(all: readonly T[], size: number): (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );

const step = (title: string, play: (client: ScimClient) => Promise<void>): Step => ({
  client: ENTRA,
  title: `${ENTRA.name}: ${title}`,
  play,
});

/** Encodes a filter as Entra ID does, with plus signs for blanks. */
const encode = (filter: string): string => encodeURIComponent(filter).replaceAll('%20', '+');

const quoteLiteral = (value: string): string => JSON.stringify(value);

const matchUser = (userName: string): string =>
  `/Users?filter=${encode(`userName eq ${quoteLiteral(userName)}`)}`;

const matchGroup = (displayName: string): string =>
  `/Groups?excludedAttributes=members&filter=${encode(`displayName eq ${quoteLiteral(displayName)}`)}`;

const testConnection = (): Step =>
  step('test connection', async (client) => {
    await client.send({ method: 'GET', path: matchUser(randomUUID()), status: [200], check: isEmptyList });
    await client.send({ method: 'GET', path: matchGroup(randomUUID()), status: [200], check: isEmptyList });
    await client.send({ method: 'GET', path: '/Schemas', status: [200] });
  });

const createUser = (company: ExpectedCompany, user: ExpectedUser, withNulls: boolean): Step =>
  step('create user', async (client) => {
    await client.send({ method: 'GET', path: matchUser(user.userName), status: [200], check: isEmptyList });
    company.users.add(user);
    await client.send({
      method: 'POST',
      path: '/Users',
      status: [201],
      check: isCreated(user),
      body: {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
        externalId: user.externalId,
        userName: user.userName,
        active: true,
        displayName: user.displayName,
        emails: [{ primary: true, type: 'work', value: user.email }],
        meta: { resourceType: 'User' },
        name: {
          formatted: user.displayName,
          familyName: user.familyName,
          givenName: user.givenName,
        },
        ...(withNulls && {
          addresses: null,
          phoneNumbers: null,
          title: null,
          department: null,
          manager: null,
        }),
      },
    });
  });

const createGroup = (company: ExpectedCompany, group: ExpectedGroup): Step =>
  step('create group', async (client) => {
    await client.send({
      method: 'GET',
      path: matchGroup(group.displayName),
      status: [200],
      check: isEmptyList,
    });
    company.groups.add(group);
    await client.send({
      method: 'POST',
      path: '/Groups',
      status: [201],
      check: isCreated(group),
      body: {
        schemas: [
          'urn:ietf:params:scim:schemas:core:2.0:Group',
          'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
        ],
        externalId: group.externalId,
        displayName: group.displayName,
        meta: { resourceType: 'Group' },
      },
    });
  });

const memberValues = (members: readonly ExpectedResource[]): object[] =>
  members.map((member) => ({ $ref: null, value: requireId(member) }));

const addMembers = (group: ExpectedGroup, members: readonly ExpectedResource[]): Step =>
  step('add members', async (client) => {
    for (const member of members) group.members.add(member);
    await client.send({
      method: 'PATCH',
      path: `/Groups/${requireId(group)}`,
      status: [204, 200],
      check: isResource(group),
      body: patchOf({ op: 'Add', path: 'members', value: memberValues(members) }),
    });
  });

const removeMembers = (group: ExpectedGroup, members: readonly ExpectedResource[]): Step =>
  step('remove members', async (client) => {
    for (const member of members) group.members.delete(member);
    await client.send({
      method: 'PATCH',
      path: `/Groups/${requireId(group)}`,
      status: [204, 200],
      check: isResource(group),
      body: patchOf({ op: 'Remove', path: 'members', value: memberValues(members) }),
    });
  });

/** Entra ID first asks whether the user has this manager, then sets it. It is set in one of two forms. */
const setManager = (user: ExpectedUser, manager: ExpectedUser, asArray: boolean): Step =>
  step('set manager', async (client) => {
    const id = requireId(user);
    const managerId = requireId(manager);
    const reference = `id eq ${quoteLiteral(id)} and manager eq ${quoteLiteral(managerId)}`;
    const path = `/Users?filter=${encode(reference)}&attributes=id`;
    await client.send({ method: 'GET', path, status: [200], check: isEmptyList });
    user.manager = manager;
    await client.send({
      method: 'PATCH',
      path: `/Users/${id}`,
      status: [200, 204],
      check: isResource(user),
      body: patchOf(
        asArray
          ? {
              op: 'Add',
              path: `${ENTERPRISE}:manager`,
              value: [{ $ref: `${client.base}/Users/${managerId}`, value: managerId }],
            }
          : { op: 'Add', path: `${ENTERPRISE}:manager`, value: managerId },
      ),
    });
    await client.send({ method: 'GET', path, status: [200], check: isListOf(user, { onlyId: true }) });
  });

const renameUser = (user: ExpectedUser): Step =>
  step('rename user', async (client) => {
    const path = `/Users/${requireId(user)}`;
    await client.send({ method: 'GET', path, status: [200], check: isResource(user) });
    user.familyName = `${user.familyName}-Ångström`;
    user.displayName = `${user.givenName} ${user.familyName}`;
    user.userName = `renamed.${user.userName}`;
    user.email = user.userName;
    await client.send({
      method: 'PATCH',
      path,
      status: [200, 204],
      check: isResource(user),
      body: patchOf(
        { op: 'Replace', path: 'displayName', value: user.displayName },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: user.email },
        { op: 'Replace', path: 'name.familyName', value: user.familyName },
        { op: 'Replace', path: 'userName', value: user.userName },
      ),
    });
  });

const renameGroup = (group: ExpectedGroup): Step =>
  step('rename group', async (client) => {
    const path = `/Groups/${requireId(group)}`;
    await client.send({
      method: 'GET',
      path: `${path}?excludedAttributes=members`,
      status: [200],
      check: isGroupWithoutMembers(group),
    });
    group.displayName = `${group.displayName} (new)`;
    await client.send({
      method: 'PATCH',
      path,
      status: [204, 200],
      check: isResource(group),
      body: patchOf({ op: 'Replace', path: 'displayName', value: group.displayName }),
    });
    await client.send({
      method: 'GET',
      path: matchGroup(group.displayName),
      status: [200],
      check: isListOf(group),
    });
  });

/** A disabled user must still be found. Otherwise the next cycle would create the user again. */
const setActive = (user: ExpectedUser, active: boolean): Step =>
  step(active ? 'enable user' : 'disable user', async (client) => {
    user.active = active;
    await client.send({
      method: 'PATCH',
      path: `/Users/${requireId(user)}`,
      status: [200, 204],
      check: isResource(user),
      body: patchOf({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
    });
    await client.send({
      method: 'GET',
      path: matchUser(user.userName),
      status: [200],
      check: isListOf(user),
    });
  });

const remove = (company: ExpectedCompany, resource: ExpectedResource): Step =>
  step(resource.kind === 'User' ? 'delete user' : 'delete group', async (client) => {
    company.delete(resource);
    const path = `/${resource.kind}s/${requireId(resource)}`;
    await client.send({ method: 'DELETE', path, status: [204] });
    await client.send({ method: 'GET', path, status: [404] });
  });
