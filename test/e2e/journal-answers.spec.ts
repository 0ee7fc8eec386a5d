import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { type CommandOutcome, runCommand } from '../support/command-line.js';
import { expireToken } from '../support/expire-token.js';
import { PATCH_URN } from '../support/schema-urns.js';
import { type ScimClient } from '../support/scim-client.js';

let application: TestApplication;
let admin: AdminClient;
let entra: ScimClient;

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: application.database.url }, ...args);

const tail = (...args: string[]): Promise<CommandOutcome> =>
  rollcall('activity', 'tail', 'acme', '--no-follow', ...args);

/** The sentences of lines, without times and ids. */
async function sentences(...args: string[]): Promise<string[]> {
  const { code, out, error } = await tail(...args);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return out === '' ? [] : out.split('\n').map((line) => line.slice(40));
}

const make = async (path: string, resource: object): Promise<string> =>
  ((await entra.post(path, resource)).body as { id: string }).id;

const patch = (path: string, ...Operations: object[]): Promise<unknown> =>
  entra.patch(path, { schemas: [PATCH_URN], Operations });

/** Requests that came to nothing are written soon after their answers. */
const untilNoted = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 10_000 });

beforeAll(async () => {
  application = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(application);
  await application.company('acme');
  const { secret } = await application.tokens.issueToken('acme', {
    name: 'Entra ID',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  entra = application.scim(secret);
});
afterAll(() => application.close());

describe('a switch of active that comes with other changes', () => {
  let grace: string;
  const deactivated = 'Entra ID deactivated user Grace Hopper and changed name.familyName';
  const activated = 'Entra ID activated user Grace Hopper and changed title, nickName';

  beforeAll(async () => {
    grace = await make('/Users', { userName: 'grace', displayName: 'Grace Hopper', active: true });
    const path = `/Users/${grace}`;
    await patch(path, { op: 'replace', value: { active: false, 'name.familyName': 'H' } });
    await patch(path, { op: 'replace', value: { title: 'Dr.', active: true, nickName: 'G' } });
    await patch(path, { op: 'replace', path: 'title', value: 'Prof.' });
  });

  it('is told, and found by the filters of the command line', async () => {
    expect(await sentences('--resource', grace)).toEqual([
      'Entra ID created user Grace Hopper',
      deactivated,
      activated,
      'Entra ID changed title of user Grace Hopper',
    ]);
    expect(await sentences('--operation', 'deactivate')).toEqual([deactivated]);
    expect(await sentences('--operation', 'activate')).toEqual([activated]);
  });

  it('is found by the filters of the admin API', async () => {
    const { body } = await admin.get('/companies/acme/activity?operation=deactivate');
    expect(body.items).toMatchObject([{ resourceId: grace, attributes: ['active', 'name.familyName'] }]);
  });

  it('is told of a PUT as well, and not where active stays', async () => {
    const path = `/Users/${await make('/Users', { userName: 'joan', displayName: 'Joan' })}`;
    await entra.put(path, { userName: 'joan', displayName: 'Joan', title: 'x', active: true });
    await entra.put(path, { userName: 'joan', displayName: 'Joan', title: 'y', active: false });
    expect((await sentences('--resource', 'joan')).slice(1)).toEqual([
      'Entra ID changed title of user Joan',
      'Entra ID deactivated user Joan and changed title',
    ]);
  });
});

it('has all entries of a time, and says where it leaves out older ones', async () => {
  for (let index = 0; index < 25; index += 1) await make('/Users', { userName: `crowd${index}` });
  expect((await sentences('--operation', 'create', '--from', '1h')).length).toBeGreaterThan(25);
  const { out, error } = await tail('--operation', 'create');
  expect(out.split('\n')).toHaveLength(20);
  expect(error).toBe('These are the newest 20. There are older ones: -n or --from shows more.');
  expect(await sentences('--operation', 'create', '--from', '1h', '-n', '3')).toHaveLength(3);
});

it('keeps the name of somebody who is deleted, whatever is asked for afterwards', async () => {
  const lee = await make('/Users', { userName: 'lee', displayName: 'Lee Kay' });
  const group = await make('/Groups', { displayName: 'Legal', members: [{ value: lee }] });
  await patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${lee}"]` });
  expect((await entra.delete(`/Users/${lee}`)).status).toBe(204);
  expect((await entra.delete(`/Users/${lee}`)).status).toBe(404);
  await untilNoted(async () => {
    expect((await sentences('--resource', lee)).at(-1)).toContain('refused: Entra ID delete user');
  });
  expect(await sentences('--member', lee)).toEqual([
    'Entra ID created group Legal with 1 member',
    'Entra ID removed Lee Kay from Legal',
  ]);
});

describe('a name that nothing has at present', () => {
  let engineers: string;
  let kim: string;

  beforeAll(async () => {
    kim = await make('/Users', { userName: 'kim@contoso.com', displayName: 'Kim Doe' });
    engineers = await make('/Groups', { displayName: 'Engineering', members: [{ value: kim }] });
    await patch(`/Groups/${engineers}`, { op: 'replace', path: 'displayName', value: 'Engineers' });
    await entra.delete(`/Users/${kim}`);
  });

  it('is looked for in the journal', async () => {
    expect(await sentences('--resource', 'Engineering')).toEqual(await sentences('--resource', engineers));
    expect(await sentences('--resource', 'Engineers')).toEqual(await sentences('--resource', engineers));
    expect((await sentences('--member', 'Kim Doe')).at(-1)).toBe('Entra ID removed Kim Doe from Engineers');
    const members = await rollcall('group', 'members', 'acme', 'Engineering', '--at', '0m');
    expect(members).toMatchObject({ code: 0, out: 'No member.' });
    expect((await rollcall('user', 'groups', 'acme', 'Kim Doe', '--at', '0m')).out).toBe('No group.');
  });

  it('is refused where several had it, or none, with the command that tells the id', async () => {
    await entra.delete(`/Users/${await make('/Users', { userName: 'kim2', displayName: 'Kim Doe' })}`);
    const command = 'activity tail acme --operation delete --no-follow --json';
    expect((await tail('--member', 'Kim Doe')).error).toContain('several of the name "Kim Doe"');
    for (const args of [
      ['activity', 'tail', 'acme', '--no-follow', '--resource', 'kim@contoso.com'],
      ['user', 'groups', 'acme', 'kim@contoso.com', '--at', '0m'],
      ['user', 'erase', 'acme', 'kim@contoso.com', '--yes'],
    ]) {
      const { code, error } = await rollcall(...args);
      expect(code).toBe(1);
      expect(error).toMatch(new RegExp(`has no user.*; see: npm run rollcall -- ${command}$`));
    }
    const { out } = await rollcall(...command.split(' '));
    expect(out.split('\n').map((line) => (JSON.parse(line) as { resourceId: string }).resourceId)).toContain(
      kim,
    );
  });
});

describe('a refused sign-in', () => {
  it('is told with its reason, in the line and in rows', async () => {
    const created = await admin.post('/companies/acme/clients', { name: 'Entra ID (client)' });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_secret: 'rollcall_secret_x',
    });
    form.set('client_id', created.body.id as string);
    await fetch(`${application.origin}/oauth/token`, { method: 'POST', body: form });
    const refused = ['--outcome', 'refused', '--operation', 'token'];
    await untilNoted(async () => {
      expect(await sentences(...refused)).toEqual([
        'refused: Entra ID (client) token (401, the secret is not one of its own)',
      ]);
    });
    const id = (await tail(...refused)).out.slice(22, 38);
    const { out } = await rollcall('activity', 'show', 'acme', id);
    expect(out).toMatch(/│ Reason +│ the secret is not one of its own +│/);
    expect(out).toMatch(/│ Message +│ The client is unknown, or its secret or assertion is not valid\. +│/);
    expect(out).not.toContain('{');
  });

  it('is told with the day on which a token expired', async () => {
    const { body } = await admin.post('/companies/acme/tokens', { name: 'Short' });
    const expires = await expireToken(application.database, body.id as string);
    await application.scim(body.secret as string).get('/Users');
    await untilNoted(async () => {
      expect(await sentences('--outcome', 'refused', '--credential', 'Short')).toEqual([
        `refused: Short list user (401, expired since ${expires})`,
      ]);
    });
  });
});

