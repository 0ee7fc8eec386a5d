import { type Client } from 'undici';
import { type Progress } from '../../src/demo/progress.js';
import { type CompanyAccess } from '../database.js';
import { exchange, type LoadRequest } from '../load/exchange.js';
import { bulkOf, groupResource, userResource } from '../load/resources.js';

export const REALM = 'bench';
export const USERS = 10_000;
export const BULK = 1_000;
const GROUPS = 64;
export const GROUP_MEMBERS = 500;
const LARGE_GROUPS = 2;

/** A resource as it was sent, and the id that it has. */
export interface Loaded {
  readonly id: string;
  readonly resource: object;
}

/** What the company has that all is measured with. */
export interface BenchData {
  readonly users: readonly Loaded[];
  /** Each of {@link GROUP_MEMBERS} members; the first of group `n` is {@link firstMember} of it. */
  readonly groups: readonly Loaded[];
  /** Of all users but the last. */
  readonly largeGroups: readonly Loaded[];
}

export const groupName = (n: number): string => `Group ${n}`;
export const firstMember = (group: number): number => (group * 131) % USERS;

/** How many steps {@link loadData} takes. */
export const LOADING_STEPS = USERS / BULK + GROUPS + LARGE_GROUPS;

/** Makes the company's users and groups by requests, as an identity provider would. */
export async function loadData(
  client: Client,
  { token }: CompanyAccess,
  progress: Progress,
): Promise<BenchData> {
  const users = await loadUsers(client, token, progress);
  const ids = users.map(({ id }) => id);
  const groups: Loaded[] = [];
  for (let n = 0; n < GROUPS; n += 1) {
    const members = Array.from(
      { length: GROUP_MEMBERS },
      (_, index) => ids[(firstMember(n) + index) % USERS]!,
    );
    groups.push(await loadGroup(client, token, groupResource(groupName(n), members)));
    progress.advance('groups');
  }
  const largeGroups: Loaded[] = [];
  for (let n = 0; n < LARGE_GROUPS; n += 1) {
    largeGroups.push(await loadGroup(client, token, groupResource(`Everybody ${n}`, ids.slice(0, -1))));
    progress.advance('large groups');
  }
  return { users, groups, largeGroups };
}

async function loadUsers(client: Client, token: string, progress: Progress): Promise<Loaded[]> {
  const users: Loaded[] = [];
  while (users.length < USERS) {
    const resources = Array.from({ length: BULK }, (_, index) => {
      const n = users.length + index;
      return userResource(REALM, n, users[(n * 7) % BULK]?.id);
    });
    const body = await read(client, { method: 'POST', path: '/Bulk', body: bulkOf(resources), token });
    const { Operations } = body as { Operations: readonly { location: string }[] };
    users.push(
      ...Operations.map(({ location }, index) => ({
        id: location.slice(location.lastIndexOf('/') + 1),
        resource: resources[index]!,
      })),
    );
    progress.advance('users');
  }
  return users;
}

async function loadGroup(client: Client, token: string, resource: object): Promise<Loaded> {
  const path = '/Groups?attributes=displayName';
  const group = await read(client, { method: 'POST', path, body: JSON.stringify(resource), token });
  return { id: (group as { id: string }).id, resource };
}

/** @throws Error where the answer is not 2xx */
export async function read(client: Client, request: LoadRequest): Promise<unknown> {
  const { status, body } = await exchange(client, request, true);
  if (status >= 300) throw new Error(`${request.method} ${request.path}: ${status} ${body.slice(0, 500)}`);
  return body === '' ? undefined : JSON.parse(body);
}
