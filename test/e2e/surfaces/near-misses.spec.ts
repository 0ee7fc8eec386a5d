import { startTestApplication, type TestApplication } from '../../support/application.js';
import { ENTERPRISE, GROUP, USER } from '../standard/messages.js';
import { Caller, CALLERS, LENIENT_CALLERS, type CallerKind, type Endpoint } from './callers.js';
import { titled } from '../../support/titled.js';

let application: TestApplication;
let lines: { ignored?: string[] }[] = [];
beforeAll(async () => {
  application = await startTestApplication({
    settings: { LOG_LEVEL: 'info' },
    log: (line) => lines.push(JSON.parse(line)),
  });
});
afterAll(() => application.close());

const PART = {
  name: { givenName: 'A', familyName: 'B' },
  emails: [{ type: 'work', value: 'a@x' }],
  title: 't',
};

describe.each(titled(LENIENT_CALLERS, 'name'))('%s', (_, kind) => {
  let caller: Caller;
  let user: string;
  let group: string;
  beforeAll(async () => {
    caller = await Caller.open(application, kind);
  });
  beforeEach(async () => {
    user = await caller.user(PART);
    group = await caller.group([user]);
    lines = [];
  });
  const idOf = (endpoint: Endpoint): string => (endpoint === 'Users' ? user : group);

  it('reads the name of a part that only one attribute has', async () => {
    const { status } = await caller.patch(
      'Users',
      user,
      { op: 'replace', path: 'familyName', value: 'Lovelace' },
      { op: 'replace', value: { GivenName: 'Ada', honorificPrefix: 'Dr.' } },
      { op: 'add', path: `${USER}:middleName`, value: 'K' },
    );
    expect(status).toBe(200);
    expect((await caller.seen('Users', user)).name).toEqual({
      familyName: 'Lovelace',
      givenName: 'Ada',
      middleName: 'K',
      honorificPrefix: 'Dr.',
    });
    await caller.patch('Users', user, { op: 'remove', path: 'familyName' });
    expect((await caller.seen('Users', user)).name.familyName).toBeUndefined();
  });

  it.each<[Endpoint, string, string]>([
    ['Groups', 'memebers', 'members'],
    ['Groups', 'member', 'members'],
    ['Groups', 'name', 'displayName'],
    ['Groups', `${GROUP}:dispalyName`, 'displayName'],
    ['Groups', 'memebers[value eq "x"]', 'members[…]'],
    ['Users', 'usrName', 'userName'],
    ['Users', 'email', 'emails'],
    ['Users', 'emails[type eq "work"].valu', 'emails[…].value'],
    ['Users', 'name.familyNme', 'name.familyName'],
    ['Users', 'departmnt', `${ENTERPRISE}:department`],
    ['Users', `${ENTERPRISE}:departmnt`, `${ENTERPRISE}:department`],
    ['Users', 'country', 'addresses.country'],
    ['Users', `${ENTERPRISE.replace('User', 'Usr')}:department`, `${ENTERPRISE}:department`],
  ])('%s: the path %s is refused, and %s is named', async (endpoint, path, meant) => {
    const before = await caller.seen(endpoint, idOf(endpoint));
    for (const operation of [
      { op: 'replace', path, value: 'x' },
      { op: 'add', path, value: [{ value: user }] },
      { op: 'remove', path },
      ...(path.includes('[') ? [] : [{ op: 'replace', value: { [path]: 'x' } }]),
    ]) {
      const other = { op: 'replace', path: 'externalId', value: 'e' };
      const { status, body } = await caller.patch(endpoint, idOf(endpoint), other, operation);
      expect([operation, status, body?.scimType]).toEqual([operation, 400, 'invalidPath']);
      expect(body.detail).toContain(`Operations[1]`);
      expect(body.detail).toContain(`did you mean ${meant}?`);
    }
    expect(await caller.seen(endpoint, idOf(endpoint))).toEqual(before);
  });

  it('refuses one inside a value, too', async () => {
    for (const value of [
      { name: { familyNme: 'x' } },
      { emails: [{ value: 'a@x', tpye: 'work' }] },
      { [ENTERPRISE]: { departmnt: 'x' } },
    ]) {
      const { status, body } = await caller.patch('Users', user, { op: 'replace', value });
      expect([status, body.scimType]).toEqual([400, 'invalidPath']);
    }
  });

  it('takes one beside the name that it resembles', async () => {
    const value = { name: 'New', displayName: 'New' };
    expect((await caller.patch('Groups', group, { op: 'replace', value })).status).toBeLessThan(300);
    expect((await caller.seen('Groups', group)).displayName).toBe('New');
  });

  it('leaves out what resembles nothing, and the log names it', async () => {
    const names = ['companyName', 'address.streetAddress', 'shoeSize', 'name.foo', 'type'];
    for (const path of names) {
      expect((await caller.patch('Users', user, { op: 'add', path, value: 'x' })).status).toBe(200);
    }
    expect(lines.flatMap(({ ignored = [] }) => ignored)).toEqual(names);
  });

  if (kind.surface !== 'scaikey') {
    it('POST and PUT leave out misspelt names, as RFC 7644 and the reference collection of Entra have it', async () => {
      const part = { usrType: 'x', adreses: [{ country: 'x' }], familyName: 'x' };
      const created = await caller.create('Users', part);
      expect([created.status, created.body.name]).toEqual([201, undefined]);
      const { id } = created.body as { id: string };
      expect((await caller.replace('Users', id, part)).status).toBe(200);
      const names = ['usrType', 'adreses', 'familyName'];
      expect(lines.flatMap(({ ignored = [] }) => ignored)).toEqual([...names, ...names]);
    });
  }

  if (hasBulk(kind)) {
    it('an operation of a bulk job is refused alike, and what it creates may hold misspelt names', async () => {
      const data = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'memebers', value: [] }],
      };
      const { status, response } = await caller.inBulk({ method: 'PATCH', path: `/Groups/${group}`, data });
      expect([status, response.scimType]).toEqual(['400', 'invalidPath']);
      const { body } = await caller.client.post('/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'a',
            data: caller.body('Groups', {
              memebers: [{ value: 'bulkId:b' }],
              members: [{ value: 'bulkId:b' }],
            }),
          },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'b',
            data: caller.body('Groups', { members: [{ value: 'bulkId:a' }] }),
          },
        ],
      });
      expect(body.Operations.map((each: { status: string }) => each.status)).toEqual(['201', '201']);
    });
  }
});

function hasBulk({ surface }: CallerKind): boolean {
  return surface === 'standard' || surface === 'scaikey';
}

describe.each(
  titled(
    CALLERS.filter(({ lenient }) => !lenient),
    'name',
  ),
)('%s', (_, kind) => {
  it('refuses them as it refuses every unknown path', async () => {
    const caller = await Caller.open(application, kind);
    const user = await caller.user(PART);
    const before = await caller.seen('Users', user);
    for (const path of ['familyName', 'usrName', 'shoeSize']) {
      const { status, body } = await caller.patch('Users', user, { op: 'replace', path, value: 'x' });
      expect([path, status]).toEqual([path, 400]);
      if (path === 'usrName' && kind.surface !== 'strongdm')
        expect(body.detail).toContain('did you mean userName?');
    }
    expect(await caller.seen('Users', user)).toEqual(before);
  });
});