it('shows the known words of a path that leads nowhere', async () => {
  await entra.get('/scim/Persons/Ada');
  await untilNoted(async () => {
    expect((await sentences('--outcome', 'refused', '--operation', 'request'))[0]).toMatch(
      /^refused: Entra ID request \/standard\/scim\/v2\/scim\/…\/… \(404, No such endpoint/,
    );
  });
});

it('names credentials by what they are', async () => {
  await admin.post('/admin-credentials', { name: 'acme it', scopes: ['admin:acme'] });
  const made = (await sentences('--operation', 'credential.issued', '--from', '1h')).map((line) =>
    line.replace(/^.*? (?=issued|made)/, ''),
  );
  expect(made).toEqual([
    'issued the token "Entra ID"',
    'made the client "Entra ID (client)"',
    'issued the token "Short"',
    'issued the admin credential "acme it"',
  ]);
});

it('names by its id what is in the way of a name, and the members that are unknown', async () => {
  const ada = await make('/Users', { userName: 'ada@contoso.com' });
  const sales = await make('/Groups', { displayName: 'Sales' });
  const other = await make('/Users', { userName: 'other@contoso.com' });
  const before = new Date().toISOString();
  const missing = '0123456789abcdef';
  await entra.post('/Users', { userName: 'ADA@contoso.com' });
  await patch(`/Users/${other}`, { op: 'replace', path: 'userName', value: 'Ada@contoso.com' });
  await entra.post('/Groups', { displayName: 'sales' });
  const members = [missing, 'eve@contoso.com'].map((value) => ({ value }));
  await patch(`/Groups/${sales}`, { op: 'add', path: 'members', value: members });
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
  const data = { userName: 'ada@contoso.com' };
  await entra.post('/Bulk', { schemas, Operations: [{ method: 'POST', path: '/Users', bulkId: '1', data }] });
  await untilNoted(async () => {
    const told = await sentences('--outcome', 'refused', '--from', before);
    expect(told.map((line) => line.replace(/.*, (see .*)\)$/, '$1'))).toEqual([
      `see ${ada}`,
      `see ${ada}`,
      `see ${sales}`,
      `see ${missing}`,
      `see ${ada}`,
    ]);
  });
  const [line = ''] = (await tail('--outcome', 'refused', '--from', before)).out.split('\n');
  const { out } = await rollcall('activity', 'show', 'acme', line.slice(22, 38));
  expect(out).toMatch(new RegExp(`│ Concerns +│ ${ada} +│`));
});
