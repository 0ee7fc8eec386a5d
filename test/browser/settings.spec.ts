import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { contrastFaultsUnderPointer, launchBrowser, seriousFaults, takePicture } from '../support/browser.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/** More than the console lists. */
const MANY = 205;

const PAGES = [
  ['settings', 'companies/acme/settings'],
  ['mapping', 'companies/acme/mapping?provider=entra'],
  ['events', 'companies/acme/events'],
  ['deployment', 'settings'],
];

let application: TestApplication;
let admin: AdminClient;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let receiver: WebhookReceiver;

beforeAll(async () => {
  expect(await buildConsoleIfChanged(join(import.meta.dirname, '..', '..'))).toBe(true);
  application = await startTestApplication({ settings: { ADMIN_TOKEN, WEBHOOK_HOSTS: 'localhost' } });
  admin = new AdminClient(application);
  receiver = await WebhookReceiver.open();
  await application.administration.createCompany('acme', 'Acme Corporation');
  const { secret } = await application.tokens.issueToken('acme', {
    name: 'Entra ID',
    dialect: 'lenient',
    scopes: ['scim:read', 'scim:write'],
    expires: null,
  });
  const client = application.scim(secret);
  await client.post('/Users', {
    userName: 'ada@acme.example',
    name: { familyName: 'Lovelace' },
    emails: [{ value: 'ada@acme.example', type: 'work' }],
  });
  await client.post('/Users', { userName: 'grace@acme.example', shoeSize: 38 });
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
  page = await context.newPage();
  await open();
  await page.locator('#secret:focus').waitFor();
  await page.keyboard.type(ADMIN_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading('Is everyone in sync?');
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await receiver?.close();
  await application?.close();
});

const open = (path = ''): Promise<unknown> => page.goto(`${application.origin}/console/${path}`);
const heading = (name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const picture = (name: string): Promise<unknown> => takePicture(page, `settings-${name}`);

async function asOwner(text: string): Promise<void> {
  const owner = new pg.Client(application.database.adminUrl);
  await owner.connect();
  await owner.query(text);
  await owner.end();
}

it('settings of a company are changed as they were seen, with the curl that does the same', async () => {
  await open('companies/acme/settings');
  await heading('Settings');
  const hours = page.getByLabel('Silent after so many hours without a request');
  await expect.poll(() => hours.inputValue()).toBe('24');
  await hours.fill('');
  await page.getByLabel('A member that is not known').selectOption('ignore');
  await page.getByText('curl to change the settings').click();
  await page
    .getByText(/-X PATCH .*\/settings'/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect((await admin.get('/companies/acme/settings')).body).toMatchObject({
    silentAfterHours: null,
    unknownMembers: 'ignore',
    journalRetentionDays: 400,
  });
});

it('a change that somebody else made meanwhile is not written over', async () => {
  await open('companies/acme/settings');
  await page.getByLabel('Days for which the journal is kept').fill('500');
  await admin.patch('/companies/acme/settings', { journalRetentionDays: 300 }, { 'If-Match': '*' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('Somebody else has changed it').waitFor();
  expect((await admin.get('/companies/acme/settings')).body).toMatchObject({ journalRetentionDays: 300 });
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => page.getByLabel('Days for which the journal is kept').inputValue()).toBe('300');
});

it('a company is renamed, paused, suspended, deleted and brought back, by keyboard', async () => {
  await open('companies/acme/settings');
  await page.getByLabel('Name, for people').fill('Acme Europe');
  await page.keyboard.press('Enter');
  await page.getByText('It has the new name.').waitFor();
  const act = async (button: string, confirm: RegExp): Promise<void> => {
    await page.getByRole('button', { name: button, exact: true }).press('Enter');
    await page.locator('button:focus').filter({ hasText: confirm }).waitFor();
    await page.keyboard.press('Enter');
  };
  const inState = (state: string): Promise<void> =>
    expect.poll(async () => (await admin.get('/companies/acme')).body.state as string).toBe(state);
  await page.getByRole('button', { name: 'Suspend', exact: true }).press('Enter');
  await page.locator('button:focus').filter({ hasText: 'Refuse all requests of acme' }).press('Escape');
  await page.locator('button:focus').filter({ hasText: 'Suspend' }).waitFor();
  await act('Pause writes', /Refuse writes for 30 minutes/);
  await inState('paused');
  await act('End the pause', /Let writes through/);
  await inState('active');
  await act('Suspend', /Refuse all requests of acme/);
  await inState('suspended');
  await page.getByText('there is no write to be paused').waitFor();
  await act('Resume', /Serve the company again/);
  await inState('active');
  expect(await page.getByRole('button', { name: 'Delete the company' }).isDisabled()).toBe(true);
  await page.getByLabel('Type acme to delete it').fill('acme');
  await act('Delete the company', /Delete acme/);
  await inState('deleted');
  await act('Bring the company back', /Bring acme back/);
  await inState('active');
});

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it.each(['button.main', 'button.danger', 'button.plain', 'button:not([class])'])(
    'the text of %s can be read while the pointer is on it',
    async (button) => {
      await page.emulateMedia({ colorScheme });
      await open('companies/acme/settings');
      await page.getByLabel('Days for which the journal is kept').fill('401');
      await page.getByRole('button', { name: 'Suspend', exact: true }).click();
      expect(await contrastFaultsUnderPointer(page, `${button}:enabled`)).toEqual([]);
      await page.emulateMedia({ colorScheme: null });
    },
  );
});

