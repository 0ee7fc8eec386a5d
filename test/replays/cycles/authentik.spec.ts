import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { makeUser, repeat } from '../preconditions.js';
import { filterQuery, IdentityProvider, readCompany, readVersions } from './identity-provider.js';

const LARGE = 2500;

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

interface LocalUser {
  readonly userName: string;
  readonly uid: string;
  displayName: string;
}

interface LocalGroup {
  readonly displayName: string;
  readonly uid: string;
  members: readonly LocalUser[];
}

/** A resource as the server last showed it; the client compares its own data with it. */
type Known = Readonly<Record<string, unknown>> & { readonly id: string };

/** authentik's SCIM provider: it writes only what differs from what the server last answered. */
class Authentik {
  readonly provider: IdentityProvider;
  private readonly known = new Map<string, Known>();
  private maxOperations = 0;

  constructor(client: ScimClient) {
    this.provider = new IdentityProvider(client, {
      Accept: 'application/scim+json',
      'Content-Type': 'application/scim+json',
    });
  }

  async fullSync(users: readonly LocalUser[], groups: readonly LocalGroup[]): Promise<void> {
    const { body } = await this.provider.get('/ServiceProviderConfig');
    expect(body.patch.supported).toBe(true);
    this.maxOperations = body.bulk.maxOperations;
    await this.discover('/Users', (resource) => {
      const local = users.find(({ userName }) => userName === resource['userName']);
      if (local && !this.known.has(local.uid)) this.known.set(local.uid, resource);
    });
    await repeat(users.length, (number) => this.writeUser(users[number - 1]!));
    await this.discover('/Groups', (resource) => {
      const local = groups.find(({ displayName }) => displayName === resource['displayName']);
      if (local && !this.known.has(local.uid)) this.known.set(local.uid, resource);
    });
    for (const group of groups) await this.writeGroup(group);
  }

  private async discover(endpoint: string, see: (resource: Known) => void): Promise<void> {
    let seen = 0;
    for (;;) {
      const { body } = await this.provider.get(seen === 0 ? endpoint : `${endpoint}?startIndex=${seen + 1}`);
      for (const resource of body.Resources as Known[]) see(resource);
      seen += body.Resources.length;
      if (seen >= body.totalResults) return;
    }
  }

  private async writeUser(user: LocalUser): Promise<void> {
    const wanted = userSchema(user);
    const connection = this.known.get(user.uid) ?? (await this.createUser(user, wanted));
    const payload = { ...wanted, id: connection.id };
    if (!differs(payload, connection)) return;
    const { body } = await this.provider.put(`/Users/${connection.id}`, payload);
    this.known.set(user.uid, body);
  }

  private async createUser(user: LocalUser, wanted: object): Promise<Known> {
    const created = await this.provider.post('/Users', wanted, 409);
    let resource = created.body as Known;
    if (created.status === 409) {
      // Without quotes, as the client sends it.
      const { body } = await this.provider.get(`/Users?${filterQuery(`userName eq ${user.userName}`)}`);
      expect(body.totalResults).toBe(1);
      resource = body.Resources[0];
    }
    this.known.set(user.uid, resource);
    return resource;
  }

  private async writeGroup(group: LocalGroup): Promise<void> {
    const wanted = groupSchema(group);
    const connection = this.known.get(group.uid);
    if (!connection) {
      const { body } = await this.provider.post('/Groups', wanted);
      this.known.set(group.uid, body);
      await this.patchMembers(body.id, 'add', this.idsOf(group));
      return;
    }
    const payload = { ...wanted, id: connection.id };
    if (differs(payload, connection)) {
      await this.provider.patch(`/Groups/${connection.id}`, { op: 'replace', value: payload });
    }
    await this.compareMembers(connection.id, this.idsOf(group));
  }

  private async compareMembers(groupId: string, wanted: readonly string[]): Promise<void> {
    const { body } = await this.provider.get(`/Groups/${groupId}`);
    const there = new Set((body.members as { value: string }[]).map(({ value }) => value));
    const missing = wanted.filter((id) => !there.has(id));
    const surplus = [...there].filter((id) => !wanted.includes(id));
    await this.patchMembers(groupId, 'add', missing);
    await this.patchMembers(groupId, 'remove', surplus);
  }

