import { randomUUID } from 'node:crypto';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { makeUser } from '../preconditions.js';
import { filterQuery, IdentityProvider, readCompany, readVersions } from './identity-provider.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
});
afterAll(() => application.close());

type Change = readonly [path: string, value: string | boolean];

/** Entra's provisioning service, with and without the flag that turns its SCIM compliance on. */
class Entra {
  readonly provider: IdentityProvider;
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly client: ScimClient,
    private readonly flag: boolean,
  ) {
    this.provider = new IdentityProvider(client, {
      'Content-Type': 'application/scim+json; charset=utf-8',
      Adscimversion: '2.0',
    });
  }

  id(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`${name} was never provisioned`);
    return id;
  }

  async testConnection(): Promise<void> {
    for (const probe of [
      `/Users?${filterQuery(`userName eq "${randomUUID()}"`)}`,
      `/Groups?excludedAttributes=members&${filterQuery(`displayName eq "${randomUUID()}"`)}`,
    ]) {
      const { body } = await this.provider.get(this.flagged(probe));
      expect(body).toMatchObject({ totalResults: 0, Resources: [] });
    }
  }

  /** Matches by userName, then creates or updates. */
  async provisionUser(userName: string, department: string): Promise<void> {
    const { body } = await this.provider.get(
      this.flagged(`/Users?${filterQuery(`userName eq "${userName}"`)}`),
    );
    const [found] = body.Resources;
    if (found) {
      this.ids.set(userName, found.id);
      await this.replace(userName, ['displayName', displayNameOf(userName)]);
      return;
    }
    const created = await this.provider.post(this.flagged('/Users'), {
      schemas: [CORE, ENTERPRISE],
      externalId: userName.split('@')[0],
      userName,
      active: true,
      addresses: null,
      displayName: displayNameOf(userName),
      emails: [{ type: 'work', value: userName, primary: true }],
      meta: { resourceType: 'User' },
      name: { familyName: 'Family', givenName: 'Given' },
      phoneNumbers: null,
      title: null,
      [ENTERPRISE]: { department },
    });
    this.ids.set(userName, created.body.id);
  }

  /** Groups are always created without members. */
  async provisionGroup(displayName: string): Promise<void> {
    const filter = filterQuery(`displayName eq "${displayName}"`);
    const { body } = await this.provider.get(this.flagged(`/Groups?excludedAttributes=members&${filter}`));
    expect(body.totalResults).toBe(0);
    const created = await this.provider.post(this.flagged('/Groups'), {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: randomUUID(),
      displayName,
      meta: { resourceType: 'Group' },
    });
    this.ids.set(displayName, created.body.id);
  }

  async replace(userName: string, ...changes: readonly Change[]): Promise<void> {
    const { status } = await this.provider.patch(
      this.flagged(`/Users/${this.id(userName)}`),
      ...this.replaceOperations(changes),
    );
    expect(status).toBe(200);
  }

  async renameGroup(displayName: string, to: string): Promise<void> {
    const path = `/Groups/${this.id(displayName)}`;
    await this.provider.get(this.flagged(`${path}?excludedAttributes=members`));
    await this.provider.patch(this.flagged(path), ...this.replaceOperations([['displayName', to]]));
    this.ids.set(to, this.id(displayName));
  }

  async setManager(userName: string, manager: string): Promise<void> {
    const value = this.id(manager);
    const operation = this.flag
      ? { op: 'replace', value: { [`${ENTERPRISE}:manager`]: { value, $ref: `../Users/${value}` } } }
      : {
          op: 'Add',
          path: 'manager',
          value: [{ $ref: `${this.provider.base}/Users/${value}`, value }],
        };
    await this.provider.patch(this.flagged(`/Users/${this.id(userName)}`), operation);
    const filter = filterQuery(`id eq "${this.id(userName)}" and manager eq "${value}"`);
    const { body } = await this.provider.get(this.flagged(`/Users?${filter}&attributes=id`));
    expect(body.totalResults).toBe(1);
  }

  async addMembers(group: string, ...members: readonly string[]): Promise<void> {
    const value = members.map((member) =>
      this.flag ? { value: this.id(member) } : { $ref: null, value: this.id(member) },
    );
    const op = this.flag ? 'add' : 'Add';
    await this.provider.patch(this.flagged(`/Groups/${this.id(group)}`), { op, path: 'members', value });
  }

  /** One is taken out; the service then adds all that remain once more. */
  async removeMember(group: string, member: string, ...remaining: readonly string[]): Promise<void> {
    const id = this.id(member);
    const operation = this.flag
      ? { op: 'remove', path: `members[value eq "${id}"]` }
      : { op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] };
    await this.provider.patch(this.flagged(`/Groups/${this.id(group)}`), operation);
    for (const each of remaining) await this.addMembers(group, each);
  }

  async setActive(userName: string, active: boolean): Promise<void> {
    await this.replace(userName, ['active', this.flag ? active : active ? 'True' : 'False']);
  }

  async hardDelete(endpoint: 'Users' | 'Groups', name: string): Promise<void> {
    await this.provider.delete(this.flagged(`/${endpoint}/${this.id(name)}`));
  }

  private replaceOperations(changes: readonly Change[]): object[] {
    if (!this.flag) return changes.map(([path, value]) => ({ op: 'Replace', path, value }));
    const filtered = changes.filter(([path]) => path.includes('['));
    const plain = changes.filter(([path]) => !path.includes('['));
    return [
      ...filtered.map(([path, value]) => ({ op: 'replace', path, value })),
      ...(plain.length > 0 ? [{ op: 'replace', value: Object.fromEntries(plain) }] : []),
    ];
  }

  /** The flag is part of the tenant URL, so that it may turn up in the query of every request. */
  private flagged(path: string): string {
    if (!this.flag) return path;
    const [endpoint, query] = path.split('?');
    return `${endpoint}?aadOptscim062020${query === undefined ? '' : `&${query}`}`;
  }
}

