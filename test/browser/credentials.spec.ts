import { join } from 'node:path';
import { type Browser, type Locator, type Page } from 'playwright-core';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { launchBrowser, seriousFaults, takePicture } from '../support/browser.js';

const STARTING_MS = 240_000;

let application: TestApplication;
let admin: AdminClient;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  expect(await buildConsoleIfChanged(join(import.meta.dirname, '..', '..'))).toBe(true);
  application = await startTestApplication({ settings: { ADMIN_TOKEN } });
  admin = new AdminClient(application);
  await application.administration.createCompany('acme', 'Acme Corporation');
  browser = await launchBrowser();
  page = await signedIn(ADMIN_TOKEN);
}, STARTING_MS);

afterAll(async () => {
  await browser?.close();
  await application?.close();
});

/** A browser of its own, in which somebody is signed in. */
async function signedIn(secret: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
  const theirs = await context.newPage();
  await theirs.goto(`${application.origin}/console/companies/acme/credentials`);
  await theirs.getByLabel('Admin token or admin credential').fill(secret);
  await theirs.keyboard.press('Enter');
  await theirs.getByRole('heading', { level: 1, name: 'Credentials' }).waitFor();
  return theirs;
}

const open = (path: string): Promise<unknown> => page.goto(`${application.origin}/console/${path}`);