  /** An operation a member, cut by the number of operations that the server publishes for bulk requests. */
  private async patchMembers(groupId: string, op: string, ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += this.maxOperations) {
      const operations = ids
        .slice(start, start + this.maxOperations)
        .map((value) => ({ op, path: 'members', value: [{ value }] }));
      await this.provider.patch(`/Groups/${groupId}`, ...operations);
    }
  }

  private idsOf({ members }: LocalGroup): string[] {
    return members.map(({ uid }) => this.known.get(uid)!.id);
  }
}

/** True where merging the wanted values into the known ones, lists as sets, changes the known ones. */
function differs(wanted: unknown, known: unknown): boolean {
  if (Array.isArray(wanted) && Array.isArray(known)) {
    return wanted.some((element) => !known.some((each) => isDeepStrictEqual(each, element)));
  }
  if (typeof wanted !== 'object' || wanted === null || typeof known !== 'object' || known === null) {
    return !isDeepStrictEqual(wanted, known);
  }
  return Object.entries(wanted).some(([key, value]) =>
    differs(value, (known as Record<string, unknown>)[key]),
  );
}

function userSchema({ userName, uid, displayName }: LocalUser): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    active: true,
    emails: [{ primary: true, type: 'other', value: `${userName}@example.com` }],
    externalId: uid,
    name: { familyName: 'Family', formatted: displayName, givenName: 'Given' },
    displayName,
    userName,
  };
}

function groupSchema({ displayName, uid }: LocalGroup): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, externalId: uid };
}

function localUsers(count: number): LocalUser[] {
  return Array.from({ length: count }, (_, index) => ({
    userName: `user${index}`,
    uid: randomUUID(),
    displayName: `User ${index}`,
  }));
}

test('authentik: a full sync, a second one that writes nothing, a third one with differences', async () => {
  const client = await (await application.company()).client();
  // Found by discovery under its name, and by the conflict where only the case differs.
  await makeUser(client, { userName: 'user0', displayName: 'Somebody' });
  await makeUser(client, { userName: 'USER1', displayName: 'Somebody else' });
  const users = localUsers(12);
  const [first, second, third, fourth] = users as [LocalUser, LocalUser, LocalUser, LocalUser];
  const admins: LocalGroup = { displayName: 'admins', uid: randomUUID(), members: [first, second, third] };
  const empty: LocalGroup = { displayName: 'empty', uid: randomUUID(), members: [] };
  const authentik = new Authentik(client);

  await authentik.fullSync(users, [admins, empty]);
  const names = users.map(({ userName }) => userName);
  expect(await readCompany(client)).toEqual({
    users: Object.fromEntries(names.map((name) => [name, true])),
    groups: { admins: ['user0', 'user1', 'user2'], empty: [] },
  });
  expect(authentik.provider.sent.filter(({ status }) => status === 409)).toHaveLength(1);

  const before = await readVersions(client);
  const written = authentik.provider.writes.length;
  await authentik.fullSync(users, [admins, empty]);
  expect(authentik.provider.writes.slice(written)).toEqual([]);
  expect(await readVersions(client)).toEqual(before);

  admins.members = [third, fourth];
  third.displayName = 'Renamed';
  await authentik.fullSync(users, [admins, empty]);
  expect(authentik.provider.writes.slice(written).map(({ method }) => method)).toEqual([
    'PUT',
    'PATCH',
    'PATCH',
  ]);
  expect((await readCompany(client)).groups['admins']).toEqual(['user2', 'user3']);
});

test(`authentik: a group of ${LARGE} members goes over in parts`, async () => {
  const client = await (await application.company()).client();
  const users = localUsers(LARGE);
  const everyone: LocalGroup = { displayName: 'everyone', uid: randomUUID(), members: users };
  const authentik = new Authentik(client);

  await authentik.fullSync(users, [everyone]);
  const patches = authentik.provider.writes.filter(({ method }) => method === 'PATCH');
  expect(patches.map(({ status }) => status)).toEqual([204, 204, 204]);
  const { groups } = await readCompany(client);
  expect(groups['everyone']).toEqual(users.map(({ userName }) => userName).sort());

  const written = authentik.provider.writes.length;
  await authentik.fullSync(users, [everyone]);
  expect(authentik.provider.writes.slice(written)).toEqual([]);
}, 120_000);