it('what lets everything through for a time is ended on the page that says so', async () => {
  await admin.post('/companies/acme/guard/lift', { minutes: 240 });
  await open('companies/acme/safety');
  await page.getByText('Everything is let through, however much is removed.').waitFor();
  await picture('lifted');
  await page.getByRole('button', { name: 'Guard again now' }).press('Enter');
  await page.getByText('Everything is let through').waitFor({ state: 'detached' });
  expect((await admin.get('/companies/acme/guard')).body).toMatchObject({ liftedUntil: null });
});

it('each page of a company that is suspended says so, and leads to where that is ended', async () => {
  await admin.post('/companies/acme/suspend');
  await open('companies/acme/connect');
  const notice = page.getByRole('region', { name: 'The state of the company' });
  await notice.getByText('Suspended: every request is refused.').waitFor();
  await notice.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await admin.post('/companies/acme/resume');
  await open('companies/acme/groups');
  await page.getByText('There are no groups yet.').waitFor();
  expect(await notice.count()).toBe(0);
});

it('issuers of signed tokens stand with the credentials, and are removed there', async () => {
  await admin.post('/companies/acme/issuers', {
    ...{ name: 'Corporate login', issuer: 'https://login.example/', audience: 'rollcall' },
    jwksUrl: 'https://login.example.com/keys',
  });
  await open('companies/acme/credentials');
  await page.getByRole('heading', { name: 'Corporate login' }).waitFor();
  await page.getByText('https://login.example.com/keys').waitFor();
  await page.getByRole('button', { name: 'Remove Corporate login' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await page.getByRole('heading', { name: 'Corporate login' }).waitFor({ state: 'detached' });
  expect((await admin.get('/companies/acme/issuers')).body.items).toMatchObject([
    { name: 'Corporate login', revoked: expect.any(String) },
  ]);
});

it('alerts are sent to a chat, and a test arrives there', async () => {
  await open('companies/acme/events');
  await page.getByLabel('Its webhook URL').fill(receiver.url);
  await page.getByLabel('A credential ends within 30 days').uncheck();
  await page.getByRole('button', { name: 'Send alerts there' }).click();
  await page.getByRole('heading', { name: /Alerts: Slack not tried yet/ }).waitFor();
  const { body } = await admin.get('/companies/acme/webhooks');
  expect(body.items).toMatchObject([
    { format: 'slack', types: ['guard.held', 'guard.warned', 'guard.released', 'company.silent'] },
  ]);
  await page.getByRole('button', { name: 'Send a test event' }).click();
  const [message] = await receiver.received(1);
  expect((message?.body as { text: string }).text).toContain('A test: alerts of acme arrive here.');
});

it('the mapping page shows what to enter, how many have it, and what was left out', async () => {
  await open('companies/acme/mapping?provider=entra');
  await heading('Mapping');
  await page.getByRole('cell', { name: 'shoeSize' }).waitFor();
  const row = page.getByRole('row').filter({ hasText: 'emails[type eq "work"].value' });
  await row.getByText('50 %').waitFor();
  await page.getByRole('row').filter({ hasText: 'userPrincipalName' }).getByText('100 %').waitFor();
});

it('an operator tests the connection, downloads a support bundle, and ends a session', async () => {
  const { body: issued } = await admin.post('/admin-credentials', { name: 'Reader', scopes: ['admin:read'] });
  const { status } = await fetch(`${application.origin}/admin/v1/sessions`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${issued.secret}`,
      Origin: application.origin,
      'X-Rollcall-Console': '1',
    },
  });
  expect(status).toBe(201);
  await open();
  await page.getByRole('link', { name: 'Deployment' }).click();
  await heading(/^Deployment$/);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByText('Clients do not get through.').waitFor();
  await page.getByText(/it is not set, so nobody knows/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the support bundle' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^rollcall-support-.*\.json$/);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8')) as { companyCount: number };
  expect(saved.companyCount).toBe(1);
  await page.getByRole('button', { name: 'End the session of Reader' }).click();
  await page.getByRole('button', { name: 'Sign them out' }).click();
  const signedIn = page.getByRole('region', { name: 'Who is signed in' });
  await signedIn.getByRole('heading', { level: 3, name: /^Reader/ }).waitFor({ state: 'detached' });
});

it('a session that ends soon says so, and goes on with a new one', async () => {
  await asOwner("UPDATE console_sessions SET created = now() - interval '7 days' + interval '10 minutes'");
  await open('companies/acme/log');
  await page
    .getByRole('alert')
    .getByText(/This session ends in \d+ minutes/)
    .waitFor();
  await picture('session-end');
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByLabel('Admin token or admin credential').fill(ADMIN_TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText(/This session ends/).waitFor({ state: 'detached' });
  await heading('What happened');
});

it.each(PAGES)(
  'the page %s can be used at 390 pixels, in dark mode, and by everybody',
  async (name, path) => {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await open(path);
      await page.getByRole('heading', { level: 2 }).first().waitFor();
      await picture(`${name}-${scheme}`);
      expect(await seriousFaults(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(`${name}-narrow`);
    const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  },
);

it.each([
  ['admin:read', { mayChange: false, mayDelete: false }],
  ['admin:acme', { mayChange: true, mayDelete: false }],
])('who has %s sees what may be done, and own sessions alone', async (scope, { mayChange, mayDelete }) => {
  const { body: issued } = await admin.post('/admin-credentials', { name: `Of ${scope}`, scopes: [scope] });
  const other = await browser.newContext();
  const theirs = await other.newPage();
  await theirs.goto(`${application.origin}/console/companies/acme/settings`);
  await theirs.getByLabel('Admin token or admin credential').fill(issued.secret as string);
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  const days = theirs.getByLabel('Days for which the journal is kept');
  await days.waitFor();
  expect(await days.isEnabled()).toBe(mayChange);
  await expect.poll(() => theirs.getByRole('button', { name: 'Save' }).count()).toBe(mayChange ? 1 : 0);
  await expect
    .poll(() => theirs.getByRole('button', { name: 'Pause writes' }).count())
    .toBe(mayChange ? 1 : 0);
  for (const name of ['Suspend', 'Delete the company']) {
    await expect.poll(() => theirs.getByRole('button', { name }).count()).toBe(mayDelete ? 1 : 0);
  }
  await theirs.getByRole('link', { name: 'Sessions' }).click();
  await theirs.getByRole('heading', { level: 1, name: 'Your sessions' }).waitFor();
  await theirs.getByRole('heading', { level: 3 }).first().waitFor();
  expect(await theirs.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
    expect.stringContaining(`Of ${scope} this one`),
  ]);
  await expect.poll(() => theirs.getByRole('button', { name: 'Test the connection' }).count()).toBe(0);
  await other.close();
});

it('of more companies than a list has, one is found', async () => {
  await asOwner(
    `INSERT INTO companies (slug, name) SELECT 'tenant-' || lpad(n::text, 3, '0'), 'Tenant ' || n FROM generate_series(1, ${MANY}) n`,
  );
  await open();
  await page.getByRole('link', { name: 'More companies' }).click();
  await page.getByRole('link', { name: 'Tenant 205' }).waitFor();
  await page.getByLabel('Find a company').last().fill('tenant 17');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Tenant 17', exact: true }).waitFor();
  expect(page.url()).toContain('search=tenant');
  await picture('home-search');
  await page.getByLabel('Company', { exact: true }).fill('tenant-042');
  await expect.poll(() => page.locator('datalist option').count()).toBe(1);
  await page.getByLabel('Company', { exact: true }).press('Enter');
  await heading('What happened');
  expect(page.url()).toContain('/companies/tenant-042/log');
});