const displayNameOf = (userName: string): string => `Display of ${userName}`;

const name = (number: number): string => `user${String(number).padStart(2, '0')}@contoso.com`;

/** Users 1 to 12, of whom the fourth is there already; three groups, one of them inside another. */
async function initialCycle(entra: Entra): Promise<void> {
  await entra.testConnection();
  for (let number = 1; number <= 12; number++) await entra.provisionUser(name(number), 'Research');
  for (const group of ['Engineers', 'Managers', 'Everyone']) await entra.provisionGroup(group);
  await entra.addMembers('Engineers', name(1), name(2), name(3), name(4));
  await entra.addMembers('Managers', name(5));
  await entra.addMembers('Everyone', ...Array.from({ length: 12 }, (_, index) => name(index + 1)));
  await entra.addMembers('Everyone', 'Engineers');
  await entra.setManager(name(1), name(5));
}

async function incrementalCycle(entra: Entra): Promise<void> {
  await entra.replace(
    name(1),
    ['displayName', 'Renamed'],
    ['emails[type eq "work"].value', 'renamed@contoso.com'],
    ['name.givenName', 'Gtfd'],
    ['name.familyName', 'Pkqf'],
    [`${ENTERPRISE}:employeeNumber`, 'Eqpj'],
  );
  await entra.replace(name(2), ['addresses[type eq "work"].formatted', '9 Rue du Midi']);
  await entra.renameGroup('Engineers', 'Research engineers');
  await entra.removeMember('Research engineers', name(2), name(1), name(3), name(4));
  await entra.addMembers('Managers', name(6), name(5));
  await entra.setManager(name(1), name(6));
  await entra.setActive(name(3), false);
  await entra.setActive(name(7), false);
  await entra.setActive(name(7), true);
  await entra.setActive(name(12), false);
  await entra.hardDelete('Users', name(12));
}

/** What the service sends although nothing has changed. */
async function idleCycle(entra: Entra): Promise<void> {
  for (let number = 4; number <= 11; number++) {
    await entra.provisionUser(name(number), 'Research');
    await entra.setActive(name(number), true);
  }
  await entra.setActive(name(3), false);
  await entra.renameGroup('Research engineers', 'Research engineers');
  await entra.addMembers('Research engineers', name(1), name(3), name(4));
  await entra.removeMember('Managers', name(11));
  await entra.setManager(name(1), name(6));
}

/** Every user, page by page, each once. */
async function discoverAccounts(provider: IdentityProvider): Promise<string[]> {
  const found: string[] = [];
  for (let total = 1; found.length < total;) {
    const { body } = await provider.get(`/Users?startIndex=${found.length + 1}&count=4`);
    total = body.totalResults;
    found.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
  }
  return found.sort();
}

test.each([
  ['without the flag', false],
  ['with ?aadOptscim062020', true],
])('Entra %s: initial, incremental and idle cycle', async (_, flag) => {
  const client = await (await application.company()).client();
  await makeUser(client, { userName: name(4).toUpperCase(), displayName: 'Somebody' });
  const entra = new Entra(client, flag);
  const everybody = Array.from({ length: 11 }, (_, index) => name(index + 1));
  const asStored = everybody.map((userName) => (userName === name(4) ? userName.toUpperCase() : userName));

  await initialCycle(entra);
  await incrementalCycle(entra);

  expect(await readCompany(client)).toEqual({
    users: Object.fromEntries(asStored.map((userName) => [userName, userName !== name(3)])),
    groups: {
      'Research engineers': [name(4).toUpperCase(), name(1), name(3)],
      Managers: [name(5), name(6)],
      Everyone: [...asStored, 'Research engineers'].sort(),
    },
  });
  const renamed = await client.get(`/Users/${entra.id(name(1))}`);
  expect(renamed.body).toMatchObject({
    displayName: 'Renamed',
    userName: name(1),
    emails: [{ type: 'work', value: 'renamed@contoso.com', primary: true }],
    name: { givenName: 'Gtfd', familyName: 'Pkqf' },
    [ENTERPRISE]: {
      department: 'Research',
      employeeNumber: 'Eqpj',
      manager: { value: entra.id(name(6)), displayName: displayNameOf(name(6)) },
    },
  });
  const addressed = await client.get(`/Users/${entra.id(name(2))}`);
  expect(addressed.body.addresses).toEqual([{ type: 'work', formatted: '9 Rue du Midi' }]);
  const adopted = await client.get(`/Users/${entra.id(name(4))}`);
  expect(adopted.body.displayName).toBe(displayNameOf(name(4)));
  expect(await discoverAccounts(entra.provider)).toEqual([...asStored].sort());

  const before = await readVersions(client);
  await idleCycle(entra);
  expect(await readVersions(client)).toEqual(before);
});

test('Entra: a group deleted with its members inside leaves the users', async () => {
  const client = await (await application.company()).client();
  const entra = new Entra(client, false);
  await initialCycle(entra);
  await entra.hardDelete('Groups', 'Engineers');
  const { users, groups } = await readCompany(client);
  expect(Object.keys(users)).toHaveLength(12);
  expect(Object.keys(groups).sort()).toEqual(['Everyone', 'Managers']);
  expect(groups['Everyone']).toHaveLength(12);
});
