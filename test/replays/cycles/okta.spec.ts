import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { makeUser, repeat } from '../preconditions.js';
import { IdentityProvider, readCompany, readVersions } from './identity-provider.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PAGE = 100;

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** What both kinds of Okta application send. */
abstract class Okta {
  readonly provider: IdentityProvider;
  protected readonly ids = new Map<string, string>();

  constructor(client: ScimClient) {
    this.provider = new IdentityProvider(client, {
      'User-Agent': 'Okta SCIM Client 1.0.0',
      Accept: 'application/scim+json',
      'Accept-Charset': 'utf-8',
      'Content-Type': 'application/scim+json; charset=utf-8',
      'Accept-Encoding': 'gzip,deflate',
    });
  }

  abstract setActive(userName: string, active: boolean): Promise<void>;
  /** Makes the members of a group exactly these. */
  abstract pushMembers(group: string, members: readonly string[]): Promise<void>;

  async saveCredentials(): Promise<void> {
    for (const path of ['/Users?startIndex=1&count=2', '/Groups?startIndex=1&count=100']) {
      const { body } = await this.provider.get(path);
      expect(typeof body.totalResults).toBe('number');
    }
  }

  /** Links whoever has the userName, or creates him. */
  async assignUser(userName: string): Promise<void> {
    const filter = encodeURIComponent(`userName eq "${userName}"`);
    const { body } = await this.provider.get(`/Users?filter=${filter}&startIndex=1&count=${PAGE}`);
    const [found] = body.Resources;
    if (found) {
      this.ids.set(userName, found.id);
      if (!found.active) await this.setActive(userName, true);
      await this.updateProfile(userName, { displayName: 'Linked' });
      return;
    }
    const created = await this.provider.post('/Users', {
      schemas: [CORE],
      userName,
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: `00u${userName}`,
      groups: [],
      password: '1mz050nq',
      active: true,
    });
    expect(created.body).toMatchObject({ userName, active: true });
    this.ids.set(userName, created.body.id);
  }

  /** A PUT of what a GET showed, with the changes in it. */
  async updateProfile(userName: string, changes: object): Promise<void> {
    const path = `/Users/${this.id(userName)}`;
    const { body } = await this.provider.get(path);
    const updated = await this.provider.put(path, { ...body, ...changes });
    expect(updated.body).toMatchObject(changes);
  }

  async pushGroup(displayName: string, members: readonly string[]): Promise<void> {
    const filter = encodeURIComponent(`displayName eq "${displayName}"`);
    const { body } = await this.provider.get(`/Groups?filter=${filter}&startIndex=1&count=${PAGE}`);
    expect(body.totalResults).toBe(0);
    const created = await this.provider.post('/Groups', { schemas: [GROUP], displayName, members: [] });
    this.ids.set(displayName, created.body.id);
    await this.provider.get(`/Groups/${created.body.id}`);
    await this.pushMembers(displayName, members);
  }

  async unlinkGroup(displayName: string): Promise<void> {
    await this.provider.delete(`/Groups/${this.id(displayName)}`);
  }

  /** Everybody, in pages of 100. */
  async importUsers(): Promise<string[]> {
    const imported: string[] = [];
    for (let startIndex = 1, total = 1; startIndex <= total; startIndex += PAGE) {
      const { body } = await this.provider.get(`/Users?startIndex=${startIndex}&count=${PAGE}`);
      total = body.totalResults;
      imported.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
    }
    return imported.sort();
  }

  id(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`${name} was never pushed`);
    return id;
  }
}

/** An application of the Okta Integration Network: PATCH. */
class OktaByPatch extends Okta {
  override async setActive(userName: string, active: boolean): Promise<void> {
    const path = `/Users/${this.id(userName)}`;
    const { body } = await this.provider.patch(path, { op: 'replace', value: { active } });
    expect(body.active).toBe(active);
  }

  override async pushMembers(group: string, members: readonly string[]): Promise<void> {
    await this.rename(group, group);
    const value = members.map((member) => this.member(member));
    await this.provider.patch(`/Groups/${this.id(group)}`, { op: 'replace', path: 'members', value });
  }

  /** The name travels with every change of members, changed or not. */
  async changeMembers(group: string, removed: string, added: string): Promise<void> {
    await this.rename(group, group);
    await this.provider.patch(
      `/Groups/${this.id(group)}`,
      { op: 'remove', path: `members[value eq "${this.id(removed)}"]` },
      { op: 'add', path: 'members', value: [this.member(added)] },
    );
  }

  async rename(group: string, to: string): Promise<void> {
    const id = this.id(group);
    await this.provider.patch(`/Groups/${id}`, { op: 'replace', value: { id, displayName: to } });
    this.ids.set(to, id);
  }

