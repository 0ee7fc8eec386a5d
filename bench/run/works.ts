import { type CompanyAccess } from '../database.js';
import { type LoadRequest } from '../load/exchange.js';
import { bulkOf, externalIdOf, patchOf, userNameOf, userResource } from '../load/resources.js';
import { type WorkName } from '../parts.js';
import { type BenchData, BULK, firstMember, GROUP_MEMBERS, groupName, REALM, USERS } from './data.js';

/** One kind of request that servers are compared by. */
export interface Work {
  readonly name: WorkName;
  readonly title: string;
  /** The least part of the floor's rate that Rollcall is to reach. */
  readonly goal?: number;
  /** How many requests are under way at once. */
  readonly connections: number;
  /** @param sender distinguishes the servers, whose changes must not meet; `n` counts the requests of each */
  readonly request: (sender: number, n: number) => LoadRequest;
  /** Looks into the body of each answer. */
  readonly accepts?: (body: string) => boolean;
}

/** The companies that the requests are for. */
export interface WorkCompanies {
  /** With all the data, which stays as large as it is. */
  readonly settled: CompanyAccess;
  /** Where users are made. */
  readonly growing: CompanyAccess;
}

const CONNECTIONS = 16;
/** Spreads what follows one another over all of the data. */
const STRIDE = 7919;
/** Where it begins: a user with a manager. */
const FIRST = 5_000;
/** How many changes of a group's members one server makes with users that no other one uses. */
const NEWCOMERS = 500;

export function worksOf(data: BenchData, { settled, growing }: WorkCompanies): readonly Work[] {
  const { token } = settled;
  const user = (n: number): number => (FIRST + n * STRIDE) % USERS;
  const userId = (n: number): string => data.users[n % USERS]!.id;
  const get = (path: string): LoadRequest => ({ method: 'GET', path, token });
  const find = (type: string, filter: string, more = ''): LoadRequest =>
    get(`/${type}?filter=${encodeURIComponent(filter)}${more}`);
  return [
    {
      name: 'get-user',
      title: 'GET one user',
      goal: 0.45,
      connections: CONNECTIONS,
      request: (_, n) => get(`/Users/${userId(user(n))}`),
    },
    {
      name: 'user-name',
      title: '`userName eq`',
      goal: 0.4,
      connections: CONNECTIONS,
      request: (_, n) => find('Users', `userName eq "${userNameOf(REALM, user(n))}"`),
    },
    {
      name: 'external-id',
      title: '`externalId eq`',
      connections: CONNECTIONS,
      request: (_, n) => find('Users', `externalId eq "${externalIdOf(REALM, user(n))}"`),
    },
    {
      name: 'email',
      title: '`emails[type eq "work"].value eq`',
      connections: CONNECTIONS,
      request: (_, n) => find('Users', `emails[type eq "work"].value eq "${userNameOf(REALM, user(n))}"`),
    },
    {
      name: 'group-name',
      title: '`displayName eq` of groups, without members',
      connections: CONNECTIONS,
      request: (_, n) =>
        find(
          'Groups',
          `displayName eq "${groupName(n % data.groups.length)}"`,
          '&excludedAttributes=members',
        ),
    },
    {
      name: 'list-users',
      title: 'list of 100 users',
      goal: 0.5,
      connections: CONNECTIONS,
      request: () => get('/Users?count=100'),
    },
    {
      name: 'get-group',
      title: `GET group of ${GROUP_MEMBERS} members`,
      goal: 0.5,
      connections: CONNECTIONS,
      request: (_, n) => get(`/Groups/${data.groups[n % data.groups.length]!.id}`),
    },
    {
      name: 'patch-user',
      title: 'PATCH of a user',
      connections: CONNECTIONS,
      request: (sender, n) => ({
        method: 'PATCH',
        path: `/Users/${userId(user(n))}`,
        body: patchOf({ op: 'replace', path: 'title', value: `Engineer ${sender} ${n}` }),
        token,
      }),
    },
    {
      name: 'patch-member',
      title: `PATCH one member of ${GROUP_MEMBERS}`,
      goal: 0.6,
      connections: CONNECTIONS,
      request: (sender, n) => patchMember(data, sender, n, token),
    },
    {
      name: 'put-group',
      title: `PUT of a group of ${USERS.toLocaleString('en')} members, with one change`,
      connections: data.largeGroups.length,
      request: putGroup(data, token),
    },
    {
      name: 'post-user',
      title: 'POST user',
      goal: 0.65,
      connections: CONNECTIONS,
      request: (sender, n) => ({
        method: 'POST',
        path: '/Users',
        body: JSON.stringify(userResource(`post-${sender}`, n)),
        token: growing.token,
      }),
    },
    {
      name: 'bulk',
      title: `Bulk of ${BULK.toLocaleString('en')} new users`,
      connections: 2,
      request: (sender, n) => ({
        method: 'POST',
        path: '/Bulk',
        body: bulkOf(
          Array.from({ length: BULK }, (_, index) => userResource(`bulk-${sender}`, n * BULK + index)),
        ),
        token: growing.token,
      }),
      accepts: (body) => body.split('"status":"201"').length === BULK + 1,
    },
  ];
}

/** Adds a user to each group in turn, then takes the same user out again, so that each request changes something. */
function patchMember({ groups, users }: BenchData, sender: number, n: number, token: string): LoadRequest {
  const group = n % groups.length;
  const turn = Math.floor(n / groups.length);
  const newcomer = sender * NEWCOMERS + (Math.floor(turn / 2) % NEWCOMERS);
  const { id } = users[(firstMember(group) + GROUP_MEMBERS + newcomer) % USERS]!;
  return {
    method: 'PATCH',
    path: `/Groups/${groups[group]!.id}`,
    body: patchOf(
      turn % 2 === 0
        ? { op: 'add', path: 'members', value: [{ value: id }] }
        : { op: 'remove', path: `members[value eq "${id}"]` },
    ),
    token,
  };
}

/** Writes all members of a large group again and again, with the last user and without. */
function putGroup({ largeGroups, users }: BenchData, token: string): Work['request'] {
  const bodies = largeGroups.map(({ resource }) => {
    const without = JSON.stringify(resource);
    const last = JSON.stringify({ value: users.at(-1)!.id });
    return [without.replace(/\]\}$/, `,${last}]}`), without] as const;
  });
  return (_, n) => {
    const group = n % largeGroups.length;
    const isWith = Math.floor(n / largeGroups.length) % 2 === 0;
    return {
      method: 'PUT',
      path: `/Groups/${largeGroups[group]!.id}`,
      body: bodies[group]![isWith ? 0 : 1],
      token,
    };
  };
}