/** Whether the page can be used as it is now: in both colours, and on a phone. */
async function expectUsable(name: string): Promise<void> {
  await takePicture(page, `${name}-light`);
  expect(await seriousFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, `${name}-dark-narrow`);
  expect(await seriousFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

it('makes a token that may read alone, strict, until a day, by keyboard, and shows it once', async () => {
  await open('companies/acme/credentials');
  await page.getByText('Make a token', { exact: true }).press('Enter');
  await page.getByLabel('It may').selectOption('read only');
  await page.getByLabel('Requests are read').selectOption('to the letter of the RFC (strict)');
  await page.getByLabel('It ends').selectOption('on a day …');
  await page.getByLabel('The day (UTC)').fill('2099-01-31');
  await expectUsable('credentials-new');
  await page.getByLabel('What is it for?').fill('Nightly report');
  await page.keyboard.press('Enter');
  const made = page.getByLabel('The token Nightly report', { exact: true });
  await made.waitFor();
  await page.getByText('It ends on 2099-01-31').waitFor();
  const card = page.getByRole('listitem').filter({ hasText: 'Nightly report' });
  await card.getByText('May read only · dialect strict').waitFor();
  await expectUsable('credentials-made');
  const client = application.scim(await made.inputValue());
  expect((await client.get('/Users')).status).toBe(200);
  expect((await client.post('/Users', { userName: 'ada@acme.example' })).status).toBe(403);
  await page.getByRole('button', { name: 'I have entered it' }).click();
  await made.waitFor({ state: 'detached' });
});

it('makes a token that reads and writes for a year where nothing else is said', async () => {
  await open('companies/acme/credentials');
  await page.getByText('Make a token', { exact: true }).click();
  await page.getByLabel('What is it for?').fill('HR export');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.getByLabel('The token HR export', { exact: true }).waitFor();
  const { items } = (await admin.get('/companies/acme/tokens')).body as { items: { name: string }[] };
  expect(items.find(({ name }) => name === 'HR export')).toMatchObject({
    ...{ scopes: ['scim:read', 'scim:write'], dialect: 'lenient' },
    daysLeft: 365,
  });
});

it('says what is wrong where no token is made', async () => {
  await open('companies/acme/credentials');
  await page.getByText('Make a token', { exact: true }).click();
  await page.getByLabel('What is it for?').fill('Too long');
  await page.getByLabel('It ends').selectOption('on a day …');
  await page.getByLabel('The day (UTC)').fill('9999-01-31');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.getByRole('alert').getByText('expires is a time to come').waitFor();
});

it.each([
  ['admin:read', 0],
  ['admin:acme', 1],
])('offers to make one where somebody may: with %s there are %i forms', async (scope, forms) => {
  const { body } = await admin.post('/admin-credentials', { name: scope, scopes: [scope] });
  const theirs = await signedIn(body.secret as string);
  await theirs.getByRole('heading', { name: /HR export/ }).waitFor();
  expect(await theirs.getByText('Make a token', { exact: true }).count()).toBe(forms);
  await theirs.context().close();
});

describe('of the deployment', () => {
  const part = (name: string): Locator => page.getByRole('region', { name });
  const cardOf = (name: string): Locator => page.getByRole('listitem').filter({ hasText: name });

  it('makes an admin credential for one company, and revokes it', async () => {
    await open('settings');
    const admins = part('Admin credentials');
    await admins.getByText('Make an admin credential').press('Enter');
    await admins.getByLabel('It may').selectOption('administer companies');
    await admins.getByLabel('Which? Their slugs').fill('acme');
    await admins.getByLabel('What is it for?').fill('Acme, IT');
    await page.keyboard.press('Enter');
    const secret = page.getByLabel('The admin credential Acme, IT', { exact: true });
    await secret.waitFor();
    await cardOf('Acme, IT').getByText('May administer acme').waitFor();
    const headers = { Authorization: `Bearer ${await secret.inputValue()}` };
    const self = (): Promise<Response> => fetch(`${application.origin}/admin/v1/self`, { headers });
    expect(await (await self()).json()).toMatchObject({ companies: [{ slug: 'acme' }] });
    await expectUsable('deployment-credentials');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('button', { name: 'Revoke Acme, IT' }).press('Enter');
    await page.locator('button:focus').filter({ hasText: 'Revoke it' }).press('Enter');
    await cardOf('Acme, IT').waitFor({ state: 'detached' });
    expect((await self()).status).toBe(401);
  });

  it('makes a platform credential of some scopes for all companies', async () => {
    await open('settings');
    const platforms = part('Platform credentials');
    await platforms.getByText('Make a platform credential').click();
    await platforms.getByLabel('What is it for?').fill('Sync');
    await platforms.getByLabel('search memberships').uncheck();
    await platforms.getByLabel('It ends').selectOption('never');
    await expectUsable('deployment-platform');
    await platforms.getByRole('button', { name: 'Make it' }).click();
    await page.getByLabel('The platform credential Sync', { exact: true }).waitFor();
    const card = cardOf('Sync');
    await card.getByText('May follow changes, check memberships · all companies').waitFor();
    await card.getByText('never ends').waitFor();
    expect((await admin.get('/platform-credentials')).body.items).toMatchObject([
      { name: 'Sync', scopes: ['feed', 'check'], companies: null, expires: null },
    ]);
  });

  it('says what is wrong where a company is not known', async () => {
    await open('settings');
    const platforms = part('Platform credentials');
    await platforms.getByText('Make a platform credential').click();
    await platforms.getByLabel('What is it for?').fill('Nobody');
    await platforms.getByLabel(/^In which companies/).fill('acme, nobody');
    await platforms.getByRole('button', { name: 'Make it' }).click();
    await platforms.getByRole('alert').getByText('nobody').waitFor();
  });

  it('marks the one by which somebody is signed in, whom its end signs out', async () => {
    const { body } = await admin.post('/admin-credentials', { name: 'Grace', scopes: ['admin:write'] });
    const theirs = await signedIn(body.secret as string);
    await theirs.getByRole('link', { name: 'Deployment' }).click();
    await theirs.getByRole('heading', { name: /Grace.*yours/ }).waitFor();
    await theirs.getByRole('button', { name: 'Revoke Grace' }).click();
    await theirs.getByText('you are signed out').waitFor();
    await theirs.getByRole('button', { name: 'Revoke it' }).click();
    await theirs.getByText('Your session has ended').waitFor();
    await theirs.context().close();
  });
});