  /** "Push now" of a group without members. */
  async pushEmpty(group: string): Promise<void> {
    const value = { members: [], id: this.id(group), displayName: group };
    await this.provider.patch(`/Groups/${this.id(group)}`, { op: 'replace', value });
  }

  private member(userName: string): object {
    return { value: this.id(userName), display: userName };
  }
}

/** An application made with the App Integration Wizard: PUT for everything. */
class OktaByPut extends Okta {
  override async setActive(userName: string, active: boolean): Promise<void> {
    await this.updateProfile(userName, { active });
  }

  override async pushMembers(group: string, members: readonly string[]): Promise<void> {
    await this.putGroup(group, group, members);
  }

  async putGroup(group: string, displayName: string, members: readonly string[]): Promise<void> {
    const id = this.id(group);
    const { body } = await this.provider.put(`/Groups/${id}`, {
      schemas: [GROUP],
      id,
      displayName,
      members: members.map((member) => ({ value: this.id(member), display: null })),
    });
    expect(body.members).toHaveLength(members.length);
    this.ids.set(displayName, id);
  }
}

const name = (number: number): string => `user${String(number).padStart(3, '0')}@okta.local`;
const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => name(from + index));

/** Ten users, of whom the ninth was left behind inactive; two groups. */
async function firstPush(okta: Okta, client: ScimClient): Promise<void> {
  await makeUser(client, { userName: name(9), active: false });
  await okta.saveCredentials();
  for (const userName of names(1, 10)) await okta.assignUser(userName);
  await okta.pushGroup('Test SCIMv2', names(1, 4));
  await okta.pushGroup('Everyone', names(1, 10));
  await okta.pushGroup('Short-lived', names(5, 6));
  await okta.updateProfile(name(1), { name: { givenName: 'Another', familyName: 'Name' } });
  await okta.setActive(name(2), false);
  await okta.setActive(name(3), false);
  await okta.assignUser(name(3));
  await okta.unlinkGroup('Short-lived');
}

const USERS_AFTERWARDS = Object.fromEntries(names(1, 10).map((userName) => [userName, userName !== name(2)]));

test('Okta by PATCH: push, change, push again', async () => {
  const client = await (await application.company()).client();
  const okta = new OktaByPatch(client);
  await firstPush(okta, client);
  await okta.changeMembers('Test SCIMv2', name(1), name(5));
  await okta.rename('Test SCIMv2', 'Renamed');

  expect(await readCompany(client)).toEqual({
    users: USERS_AFTERWARDS,
    groups: { Renamed: names(2, 5), Everyone: names(1, 10) },
  });
  const { body } = await client.get(`/Users/${okta.id(name(1))}`);
  expect(body).toMatchObject({
    name: { givenName: 'Another', familyName: 'Name' },
    externalId: `00u${name(1)}`,
    groups: [{ value: okta.id('Everyone') }],
  });

  const before = await readVersions(client);
  await okta.pushMembers('Renamed', names(2, 5));
  await okta.changeMembers('Renamed', name(1), name(5));
  for (const userName of names(1, 10)) await okta.setActive(userName, userName !== name(2));
  for (const userName of names(1, 10)) await okta.updateProfile(userName, {});
  expect(await readVersions(client)).toEqual(before);

  await okta.pushEmpty('Renamed');
  expect((await readCompany(client)).groups).toEqual({ Renamed: [], Everyone: names(1, 10) });
});

test('Okta by PUT: push, change, push again', async () => {
  const client = await (await application.company()).client();
  const okta = new OktaByPut(client);
  await firstPush(okta, client);
  await okta.putGroup('Test SCIMv2', 'Renamed', names(2, 5));

  expect(await readCompany(client)).toEqual({
    users: USERS_AFTERWARDS,
    groups: { Renamed: names(2, 5), Everyone: names(1, 10) },
  });
  expect(okta.provider.sent.some(({ method }) => method === 'PATCH')).toBe(false);

  const before = await readVersions(client);
  await okta.pushMembers('Renamed', names(2, 5));
  for (const userName of names(1, 10)) await okta.updateProfile(userName, {});
  expect(await readVersions(client)).toEqual(before);

  await okta.pushMembers('Renamed', []);
  expect((await readCompany(client)).groups).toEqual({ Renamed: [], Everyone: names(1, 10) });
});

test('Okta: an import of several pages sees everybody once', async () => {
  const client = await (await application.company()).client();
  await repeat(230, (number) => makeUser(client, { userName: name(number) }));
  expect(await new OktaByPatch(client).importUsers()).toEqual(names(1, 230));
});
