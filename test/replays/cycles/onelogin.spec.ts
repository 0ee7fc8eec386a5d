import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { makeUser } from '../preconditions.js';
import { filterQuery, IdentityProvider, readCompany, readVersions } from './identity-provider.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const OLD_ENTERPRISE = 'urn:scim:schemas:extension:enterprise:1.0';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

interface LocalUser {
  readonly userName: string;
  readonly department: string;
  readonly active: boolean;
  readonly manager?: string;
}

/** OneLogin: a template that an administrator edits, sent whole with POST and PUT; groups by PATCH. */
class OneLogin {
  readonly provider: IdentityProvider;
  private readonly ids = new Map<string, string>();

  constructor(client: ScimClient) {
    this.provider = new IdentityProvider(client, {
      Accept: 'application/json',
      'User-Agent': '',
      'Content-Type': 'application/scim+json',
    });
  }

  id(name: string): string {
    return this.ids.get(name) ?? '';
  }

  async enable(): Promise<void> {
    const { body, headers } = await this.find('nobody@example.com');
    expect(body).toMatchObject({ totalResults: 0, Resources: [] });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  }

  async provisionUser(user: LocalUser): Promise<void> {
    const { body } = await this.find(user.userName);
    const [found] = body.Resources;
    const answer = found
      ? await this.provider.put(`/Users/${found.id}?`, this.template(user))
      : await this.provider.post('/Users?', this.template(user));
    expect(answer.body).toMatchObject({ name: { givenName: 'Given', familyName: ' Family' } });
    this.ids.set(user.userName, answer.body.id);
  }

  async provisionGroup(displayName: string): Promise<void> {
    const { body } = await this.provider.get('/Groups?');
    expect(body.Resources.map((group: { displayName: string }) => group.displayName)).not.toContain(
      displayName,
    );
    const created = await this.provider.post('/Groups?', {
      schemas: ['urn:scim:schemas:core:1.0'],
      displayName,
    });
    this.ids.set(displayName, created.body.id);
  }

  async changeMember(op: 'add' | 'remove', group: string, userName: string): Promise<void> {
    const value = [{ value: this.id(userName) }];
    await this.provider.patch(`/Groups/${this.id(group)}?`, { op, path: 'members', value });
  }

  async deleteUser(userName: string): Promise<void> {
    await this.provider.delete(`/Users/${this.id(userName)}?`);
  }

  private find(userName: string) {
    return this.provider.get(`/Users?${filterQuery(`userName eq "${userName}"`)}&`);
  }

  private template({ userName, department, active, manager }: LocalUser): object {
    return {
      schemas: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:extension:enterprise:1.0'],
      id: null,
      userName,
      active: String(active),
      name: { familyName: ' Family', givenName: 'Given' },
      emails: { value: userName, type: 'work' },
      title: '',
      user_mobile: '',
      addresses: [],
      [OLD_ENTERPRISE]: {
        department,
        manager: manager === undefined ? '' : { managerId: this.id(manager), displayName: 'A manager' },
      },
    };
  }
}

const name = (number: number): string => `user${number}@example.com`;

test('OneLogin: users by POST and PUT with old URNs, members by PATCH', async () => {
  const client = await (await application.company()).client();
  await makeUser(client, { userName: name(3), displayName: 'Somebody', nickName: 'Some' });
  const users: LocalUser[] = [1, 2, 3, 4, 5].map((number) => ({
    userName: name(number),
    department: 'Research',
    active: number !== 2,
    ...(number === 1 ? {} : { manager: name(1) }),
  }));
  const oneLogin = new OneLogin(client);

  await oneLogin.enable();
  for (const user of users) await oneLogin.provisionUser(user);
  await oneLogin.provisionGroup('Engineers');
  await oneLogin.provisionGroup('Managers');
  for (const number of [1, 2, 3, 5]) await oneLogin.changeMember('add', 'Engineers', name(number));
  await oneLogin.changeMember('add', 'Managers', name(1));
  await oneLogin.changeMember('remove', 'Engineers', name(1));
  await oneLogin.deleteUser(name(5));

  expect(await readCompany(client)).toEqual({
    users: { [name(1)]: true, [name(2)]: false, [name(3)]: true, [name(4)]: true },
    groups: { Engineers: [name(2), name(3)], Managers: [name(1)] },
  });
  const { body } = await client.get(`/Users/${oneLogin.id(name(3))}`);
  expect(body).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
    emails: [{ value: name(3), type: 'work' }],
    [ENTERPRISE]: { department: 'Research', manager: { value: oneLogin.id(name(1)) } },
  });
  for (const key of ['nickName', 'displayName', 'title', 'addresses', 'user_mobile', OLD_ENTERPRISE]) {
    expect(Object.keys(body)).not.toContain(key);
  }

  const before = await readVersions(client);
  for (const user of users.slice(0, 4)) await oneLogin.provisionUser(user);
  await oneLogin.changeMember('add', 'Engineers', name(2));
  await oneLogin.changeMember('remove', 'Engineers', name(1));
  expect(await readVersions(client)).toEqual(before);
});
