import pg from 'pg';
import { Administration } from '../../src/administration/administration.js';
import { type Activity } from '../../src/administration/journal/activity.js';
import { followActivity } from '../../src/administration/journal/follow.js';
import { runCommand, runOnTerminal, type CommandOutcome } from '../support/command-line.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { PATCH_URN } from '../support/schema-urns.js';
import { type ScimClient } from '../support/scim-client.js';

let application: TestApplication;
let okta: ScimClient;
let ada: string;
let finance: string;
/** When Ada was in the group. */
let then: string;

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: application.database.url }, ...args);

/** The output of a command that must succeed. */
async function outputOf(...args: string[]): Promise<string> {
  const { code, out, error } = await rollcall(...args);
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return out;
}

const tail = (...args: string[]): Promise<string> =>
  outputOf('activity', 'tail', 'acme', '--no-follow', ...args);

/** The sentences of lines, without times and ids. */
const sentences = (out: string): string[] =>
  out.split('\n').map((line) => {
    expect(line).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ {2}[0-9a-f]{16} {2}/);
    return line.slice(40);
  });

async function makeUser(userName: string): Promise<string> {
  const { body } = await okta.post('/Users', { userName, displayName: userName.toUpperCase() });
  return (body as { id: string }).id;
}

const patch = (path: string, ...Operations: object[]): Promise<unknown> =>
  okta.patch(path, { schemas: [PATCH_URN], Operations });

