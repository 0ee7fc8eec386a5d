import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { entraCycle } from '../../src/demo/entra-cycle.js';
import { ExpectedCompany } from '../../src/demo/expected-company.js';
import { ScimClient } from '../../src/demo/scim-client.js';
import { playStep, type Step } from '../../src/demo/step.js';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { launchBrowser, seriousFaults, takePicture } from '../support/browser.js';
import { eventually, WebhookReceiver } from '../support/webhook-receiver.js';

/** How much of a cycle is played behind its users: all groups, and their first members. */
const STEPS = 70;
/** The machine may be slow, and the company of the demonstration takes some hundred requests. */
const FILLING_MS = 240_000;

/** A page of each kind, by its address below that of the console. */
const PAGES = [
  ['home', ''],
  ['log', 'companies/acme/log?outcome=refused'],
  ['connect', 'companies/birch/connect?provider=entra'],
  ['groups', 'companies/acme/groups?group=Engineering'],
  ['people', 'companies/birch/people?user=ada@birch.example'],
  ['events', 'companies/birch/events'],
  ['credentials', 'companies/acme/credentials'],
  ['safety', 'companies/acme/safety'],
];

let application: TestApplication;
let admin: AdminClient;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const violations: string[] = [];
/** A time before the removals, as the field for times has it. */
let before: string;

beforeAll(async () => {
  expect(await buildConsoleIfChanged(join(import.meta.dirname, '..', '..'))).toBe(true);
  application = await startTestApplication({ settings: { ADMIN_TOKEN, WEBHOOK_HOSTS: 'localhost' } });
  admin = new AdminClient(application);
  await fillCompanies();
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
}, FILLING_MS);

afterAll(async () => {
  await browser?.close();
  await application?.close();
});

/** What the demonstration makes: a company with users and groups of two providers, whose removals are held in the end. */
async function fillCompanies(): Promise<void> {
  await application.administration.createCompany('acme', 'Acme Corporation');
  await application.administration.createCompany('birch', 'Birch Ltd');
  const issue = async (name: string): Promise<string> =>
    (
      await application.tokens.issueToken('acme', {
        name,
        dialect: 'lenient',
        scopes: ['scim:read', 'scim:write'],
        expires: null,
      })
    ).secret;
  const entraToken = await issue('Entra ID');
  const steps = new ScimClient(
    application.base,
    await issue('Demo'),
    { 'Entra ID': entraToken },
    new AbortController().signal,
    { name: 'Demo', headers: {}, contentType: 'application/scim+json', contentTypeAlways: false },
  );
  const company = new ExpectedCompany();
  const cycle = entraCycle(company);
  const isFirst = ({ title }: Step): boolean => title.endsWith(': create user');
  // Nobody is a member of anything before all are there.
  await Promise.all(cycle.filter(isFirst).map((step) => playStep(step, steps)));
  for (const step of cycle.filter((each) => !isFirst(each)).slice(0, STEPS)) await playStep(step, steps);
  expect(steps.differences).toEqual([]);
  const entra = application.scim(entraToken);
  const [{ userName }] = ((await entra.get('/Users?count=1')).body as { Resources: [{ userName: string }] })
    .Resources;
  for (let time = 0; time < 2; time += 1) await entra.post('/Users', { userName });
  await application.guard.setGuard('acme', { mode: 'hold' });
  // A field for times has whole seconds: the removals begin behind one.
  const second = Math.ceil(Date.now() / 1000) * 1000;
  before = new Date(second).toISOString().slice(0, 19);
  await eventually(() => Promise.resolve(Date.now() > second + 1));
  for (const { id } of company.users) {
    if (id !== undefined && (await entra.delete(`/Users/${id}`)).status === 429) break;
  }
}

