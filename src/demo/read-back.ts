import { compareMembers, compareResource, isPage } from './checks.js';
import {
  type ExpectedCompany,
  type ExpectedResource,
  type ExpectedUser,
  nameOf,
} from './expected-company.js';
import {
  type ClientProfile,
  type JsonObject,
  type ScimClient,
  quoteValue,
  readObjects,
} from './scim-client.js';

const READER: ClientProfile = {
  name: 'Read-back',
  headers: { Accept: 'application/scim+json' },
  contentType: 'application/scim+json',
  contentTypeAlways: false,
};
const PAGE_SIZE = 100;

/** The groups and the numbers of users that the server has. */
export interface FoundCompany {
  readonly groups: readonly { readonly displayName: string; readonly members: number }[];
  readonly active: number;
  readonly inactive: number;
}

/** Reads all users and groups, and reports differences from the expected ones to `client`. */
export async function readBack(client: ScimClient, expected: ExpectedCompany): Promise<FoundCompany> {
  client.begin(READER, 'Read-back: users');
  const users = await readAll(client, '/Users?');
  compareAll(client, users, [...expected.users], (user, found) => compareGroupsOf(user, found, expected));

  client.begin(READER, 'Read-back: groups');
  const listed = await readAll(client, '/Groups?excludedAttributes=members&');
  const groups: JsonObject[] = [];
  for (const { id } of listed) {
    const path = `/Groups/${encodeURIComponent(String(id))}`;
    groups.push((await client.send({ method: 'GET', path, status: [200] })).body);
  }
  compareAll(client, groups, [...expected.groups], compareMembers);

  const active = users.filter((user) => user['active'] === true).length;
  return {
    active,
    inactive: users.length - active,
    groups: groups
      .map((group) => ({
        displayName: String(group['displayName']),
        members: readObjects(group['members']).length,
      }))
      .sort((left, right) => left.displayName.localeCompare(right.displayName, 'en')),
  };
}

/** Reads all pages of a list. */
async function readAll(client: ScimClient, path: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (;;) {
    const { body } = await client.send({
      method: 'GET',
      path: `${path}startIndex=${found.length + 1}&count=${PAGE_SIZE}`,
      status: [200],
      check: isPage,
    });
    const page = readObjects(body['Resources']);
    found.push(...page);
    if (page.length === 0 || found.length >= Number(body['totalResults'])) return found;
  }
}

function compareAll<T extends ExpectedResource>(
  client: ScimClient,
  found: readonly JsonObject[],
  expected: readonly T[],
  compareFurther: (expected: T, found: JsonObject) => readonly { expected: string; received: string }[],
): void {
  const byId = new Map<unknown, JsonObject>(found.map((resource) => [resource['id'], resource]));
  for (const resource of expected) {
    const counterpart = byId.get(resource.id);
    byId.delete(resource.id);
    if (counterpart === undefined) {
      client.report({ expected: nameOf(resource), received: 'nothing' });
      continue;
    }
    for (const problem of [
      ...compareResource(resource, counterpart),
      ...compareFurther(resource, counterpart),
    ]) {
      client.report({ ...problem, expected: `${nameOf(resource)}: ${problem.expected}` });
    }
  }
  for (const surplus of byId.values()) {
    const name = surplus['userName'] ?? surplus['displayName'];
    client.report({ expected: 'nothing', received: quoteValue({ id: surplus['id'], name }) });
  }
  if (found.length > new Set(found.map(({ id }) => id)).size) {
    client.report({ expected: 'every resource on one page', received: 'one of them on two' });
  }
}

function compareGroupsOf(
  user: ExpectedUser,
  found: JsonObject,
  company: ExpectedCompany,
): readonly { expected: string; received: string }[] {
  const direct = readObjects(found['groups']).filter(({ type }) => type !== 'indirect');
  const received = direct.map(({ value }) => String(value)).sort();
  const expected = company.directGroupsOf(user).map(({ id }) => String(id));
  return quoteValue(received) === quoteValue(expected.sort())
    ? []
    : [{ expected: `groups ${quoteValue(expected)}`, received: quoteValue(received) }];
}
