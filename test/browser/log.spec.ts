import { join } from 'node:path';
import pg from 'pg';
import { type Browser, type Page } from 'playwright-core';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { launchBrowser, seriousFaults, takePicture } from '../support/browser.js';
import { type ScimClient } from '../support/scim-client.js';
import { eventually } from '../support/webhook-receiver.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** The machine may be slow, and the console is built first. */
const STARTING_MS = 120_000;

let application: TestApplication;
let admin: AdminClient;
let okta: ScimClient;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  expect(await buildConsoleIfChanged(join(import.meta.dirname, '..', '..'))).toBe(true);
  application = await startTestApplication({ settings: { ADMIN_TOKEN, SECRETS_KEY: 'k'.repeat(32) } });
  admin = new AdminClient(application);
  await application.administration.createCompany('acme', 'Acme Corporation');
  const { secret } = await application.tokens.issueToken('acme', {
    ...{
      name: 'Okta production, eu-central-1, for all contractors and temporary workers',
      dialect: 'lenient',
      scopes: ['scim:read', 'scim:write'],
      expires: null,
    },
  });
  okta = application.scim(secret);
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
  await page.goto(`${application.origin}/console/companies/acme/log`);
  await page.getByLabel('Admin token or admin credential').fill(ADMIN_TOKEN);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'What happened' }).waitFor();
}, STARTING_MS);

afterAll(async () => {
  await browser?.close();
  await application?.close();
});

/** Takes pictures of the page wide, narrow and dark, and tells what axe finds that keeps somebody from using it. */
async function faultsOf(name: string): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [form, width, colorScheme] of [
    ['wide', 1280, 'light'],
    ['narrow', 390, 'light'],
    ['dark', 1280, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await takePicture(page, `log-${name}-${form}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    faults.push(...(await seriousFaults(page)).map((fault) => `${form} ${fault}`));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  return faults;
}

it('records requests for an hour, shows the one of an entry as it came, and erases all of them', async () => {
  const part = page.getByRole('region', { name: 'Recorded requests' });
  await part.getByText('Recorded requests').click();
  await part.getByRole('button', { name: 'Record requests for one hour' }).focus();
  await page.keyboard.press('Enter');
  await part.getByText('What is recorded is personal data').waitFor();
  await page.keyboard.press('Enter');
  await part.getByText('recording', { exact: true }).waitFor();
  const user = { schemas: [USER], userName: 'ada@acme.example', password: 'pw-4711-planted' };
  expect((await okta.post('/Users', user)).status).toBe(201);
  expect((await okta.post('/Users', user)).status).toBe(409);

  const entry = page.locator('.log > li', { hasText: 'could not create' }).first();
  await entry.waitFor();
  await entry.locator('summary').first().click();
  await entry.getByText('The request as it came').click();
  await entry.getByText('"userName":"ada@acme.example","password":"…"').first().waitFor();
  await entry.getByText('curl that repeats it').click();
  await entry.getByText('Authorization: Bearer $TOKEN').waitFor();
  await entry.getByRole('link', { name: 'ada@acme.example' }).first().waitFor();
  expect(await entry.getByText('See:').locator('..').innerText()).toBe('See: ada@acme.example');
  expect(await page.content()).not.toContain('pw-4711-planted');
  expect(await faultsOf('recorded')).toEqual([]);

  await part.getByRole('button', { name: 'Stop recording' }).click();
  await part.getByRole('button', { name: 'Erase what was recorded' }).click();
  await part.getByRole('button', { name: 'Erase them' }).click();
  await part.getByRole('button', { name: 'Erase what was recorded' }).waitFor({ state: 'hidden' });
  await entry.getByText('The request as it came').waitFor({ state: 'hidden' });
  expect((await admin.get('/companies/acme/recorded-requests')).body.items).toEqual([]);
});

it('shows changes and refusals over time, and a bar leads to those of its hour', async () => {
  await page.goto(`${application.origin}/console/companies/acme/log`);
  await page.getByText(/\d changes? and 1 refusal in the last 24 hours/).waitFor();
  const bar = page.getByRole('link', { name: /^1 refusal in the hour from/ });
  await bar.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/outcome=refused&from=[^&]+%3A00%3A00Z&to=[^&]+%3A00%3A00Z/);
  await page.getByText(/1 refusal in the time that is chosen/).waitFor();
  await expect.poll(() => page.locator('.log > li').count()).toBe(1);
  expect(await faultsOf('refusals')).toEqual([]);
  await page.getByRole('link', { name: 'Show all times' }).click();
  await page.getByText(/\d changes? and 1 refusal in the last 24 hours/).waitFor();
});

it('calls the user by name whom the list is about', async () => {
  const { body } = await admin.get('/companies/acme/users?count=1');
  await page.goto(`${application.origin}/console/companies/acme/log?resource=${body.items[0].id}`);
  await page.getByText('Only about ada@acme.example.').waitFor();
});

it('marks what was done of a request of which a part was left out, and has no other row for that', async () => {
  const user = { schemas: [USER], userName: 'grace@acme.example', shoeSize: 38 };
  expect((await okta.post('/Users', user)).status).toBe(201);
  await page.goto(`${application.origin}/console/companies/acme/log`);
  const rows = page.locator('.log > li', { hasText: 'grace@acme.example' });
  await rows.getByText('a part was left out').waitFor();
  expect(await rows.count()).toBe(1);
  await rows.locator('summary').first().click();
  await rows.getByText('shoeSize').first().waitFor();
  expect(await faultsOf('left-out')).toEqual([]);
});

it('says in the first row that nothing has come for long', async () => {
  const owner = new pg.Client(application.database.adminUrl);
  await owner.connect();
  await owner.query("UPDATE token_activity SET last_used = now() - interval '30 hours'");
  await owner.end();
  await page.goto(`${application.origin}/console/companies/acme/log`);
  const first = page.locator('.log > li').first();
  await first.getByText('No request for 30 hours').waitFor();
  expect(await faultsOf('silent')).toEqual([]);
  await first.getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: /Connect/ }).waitFor();
});

it('whoever may only look sees that requests are recorded, and none of them', async () => {
  const issued = await admin.post('/admin-credentials', { name: 'reader', scopes: ['admin:read'] });
  await admin.post('/companies/acme/recording', {});
  expect((await okta.post('/Users', { schemas: [USER], userName: 'ada@acme.example' })).status).toBe(409);
  await eventually(async () => {
    const { body } = await admin.get('/companies/acme/recorded-requests');
    return body.items.length > 0;
  });
  const visitor = await browser.newPage();
  await visitor.goto(`${application.origin}/console/companies/acme/log`);
  await visitor.getByLabel('Admin token or admin credential').fill(issued.body.secret as string);
  await visitor.keyboard.press('Enter');
  await visitor.getByText('recording', { exact: true }).waitFor();
  await expect.poll(() => visitor.getByRole('button', { name: /record/i }).count()).toBe(0);
  const entry = visitor.locator('.log > li', { hasText: 'could not create' }).first();
  await entry.locator('summary').first().click();
  await entry.getByText('X-Request-Id').waitFor();
  await expect.poll(() => visitor.getByText('The request as it came').count()).toBe(0);
  await visitor.close();
});