beforeAll(async () => {
  application = await startTestApplication();
  await application.administration.createCompany('acme', 'Acme');
  const { secret } = await application.tokens.issueToken('acme', {
    name: 'Okta',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  okta = application.scim(secret);
  ada = await makeUser('ada');
  const ben = await makeUser('ben');
  const members = [ada, ben].map((value) => ({ value }));
  const { body } = await okta.post('/Groups', { displayName: '=Finance', members });
  finance = (body as { id: string }).id;
  await new Promise((resolve) => setTimeout(resolve, 5));
  then = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await patch(`/Groups/${finance}`, { op: 'remove', path: `members[value eq "${ada}"]` });
  await patch(`/Users/${ben}`, { op: 'replace', path: 'active', value: false });
  await patch(`/Users/${ben}`, { op: 'replace', path: 'title', value: 'Dr.' });
  await okta.delete(`/Users/${ben}`);
});
afterAll(() => application.close());

it('prints what happened in sentences, the newest last', async () => {
  expect(sentences(await tail())).toEqual([
    'command line created the company Acme',
    'command line issued the token "Okta"',
    'Okta created user ADA',
    'Okta created user BEN',
    'Okta created group =Finance with 2 members',
    'Okta removed ADA from =Finance',
    'Okta deactivated user BEN',
    'Okta changed title of user BEN',
    'Okta removed BEN from =Finance',
    'Okta deleted user BEN',
  ]);
  expect(sentences(await tail('-n', '1'))).toEqual(['Okta deleted user BEN']);
});

it('prints what the options ask for', async () => {
  expect(sentences(await tail('--resource', finance, '--member', ada))).toEqual([
    'Okta created group =Finance with 2 members',
    'Okta removed ADA from =Finance',
  ]);
  expect(sentences(await tail('--operation', 'deactivate', '--from', '1h'))).toEqual([
    'Okta deactivated user BEN',
  ]);
  expect(sentences(await tail('--to', then))).toHaveLength(5);
  expect(await tail('--outcome', 'ignored')).toBe('');
});

it('takes names where there are some, and ids of what is deleted', async () => {
  const byNames = ['--resource', '=FINANCE', '--member', 'Ada'];
  expect(sentences(await tail(...byNames))).toEqual([
    'Okta created group =Finance with 2 members',
    'Okta removed ADA from =Finance',
  ]);
  expect(await outputOf('activity', 'export', 'acme', ...byNames)).toBe(
    await outputOf('activity', 'export', 'acme', '--resource', finance, '--member', ada),
  );
  const { id } = (await application.tokens.listTokens('acme')).find(({ name }) => name === 'Okta')!;
  const ofOkta = await tail('--credential', id);
  expect(sentences(ofOkta)).toHaveLength(8);
  expect(await tail('--credential', 'Okta')).toBe(ofOkta);
  // The journal knows names that a credential has had.
  await application.tokens.updateToken('acme', id, { name: 'Okta, old' });
  expect(await tail('--credential', 'Okta')).toBe(ofOkta);
  expect(await tail('--credential', 'Okta, old')).toBe('');
  await application.tokens.updateToken('acme', id, { name: 'Okta' });
});

it('colours what was taken away, what came, and what was refused', async () => {
  const admin = new pg.Client(application.database.adminUrl);
  await admin.connect();
  const noted = [{ slug: 'acme', txn: 'x', operation: 'create', outcome: 'refused', status: 409 }];
  await admin.query('SELECT note_requests($1)', [JSON.stringify(noted)]);
  await admin.end();
  const { out } = await runOnTerminal(
    { colour: true },
    { DATABASE_URL: application.database.url },
    ...['activity', 'tail', 'acme', '--no-follow'],
  );
  expect(out).toContain('\u001b[32mOkta created user ADA');
  expect(out).toContain('\u001b[33mOkta removed ADA from =Finance');
  expect(out).toContain('\u001b[31mrefused: somebody create (409)');
});

it('shows one entry with its members', async () => {
  const line = (await tail('--resource', finance)).split('\n')[0]!;
  const id = line.slice(22, 38);
  const out = await outputOf('activity', 'show', 'acme', id);
  expect(out).toMatch(/│ What +│ Okta created group =Finance with 2 members +│/);
  expect(out).toMatch(/│ added +│ User +│ ADA +│/);
  const first = JSON.parse(await outputOf('activity', 'show', 'acme', id, '--count', '1', '--json')) as {
    members: { value: string }[];
    next: string;
  };
  expect(first).toMatchObject({
    id,
    operation: 'create',
    added: 2,
    members: [{ value: ada, change: 'added' }],
  });
  const rest = await outputOf('activity', 'show', 'acme', id, '--cursor', first.next, '--json');
  expect(JSON.parse(rest)).toMatchObject({ members: [{ display: 'BEN' }], next: null });
});

it('exports lines of JSON with members, and CSV that no spreadsheet runs', async () => {
  const lines = (await outputOf('activity', 'export', 'acme', '--resource', finance)).split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { members: { display: string; change: string }[] });
  expect(entries.map(({ members }) => members.map(({ display, change }) => `${change} ${display}`))).toEqual([
    ['added ADA', 'added BEN'],
    ['removed ADA'],
    ['removed BEN'],
  ]);
  const csv = (await outputOf('activity', 'export', 'acme', '--format', 'csv', '--resource', finance)).split(
    '\n',
  );
  expect(csv).toHaveLength(4);
  expect(csv[0]).toMatch(/^at,id,operation,outcome,/);
  expect(csv[1]).toMatch(/^20.*Z,[0-9a-f]{16},create,done,.*,Group,[0-9a-f]{16},,'=Finance,1,/);
  expect(await outputOf('activity', 'export', 'acme', '--format', 'csv', '--to', '3000d')).toBe(csv[0]);
});

it('lists who is and was in a group, and where somebody was', async () => {
  expect(await outputOf('group', 'members', 'acme', finance)).toBe('No member.');
  const was = await outputOf('group', 'members', 'acme', '=finance', '--at', then);
  expect(was).toMatch(/│ ADA +│ User +│ [0-9a-f]{16} +│/);
  expect(was).toMatch(/│ BEN +│ User +│/);
  expect(await outputOf('user', 'groups', 'acme', 'ada', '--at', then)).toContain('=Finance');
  expect(await outputOf('user', 'groups', 'acme', 'ada')).toBe('No group.');

  await patch(`/Groups/${finance}`, { op: 'add', path: 'members', value: [{ value: ada }] });
  const present = await outputOf('group', 'members', 'acme', finance);
  expect(present).toMatch(/│ ADA +│ User +│ [0-9a-f]{16} +│ 20\d\d-\d\d-\d\d \d\d:\d\d UTC +│ Okta +│/);
  const groups = await outputOf('user', 'groups', 'acme', 'ada');
  expect(groups).toMatch(/│ =Finance +│ [0-9a-f]{16} +│ 20\d\d-\d\d-\d\d \d\d:\d\d UTC +│ Okta +│/);
  const page = await outputOf('group', 'members', 'acme', finance, '--at', then, '--count', '1');
  expect(page).toMatch(/There are more: --cursor [\w-]+$/);
});

it('goes on with what comes, and with that alone', async () => {
  const administration = await Administration.open(application.database.url);
  const following = followActivity(administration.activity, 'acme', {}, { lines: 1, goesOn: true });
  const next = async (): Promise<Activity> => {
    const { value } = await following.next();
    return value as Activity;
  };
  const last = await next();
  await makeUser('cleo');
  expect(await next()).toMatchObject({ operation: 'create', display: 'CLEO' });
  await patch(`/Groups/${finance}`, { op: 'remove', path: 'members' });
  const emptied = await next();
  expect(emptied).toMatchObject({ operation: 'members', removed: 1 });
  expect(emptied.id > last.id).toBe(true);
  await following.return(undefined);
  await administration.close();
});

it.each([
  [
    ['activity', 'show', 'acme', 'ffff'],
    1,
    /^The journal of acme has no entry "ffff"; see: npm run rollcall -- activity tail acme$/,
  ],
  [
    ['activity', 'tail', 'acme', '--no-follow', '--member', 'nobody'],
    1,
    /^The company has no user or group "nobody", .*; name one by userName or displayName/,
  ],
  [['activity', 'export', 'acme', '--resource', '\ud800'], 1, /^The company has no user or group/],
  [
    ['activity', 'tail', 'acme', '--no-follow', '--credential', 'Entra ID'],
    1,
    /^The company has no credential "Entra ID"; .*token list acme/,
  ],
  [['activity', 'tail', 'nowhere', '--no-follow'], 1, /^There is no company nowhere/],
  [['activity', 'tail', 'acme', '-n', '5000'], 2, /expected a number from 0 to 1000/],
  [['activity', 'export', 'acme', '--from', 'spring'], 2, /expected a time such as/],
  [['group', 'members', 'acme', 'Sales'], 1, /^The company has no group "Sales"/],
  [['group', 'members', 'acme', 'x', '--at', '2000-01-01'], 1, /no group "x"/],
  [
    ['user', 'groups', 'acme', 'ada', '--at', '2000-01-01'],
    1,
    /goes back to 20.*; ask for an instant behind that/,
  ],
])('refuses %j', async (args, code, line) => {
  expect(await rollcall(...args)).toEqual({ code, out: '', error: expect.stringMatching(line) });
});
