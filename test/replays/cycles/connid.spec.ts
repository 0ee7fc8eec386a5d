import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { filterQuery, IdentityProvider, readCompany, readVersions } from './identity-provider.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

/** How an installation takes members out of groups. */
type Removal = 'value' | 'path and value' | 'wrapper';

/** The SCIM connector of Syncope and midPoint. */
class ConnId {
  readonly provider: IdentityProvider;
  private readonly ids = new Map<string, string>();

  constructor(
    client: ScimClient,
    private readonly removal: Removal,
  ) {
    this.provider = new IdentityProvider(client, { 'Content-Type': 'application/json' });
  }

  id(name: string): string {
    return this.ids.get(name) ?? '';
  }

  async readSchema(): Promise<void> {
    const { body: schemas } = await this.provider.get('/Schemas');
    const ids = (schemas.Resources as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([CORE, ENTERPRISE]));
    const { body: types } = await this.provider.get('/ResourceTypes');
    expect(types.totalResults).toBe(2);
    await this.provider.get('/ServiceProviderConfig');
  }

  /** Reconciliation: everything, in pages of 50. */
  async search(endpoint: '/Users' | '/Groups'): Promise<number> {
    let found = 0;
    for (;;) {
      const { body } = await this.provider.get(`${endpoint}?startIndex=${found + 1}&count=50`);
      found += body.Resources.length;
      if (found >= body.totalResults) return found;
    }
  }

  async createUser(userName: string): Promise<void> {
    const { body: match } = await this.provider.get(`/Users?${filterQuery(`userName eq "${userName}"`)}`);
    expect(match.totalResults).toBe(0);
    const { body } = await this.provider.post('/Users', {
      schemas: [CORE, ENTERPRISE],
      userName,
      password: 'correct horse battery staple',
      name: { givenName: 'Given', familyName: 'Family' },
      emails: ['work', 'home', 'other'].map((type) => ({ type, value: `${type}.${userName}` })),
      active: true,
      [ENTERPRISE]: { department: 'Research' },
    });
    this.ids.set(userName, body.id);
  }

  async createGroup(displayName: string): Promise<void> {
    const { body } = await this.provider.post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName,
    });
    this.ids.set(displayName, body.id);
  }

  /** Compares what the user is in with what he should be in, and changes the groups one by one. */
  async setGroups(userName: string, ...wanted: readonly string[]): Promise<void> {
    const { body } = await this.provider.get(`/Users/${this.id(userName)}`);
    const present = ((body.groups ?? []) as { value: string }[]).map(({ value }) => value);
    const wantedIds = wanted.map((group) => this.id(group));
    for (const id of wantedIds.filter((each) => !present.includes(each))) {
      const value = [this.member(userName)];
      const addition =
        this.removal === 'wrapper' ? { value: { members: value } } : { path: 'members', value };
      await this.provider.patch(`/Groups/${id}`, { op: 'add', ...addition });
    }
    for (const id of present.filter((each) => !wantedIds.includes(each))) {
      await this.provider.patch(`/Groups/${id}`, this.removeOperation(userName));
    }
  }

  /** The whole group in one operation without a path, as it was read. */
  async renameGroup(displayName: string, to: string): Promise<void> {
    const path = `/Groups/${this.id(displayName)}`;
    const { body } = await this.provider.get(path);
    await this.provider.patch(path, { op: 'replace', value: { ...body, displayName: to } });
    this.ids.set(to, this.id(displayName));
  }

  async updateUser(userName: string, ...operations: readonly object[]): Promise<void> {
    await this.provider.patch(`/Users/${this.id(userName)}`, ...operations);
  }

  async deleteUser(userName: string): Promise<void> {
    await this.provider.delete(`/Users/${this.id(userName)}`);
  }

  private member(userName: string): object {
    const value = this.id(userName);
    return { value, $ref: `${this.provider.base}/Users/${value}`, display: userName };
  }

  private removeOperation(userName: string): object {
    const value = this.id(userName);
    switch (this.removal) {
      case 'value':
        return { op: 'remove', path: 'members', value: [this.member(userName)] };
      case 'path and value':
        return { op: 'remove', path: `members[value eq "${value}"]`, value: [{ value }] };
      case 'wrapper':
        return { op: 'remove', path: 'members', value: { members: [{ value }] } };
    }
  }
}

const name = (number: number): string => `user${number}@example.com`;

test.each<Removal>(['value', 'path and value', 'wrapper'])(
  'ConnId, removing members by %s: create, reconcile, update',
  async (removal) => {
    const client = await (await application.company()).client();
    const connId = new ConnId(client, removal);
    await connId.readSchema();
    for (const number of [1, 2, 3, 4]) await connId.createUser(name(number));
    for (const group of ['Engineers', 'Managers']) await connId.createGroup(group);
    for (const number of [1, 2, 3]) await connId.setGroups(name(number), 'Engineers', 'Managers');

    await connId.setGroups(name(1), 'Managers');
    await connId.setGroups(name(2));
    await connId.renameGroup('Engineers', 'Renamed');
    await connId.updateUser(
      name(3),
      { op: 'remove', path: `emails[value eq "home.${name(3)}" or value eq "other.${name(3)}"]` },
      { op: 'replace', path: `${ENTERPRISE}.department`, value: 'HR' },
      { op: 'replace', path: 'password', value: 'another secret phrase' },
    );
    await connId.updateUser(name(2), { op: 'replace', path: 'active', value: false });
    await connId.deleteUser(name(4));

    expect(await readCompany(client)).toEqual({
      users: { [name(1)]: true, [name(2)]: false, [name(3)]: true },
      groups: { Renamed: [name(3)], Managers: [name(1), name(3)] },
    });
    const changed = await client.get(`/Users/${connId.id(name(3))}`);
    expect(changed.body).toMatchObject({
      emails: [{ type: 'work', value: `work.${name(3)}` }],
      [ENTERPRISE]: { department: 'HR' },
    });
    expect(changed.text).not.toMatch(/password|secret phrase/);
    expect(await connId.search('/Users')).toBe(3);
    expect(await connId.search('/Groups')).toBe(2);

    const before = await readVersions(client);
    const written = connId.provider.writes.length;
    await connId.setGroups(name(1), 'Managers');
    await connId.setGroups(name(3), 'Managers', 'Renamed');
    expect(connId.provider.writes.slice(written)).toEqual([]);
    await connId.renameGroup('Renamed', 'Renamed');
    await connId.updateUser(name(3), { op: 'replace', path: 'password', value: 'a third secret phrase' });
    expect(await readVersions(client)).toEqual(before);
  },
);
