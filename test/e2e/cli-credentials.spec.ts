import { ADMIN_TOKEN } from '../support/admin-client.js';
import { type CommandOutcome, runCommand } from '../support/command-line.js';
import { startTestApplication, type TestApplication } from '../support/application.js';

let application: TestApplication;

beforeAll(async () => {
  application = await startTestApplication();
  await application.company('acme');
  await application.company('birch');
});
afterAll(() => application.close());

const rollcall = (...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: application.database.url, ADMIN_TOKEN }, ...args);

/** Runs a command that must succeed, with `--json`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const json = async (...args: string[]): Promise<any> => {
  const { code, out, error } = await rollcall(...args, '--json');
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return JSON.parse(out);
};

it('issues, lists and revokes admin credentials', async () => {
  const issued = await json('admin', 'issue', '--name', 'it', '--scope', 'admin:read', 'admin:acme');
  expect(issued).toMatchObject({
    name: 'it',
    scopes: ['admin:read', 'admin:acme'],
    companies: [{ slug: 'acme', id: expect.stringMatching(/^[0-9a-f]{16}$/) }],
    daysLeft: 365,
    lastUsed: null,
    secret: expect.stringMatching(/^rollcall_admin_[\w-]{43}$/),
  });
  const { secret: _secret, ...shown } = issued;
  expect(await json('admin', 'list')).toEqual([shown]);
  const printed = await rollcall(
    'admin',
    'issue',
    '--name',
    'ops',
    '--scope',
    'admin:write',
    '--expires',
    'never',
  );
  expect(printed.out).toMatch(/rollcall_admin_[\w-]{43}\n/);
  expect(printed.out).toContain('valid, never expires');
  const list = await rollcall('admin', 'list');
  expect(list.out).toMatch(/│ it +│ admin:read admin:acme +│ valid until 20/);
  expect(list.out).not.toContain('rollcall_');
  const { revoked } = await json('admin', 'revoke', shown.id);
  expect(await json('admin', 'revoke', shown.id)).toMatchObject({ revoked });
  expect((await rollcall('admin', 'revoke', shown.id)).out).toContain(`revoked ${revoked}`);
});

it('issues, lists and revokes platform credentials', async () => {
  expect((await rollcall('platform', 'list')).out).toBe(
    'No credential yet; make one: npm run rollcall -- platform issue',
  );
  const scopes = ['--scope', 'feed', 'check'];
  const some = await json('platform', 'issue', '--name', 'sync', ...scopes, '--company', 'birch', 'acme');
  expect(some).toMatchObject({
    scopes: ['feed', 'check'],
    companies: [{ slug: 'acme' }, { slug: 'birch' }],
    secret: expect.stringMatching(/^rollcall_platform_/),
  });
  expect(
    await json('platform', 'issue', '--name', 'all', '--scope', 'search', '--all-companies'),
  ).toMatchObject({
    companies: null,
  });
  expect((await rollcall('platform', 'list')).out).toMatch(/of all companies/);
  expect(await json('platform', 'revoke', some.id)).toMatchObject({ revoked: expect.any(String) });
});

it.each([
  [
    ['admin', 'issue', '--name', 'x', '--scope', 'admin:nobody'],
    1,
    /There is no company nobody; see: npm run rollcall -- company list/,
  ],
  [['admin', 'issue', '--name', 'x', '--scope', 'scim:read'], 1, /"scim:read" is no scope/],
  [['admin', 'revoke', '999'], 1, /no admin credential 999; see: npm run rollcall -- admin list/],
  [['admin', 'revoke', 'x'], 1, /no admin credential x/],
  [['admin', 'issue', '--name', 'x'], 2, /--scope/],
  [['admin', 'issue', '--scope', 'admin:read'], 2, /--name/],
  [['platform', 'issue', '--name', 'x', '--scope', 'feed'], 2, /--company, or give --all-companies/],
  [['platform', 'issue', '--name', 'x', '--scope', 'write', '--all-companies'], 2, /feed, check, search/],
  [
    ['platform', 'issue', '--name', 'x', '--scope', 'feed', '--company', 'a', '--all-companies'],
    2,
    /all-companies/,
  ],
])('refuses %j', async (args, code, line) => {
  expect(await rollcall(...args)).toEqual({ code, out: '', error: expect.stringMatching(line) });
});

it('a credential of a removed company is left without that company', async () => {
  await application.company('cedar');
  const { id } = await json('admin', 'issue', '--name', 'gone', '--scope', 'admin:cedar', 'admin:acme');
  await application.lifecycle.deleteCompany('cedar', 0);
  await application.purge.purgeCompany('cedar');
  const listed = await json('admin', 'list');
  expect(listed).toContainEqual(expect.objectContaining({ id, scopes: ['admin:acme'] }));
});

it('makes links that sign in to the console', async () => {
  const before = Date.now();
  const ofCompany = await json('console', 'link', '--company', 'acme', '--name', 'Acme, IT');
  expect(ofCompany).toMatchObject({
    name: 'Acme, IT',
    company: { slug: 'acme' },
    used: null,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3000\/console\/sign-in#link=rollcall_link_[\w-]{43}$/),
  });
  const { expires, company } = await json('console', 'link');
  expect(company).toBeNull();
  const minutes = [ofCompany.expires, expires].map((end: string) => (Date.parse(end) - before) / 60_000);
  expect(minutes.map((each) => Math.round(each / 5) * 5)).toEqual([1440, 10]);
  const { out } = await rollcall('console', 'link');
  expect(out).toMatch(
    /^This link signs an operator in, once, until .*:\n\n {2}http:\S+#link=rollcall_link_\S+\n$/,
  );
  expect((await rollcall('console', 'link', '--company', 'nobody')).code).toBe(1);
});

it('says of a link that it leads nowhere where the settings open no admin API', async () => {
  const { code, out, error } = await runCommand(
    { DATABASE_URL: application.database.url },
    ...['console', 'link', '--json'],
  );
  expect({ code, error }).toEqual({ code: 0, error: expect.stringContaining('ADMIN_TOKEN is not set') });
  expect(JSON.parse(out)).toMatchObject({ url: expect.stringContaining('#link=') });
});