const open = (path = ''): Promise<unknown> => page.goto(`${application.origin}/console/${path}`);
const heading = (name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
/** Waits until the keyboard is at a button. */
const focused = (button: string): Promise<void> =>
  page.locator('button:focus', { hasText: button }).waitFor();
const picture = (name: string): Promise<unknown> => takePicture(page, `console-${name}`);

async function signIn(): Promise<void> {
  await page.getByLabel('Admin token or admin credential').fill(ADMIN_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('asks who is not signed in, refuses what is no credential, and shows the page that was opened', async () => {
  await open('companies/none/no-such-page');
  await heading('Sign in to Rollcall');
  await page.getByLabel('Admin token or admin credential').fill('something else');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('no admin token').waitFor();
  await picture('sign-in');
  expect(await seriousFaults(page)).toEqual([]);
  await signIn();
  await heading('No such page');
  expect(page.url()).toContain('/companies/none/no-such-page');
  expect(await page.evaluate('document.cookie + localStorage.length + sessionStorage.length')).toBe('00');
});

it('asks again where the session has ended, and goes on at the same page', async () => {
  await open();
  await heading('Is everyone in sync?');
  const { items } = (await admin.get('/sessions')).body as { items: { id: string }[] };
  for (const { id } of items) expect((await admin.send('DELETE', `/sessions/${id}`)).status).toBe(204);
  await page.getByText('Your session has ended').waitFor();
  await signIn();
  await heading('Is everyone in sync?');
});

it('uses a link up by the button alone, leaves it in no address, and shows the company of the link', async () => {
  await open('companies/acme/credentials');
  await page.getByLabel('For whom?').fill('Acme, IT');
  await page.keyboard.press('Enter');
  const url = await page.getByLabel('The link for Acme, IT', { exact: true }).inputValue();
  const visitor = await browser.newPage();
  await visitor.goto(url);
  await visitor.getByText('This link signs you in').waitFor();
  expect(visitor.url()).toBe(`${application.origin}/console/sign-in`);
  await visitor.getByRole('button', { name: 'Continue' }).click();
  await visitor.getByRole('heading', { name: 'Connect an identity provider' }).waitFor();
  await visitor.goto(`${application.origin}/console/`);
  await visitor.getByRole('link', { name: 'Acme Corporation' }).waitFor();
  await expect.poll(() => visitor.locator('.card').count()).toBe(1);
  await visitor.getByText('company administrator').waitFor();
  await visitor.goto(`${application.origin}/console/companies/acme/events`);
  await visitor.getByText('You may name only hosts that the operator allows').waitFor();
  await visitor.goto(url);
  await visitor.getByRole('button', { name: 'Continue' }).click();
  await visitor.getByText('This link does not work any more').waitFor();
  await page.getByRole('button', { name: 'Revoke Acme, IT' }).click();
  await page.getByRole('button', { name: 'Revoke it' }).click();
  await page.getByRole('button', { name: 'Revoke Acme, IT' }).waitFor({ state: 'hidden' });
  await visitor.goto(`${application.origin}/console/companies/acme/log`);
  await visitor.getByRole('heading', { name: 'Sign in to Rollcall' }).waitFor();
  await visitor.close();
});

describe('a company that identity providers have filled', () => {
  it('is the first of the companies, with what is wrong with it', async () => {
    await open();
    await heading('Is everyone in sync?');
    const cards = page.locator('.card');
    await cards.nth(1).waitFor();
    await cards
      .first()
      .getByRole('link', { name: /Removals are held/ })
      .waitFor();
    await cards
      .first()
      .getByRole('link', { name: /requests? refused in 24 hours/ })
      .waitFor();
    await cards.nth(1).getByText('Not connected yet').waitFor();
    for (const [name, path] of [
      ['Guides', '/docs/guides'],
      ['API', '/docs'],
    ] as const) {
      const link = page.getByRole('banner').getByRole('link', { name, exact: true });
      const url = (await link.getAttribute('href'))!;
      expect([url, (await page.request.get(url)).status()]).toEqual([application.origin + path, 200]);
    }
    await picture('home');
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('has its failures folded, with cause and cure', async () => {
    await open('companies/acme/log');
    await heading('What happened');
    await page.locator('.log > li').nth(20).waitFor();
    await picture('log');
    await page.getByLabel('What became of it').selectOption('refused');
    await page.waitForURL(/outcome=refused/);
    const twice = page.locator('summary', { hasText: 'Entra ID could not create the user' });
    await twice.getByText(/2 times/).waitFor();
    await twice.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Cause: Another user or group has this value already.').waitFor();
    await page.getByText('POST /standard/scim/v2/Users (create, standard)').waitFor();
    await picture('log-entry');
    expect(await seriousFaults(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV (UTC)' }).click();
    expect((await download).suggestedFilename()).toBe('acme-activity.csv');
  });
});

it('connects an identity provider: base URL and token are there to copy, and the checklist ticks itself', async () => {
  await open('companies/birch/connect');
  await page.getByLabel('Which one?').selectOption({ label: 'Microsoft Entra ID' });
  await page.getByText('can only be reached from here').waitFor();
  const url = await page.getByLabel('Tenant URL', { exact: true }).inputValue();
  expect(url).toMatch(/^http:.*\/standard\/scim\/v2\?aadOptscim062020$/);
  await page.getByRole('button', { name: 'Make a token for Microsoft Entra ID' }).click();
  const token = await page.getByLabel('Secret Token', { exact: true }).inputValue();
  await page.getByText('Not yet: The connection was tested').waitFor();
  await picture('connect');
  expect(await seriousFaults(page)).toEqual([]);
  const entra = application.scim(token);
  const { body } = await entra.post('/Users', { userName: 'ada@birch.example' });
  await entra.post('/Groups', { displayName: 'Finance', members: [{ value: (body as { id: string }).id }] });
  await page.getByText('Done: The first member came into a group').waitFor();
  await page.getByText('Done: The connection was tested').waitFor();
  await page.getByText('Done: The first user came').waitFor();
});

it('says that it works once a user has come from a provider that sends no groups', async () => {
  await application.administration.createCompany('cedar', 'Cedar Inc.');
  await open('companies/cedar/connect');
  await page.getByLabel('Which one?').selectOption({ label: 'Google Workspace' });
  await page.getByRole('button', { name: 'Make a token for Google Workspace' }).click();
  const token = await page.getByLabel('Access token', { exact: true }).inputValue();
  await page.getByText('Not yet: The first user came').waitFor();
  expect(await page.getByText('The first group came').count()).toBe(0);
  await application.scim(token).post('/Users', { userName: 'ada@cedar.example' });
  await page.getByText('It works.').waitFor();
  expect(await seriousFaults(page)).toEqual([]);
});

it('tells who is in a group, since when and by whom', async () => {
  await open('companies/birch/groups');
  await page.getByRole('link', { name: 'Finance' }).click();
  await heading('Finance');
  const row = page.getByRole('row', { name: /ada@birch.example/ });
  await row.getByText('Microsoft Entra ID').waitFor();
  await page.getByRole('link', { name: 'ada@birch.example' }).click();
  await heading('ada@birch.example');
  const group = page.getByRole('row', { name: /Finance/ });
  await group.getByText('Microsoft Entra ID').waitFor();
  await picture('people');
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('link', { name: /in the log.*How the memberships changed/ }).click();
  await heading('What happened');
  await page.getByText('Microsoft Entra ID created the group Finance').waitFor();
});

it('shows the groups of somebody by userName, and says that there is no such person', async () => {
  await open('companies/birch/people?user=ada@birch.example');
  await page.getByRole('link', { name: 'Finance' }).first().waitFor();
  await open('companies/birch/people?user=nobody@birch.example');
  await page.getByRole('alert').getByText('nobody@birch.example').first().waitFor();
});

it('sends events to a URL, tries it, shows what was sent, and sends it again', async () => {
  const receiver = await WebhookReceiver.open();
  try {
    await open('companies/birch/events');
    await page.getByText('Events are sent nowhere yet.').waitFor();
    await page.getByLabel('Name').fill('Access service');
    await page.getByLabel('URL (https)').fill(receiver.url);
    await page.keyboard.press('Enter');
    const secret = await page.getByLabel('The secret of the webhook', { exact: true }).inputValue();
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await receiver.received(1);
    receiver.verify(secret);
    await page.getByRole('button', { name: 'What was sent' }).click();
    const sent = page.getByRole('row', { name: /webhook\.test/ });
    await sent.getByText('delivered').waitFor();
    await picture('events');
    expect(await seriousFaults(page)).toEqual([]);
    await sent.getByRole('button', { name: 'Send again' }).click();
    await receiver.received(2);
    await page.getByRole('button', { name: 'Disable' }).focus();
    await page.keyboard.press('Enter');
    await focused('Send nothing');
    await page.keyboard.press('Enter');
    await page.getByText('by an administrator').waitFor();
  } finally {
    await receiver.close();
  }
});

it('rotates a token, beside which the old one goes on', async () => {
  await open('companies/birch/credentials');
  await page.getByRole('button', { name: 'Rotate' }).click();
  await focused('Make a new one');
  await page.keyboard.press('Enter');
  const made = page.getByLabel('The new token of Microsoft Entra ID', { exact: true });
  await made.waitFor();
  await picture('credentials');
  expect(await seriousFaults(page)).toEqual([]);
  expect((await application.scim(await made.inputValue()).get('/Users')).status).toBe(200);
  await page.getByText('7 days left').waitFor();
});

it('shows what is held, releases it by keyboard alone, and brings back what was gone', async () => {
  await open('companies/acme/safety');
  await page.getByRole('heading', { name: 'Removals are held' }).waitFor();
  await page.getByRole('cell').first().waitFor();
  await picture('safety');
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByLabel('As it was at (your time)').fill(before);
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await page.getByText('This would be changed:').waitFor();
  await picture('restore');
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await page.getByText('This was changed:').waitFor();
  await page.getByRole('button', { name: 'Release', exact: true }).focus();
  await page.keyboard.press('Enter');
  await focused('Release, and count anew');
  await page.keyboard.press('Enter');
  await page.getByText('Done. When does it work again?').waitFor();
  await page.getByText('nothing is held').waitFor();
});

describe('on a phone, in the dark', () => {
  it.each(PAGES)('the page %s fits, and axe finds nothing serious', async (name, path) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await open(path);
    await page.locator('main .curl').first().waitFor();
    await picture(`dark-${name}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousFaults(page)).toEqual([]);
  });
});

it('was kept from nothing by the policy of its page', () => {
  expect(violations).toEqual([]);
});
