import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { ENTRA, entraCycle } from '../../src/demo/entra-cycle.js';
import { ExpectedCompany, type ExpectedGroup } from '../../src/demo/expected-company.js';
import { OKTA, oktaCycle } from '../../src/demo/okta-cycle.js';
import { type ClientProfile, ScimClient } from '../../src/demo/scim-client.js';
import { playStep, type Step } from '../../src/demo/step.js';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { launchBrowser, seriousFaults, tabTo, takePicture } from '../support/browser.js';
import { smallPicture } from '../support/small-picture.js';
import { basic, postForm } from '../support/token-client.js';
import { eventually } from '../support/webhook-receiver.js';

// An operator makes a company and a set-up link; whoever gets the link connects Entra ID and Okta with nothing else, and
// then finds out and mends what goes wrong.

/** The folder with the pictures of the guides, where they are to be taken anew. */
const GUIDE_PICTURES = process.env['GUIDE_PICTURES'];

const PUBLIC_URL = 'https://scim.example.com';
const BASE = `${PUBLIC_URL}/standard/scim/v2`;
/** The machine may be slow, and the cycles of both providers are some hundred requests. */
const CYCLE_MS = 240_000;

let application: TestApplication;
let admin: AdminClient;
let browser: Browser;
/** That of the operator, and that of whoever was sent the link. */
let operator: Page;
let visitor: Page;
const company = new ExpectedCompany();
const secrets: { entra?: string; okta?: string; ofClient?: string } = {};

beforeAll(async () => {
  expect(await buildConsoleIfChanged(join(import.meta.dirname, '..', '..'))).toBe(true);
  application = await startTestApplication({ settings: { ADMIN_TOKEN, PUBLIC_URL } });
  admin = new AdminClient(application);
  browser = await launchBrowser();
  const open = async (): Promise<BrowserContext> =>
    browser.newContext({ viewport: { width: 1100, height: 800 }, timezoneId: 'UTC' });
  operator = await (await open()).newPage();
  visitor = await (await open()).newPage();
}, CYCLE_MS);

afterAll(async () => {
  await browser?.close();
  await application?.close();
});

const open = (page: Page, path = ''): Promise<unknown> => page.goto(`${application.origin}/console/${path}`);
const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const field = (page: Page, label: string): Promise<string> =>
  page.getByLabel(label, { exact: true }).inputValue();
const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
/** Waits until the keyboard is at a button. */
const focused = (page: Page, name: string): Promise<void> =>
  page.locator('button:focus', { hasText: name }).waitFor();
/** What stands in the question that a button has opened. */
const question = (page: Page, name: string): Locator => page.getByRole('group', { name, exact: true });

async function picture(page: Page, name: string): Promise<void> {
  await takePicture(page, `story-${name}`);
}

/** Takes a picture of what a page shows at first, for the guides. */
async function guidePicture(page: Page, name: string, height: number): Promise<void> {
  if (GUIDE_PICTURES === undefined) return;
  await page.setViewportSize({ width: 960, height });
  await page.evaluate('scrollTo(0, 0)');
  const taken = await smallPicture(browser, await page.screenshot());
  expect(taken.length).toBeLessThan(60_000);
  writeFileSync(join(GUIDE_PICTURES, `${name}.png`), taken);
  await page.setViewportSize({ width: 1100, height: 800 });
}

/** An identity provider that has been given the secret on the page. */
const clientOf = (profile: ClientProfile, secret: string): ScimClient =>
  new ScimClient(application.base, secret, {}, new AbortController().signal, profile);

async function play(client: ScimClient, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await playStep(step, client);
  expect(client.differences).toEqual([]);
}

const groupNamed = (name: string): ExpectedGroup =>
  [...company.groups].find(({ displayName }) => displayName === name)!;

/** Runs a command that a page shows, as somebody would who has pasted it. */
async function run(command: string): Promise<string> {
  const script = `curl() { command curl --silent --show-error --fail-with-body "$@"; }\n${command}`;
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-euc', script], {
    env: { PATH: process.env['PATH'], ADMIN_TOKEN },
    timeout: 20_000,
  });
  return stdout;
}

describe('an operator', () => {
  it('adds a company, and makes a link for those who connect its identity provider', async () => {
    await open(operator);
    await operator.getByLabel('Admin token or admin credential').fill(ADMIN_TOKEN);
    await operator.keyboard.press('Enter');
    await heading(operator, 'Is everyone in sync?');
    await operator.getByText('Add a company', { exact: true }).click();
    await operator.getByLabel('Name').fill('Acme Corporation');
    await expect
      .poll(() => operator.getByLabel('Slug, which stays for good').inputValue())
      .toBe('acme-corporation');
    await operator.getByLabel('Slug, which stays for good').fill('acme');
    await operator.keyboard.press('Enter');
    await heading(operator, 'Connect an identity provider');
    await operator.getByRole('link', { name: 'Send a set-up link' }).click();
    await operator.getByLabel('For whom?').fill('Acme, IT');
    await operator.keyboard.press('Enter');
    const link = await field(operator, 'The link for Acme, IT');
    expect(link).toMatch(/^https:\/\/scim\.example\.com\/console\/sign-in#link=/);
    await picture(operator, 'setup-link');
    await visitor.goto(link.replace(PUBLIC_URL, application.origin));
  });
});

describe('whoever was sent the link', () => {
  it('is led to connecting the identity provider of the company', async () => {
    await visitor.getByText('where the provider is connected').waitFor();
    await picture(visitor, 'link');
    expect(await seriousFaults(visitor)).toEqual([]);
    await tabTo(visitor, 'Continue');
    await visitor.keyboard.press('Enter');
    await heading(visitor, 'Connect an identity provider');
    expect(visitor.url()).toBe(`${application.origin}/console/companies/acme/connect`);
  });

  it(
    'connects Entra ID, and sees each tick come',
    async () => {
      await visitor.getByLabel('Which one?').selectOption({ label: 'Microsoft Entra ID' });
      await visitor.getByText('Create your own application').waitFor();
      expect(await field(visitor, 'Tenant URL')).toBe(`${BASE}?aadOptscim062020`);
      await button(visitor, 'Make a token for Microsoft Entra ID').click();
      secrets.entra = await field(visitor, 'Secret Token');
      await visitor.getByText('Not yet: The connection was tested').waitFor();
      await picture(visitor, 'entra');
      await guidePicture(visitor, 'console-connect', 900);
      const entra = clientOf(ENTRA, secrets.entra);
      const [test, ...cycle] = entraCycle(company);
      await play(entra, [test!]);
      await visitor.getByText('Done: The connection was tested').waitFor();
      const isFirst = ({ title }: Step): boolean => title.endsWith(': create user');
      // Nobody is a member of anything before all are there.
      await Promise.all(cycle.filter(isFirst).map((step) => playStep(step, entra)));
      await visitor.getByText('Done: The first user came').waitFor();
      await visitor.getByText('Not yet: The first group came').waitFor();
      await play(
        entra,
        cycle.filter((step) => !isFirst(step)),
      );
      await visitor.getByText('Done: The first group came').waitFor();
      await visitor.getByText('Done: The first member came into a group').waitFor();
      await visitor.getByText('It works.').waitFor();
      await picture(visitor, 'entra-works');
      expect(await seriousFaults(visitor)).toEqual([]);
    },
    CYCLE_MS,
  );

  it('may have Entra ID get itself tokens by client credentials', async () => {
    await visitor.getByLabel('OAuth 2.0 client credentials').check();
    expect(await field(visitor, 'Token endpoint (or OAuth token endpoint)')).toBe(
      `${PUBLIC_URL}/oauth/token`,
    );
    await button(visitor, 'Make a client for Microsoft Entra ID').click();
    const id = await field(visitor, 'Client identifier');
    const secret = await field(visitor, 'Client secret');
    await picture(visitor, 'entra-client');
    expect(await seriousFaults(visitor)).toEqual([]);
    const { status, body } = await postForm(
      `${application.origin}/oauth/token`,
      { grant_type: 'client_credentials', scope: 'scim.readwrite' },
      { authorization: basic(id, secret) },
    );
    expect(status).toBe(200);
    secrets.ofClient = body['access_token'] as string;
    await play(clientOf(ENTRA, secrets.ofClient), entraCycle(new ExpectedCompany()).slice(0, 1));
    await open(visitor, 'companies/acme/credentials');
    const client = visitor.getByRole('listitem').filter({ hasText: id });
    await client.getByText(/^Last used/).waitFor();
  });

  it(
    'connects Okta in the same way',
    async () => {
      await open(visitor, 'companies/acme/connect');
      await visitor.getByLabel('Which one?').selectOption({ label: 'Okta' });
      expect(await field(visitor, 'Base URL (wizard: SCIM connector base URL)')).toBe(BASE);
      await button(visitor, 'Make a token for Okta').click();
      secrets.okta = await field(visitor, 'OAuth Bearer Token (wizard: the field behind Bearer)');
      await picture(visitor, 'okta');
      // What Entra ID has sent says nothing of Okta.
      await visitor.getByText('Not yet: The connection was tested').waitFor();
      await visitor.getByText('Not yet: The first user came').waitFor();
      await play(clientOf(OKTA, secrets.okta), oktaCycle(company));
      await visitor.getByText('It works.').waitFor();
    },
    CYCLE_MS,
  );

  it('finds out why somebody is in a group, and since when', async () => {
    const [person] = groupNamed('Wizard: Administrators').members;
    await open(
      visitor,
      `companies/acme/people?user=${encodeURIComponent((person as { userName: string }).userName)}`,
    );
    await visitor
      .getByRole('row', { name: /Wizard: Administrators/ })
      .getByText('Okta')
      .waitFor();
    await picture(visitor, 'why');
  });

  it('finds a sync that fails, its cause and its cure', async () => {
    const okta = clientOf(OKTA, secrets.okta!);
    const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'FINANCE' };
    await okta.send({ method: 'POST', path: '/Groups', status: [409], body });
    expect(okta.differences).toEqual([]);
    await open(visitor, 'companies/acme/connect?provider=okta');
    await visitor.getByRole('link', { name: 'See what, why, and the cure' }).click();
    await heading(visitor, 'What happened');
    const entry = visitor.locator('summary', { hasText: 'Okta could not create the group' });
    await entry.focus();
    await visitor.keyboard.press('Enter');
    await visitor.getByText('Cause: Another user or group has this value already.').waitFor();
    await visitor.getByText('at Okta “Retry selected” in Dashboard → Tasks').waitFor();
    await picture(visitor, 'failure');
    await guidePicture(visitor, 'console-log', 720);
    await visitor.locator('.entry .notice').getByRole('link').first().click();
    await visitor.getByText('Microsoft Entra ID created the group Finance').waitFor();
  });
});

describe('a removal in mass', () => {
  const everyone = (): ExpectedGroup => groupNamed('Wizard: Everyone');
  /** The whole group by PUT, as the wizard's application sends it, and nobody in it. */
  const empty = async (status: number): Promise<void> => {
    const { id, displayName } = everyone();
    const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members: [] };
    const okta = clientOf(OKTA, secrets.okta!);
    await okta.send({ method: 'PUT', path: `/Groups/${id}`, status: [status], body });
    expect(okta.differences).toEqual([]);
  };
  const membersOf = async (): Promise<number> => {
    const { body } = await application.scim(secrets.okta).get(`/Groups/${everyone().id}`);
    return ((body as { members?: unknown[] }).members ?? []).length;
  };
  /** A time before it, as the field for times has it. */
  let before: string;

  it('is held once an operator has the guard hold, by keyboard alone', async () => {
    await open(operator, 'companies/acme/safety');
    await heading(operator, 'Safety');
    await button(operator, 'Have it hold').waitFor();
    await tabTo(operator, 'Have it hold');
    await operator.keyboard.press('Enter');
    await focused(operator, 'Hold from now on');
    await operator.keyboard.press('Enter');
    await operator.getByRole('heading', { name: 'The guard holds' }).waitFor();
    await empty(429);
    await open(visitor, 'companies/acme/safety');
    await visitor.getByRole('heading', { name: 'Removals are held' }).waitFor();
    await visitor.getByText('lose 23 members').waitFor();
    await picture(visitor, 'held');
    await guidePicture(visitor, 'console-safety', 720);
    expect(await seriousFaults(visitor)).toEqual([]);
  });

  it('is released by keyboard alone, and the page says when it works again at which provider', async () => {
    await visitor.reload();
    await visitor.getByText('lose 23 members').waitFor();
    await tabTo(visitor, 'Choose Wizard: Everyone');
    await visitor.keyboard.press('Space');
    await tabTo(visitor, 'Release these 1 alone');
    await visitor.keyboard.press('Enter');
    await focused(visitor, 'Let these 1 through');
    await question(visitor, 'Release these 1 alone').locator('summary').waitFor();
    await visitor.keyboard.press('Enter');
    await visitor.getByText('Done. When does it work again?').waitFor();
    await visitor.getByRole('definition').filter({ hasText: 'Retry selected' }).waitFor();
    await visitor.getByRole('definition').filter({ hasText: 'Restart provisioning' }).waitFor();
    await visitor.getByText('nothing is held').waitFor();
    await picture(visitor, 'released');
    // A field for times has whole seconds.
    const second = Math.ceil(Date.now() / 1000) * 1000;
    before = new Date(second).toISOString().slice(0, 19);
    await eventually(() => Promise.resolve(Date.now() > second + 1));
    await empty(200);
    expect(await membersOf()).toBe(0);
  });

  it('is undone for one group', async () => {
    await open(visitor, 'companies/acme/safety');
    await visitor.getByLabel('As it was at (your time)').fill(before);
    await visitor.getByLabel('Only this group (empty: all)').fill('Wizard: Everyone');
    await visitor.keyboard.press('Enter');
    await visitor.getByText('This would be changed:').waitFor();
    await visitor.getByText('curl to bring it back').waitFor();
    await button(visitor, 'Bring it back').click();
    await visitor.getByText('This was changed:').waitFor();
    await picture(visitor, 'restored');
    expect(await membersOf()).toBe(23);
  });
});

it('a token is rotated by keyboard alone, and the page says where the new one is entered', async () => {
  await open(visitor, 'companies/acme/credentials');
  await heading(visitor, 'Credentials');
  await visitor.getByRole('heading', { name: /^Okta/ }).waitFor();
  await tabTo(visitor, 'Rotate');
  await visitor.keyboard.press('Enter');
  await focused(visitor, 'Make a new one');
  await picture(visitor, 'question');
  await visitor.keyboard.press('Enter');
  const made = visitor.getByLabel(/^The new token of/);
  await made.waitFor();
  await visitor.getByRole('definition').filter({ hasText: 'Secret Token' }).waitFor();
  await expect.poll(() => visitor.getByRole('definition').count()).toBe(1);
  await picture(visitor, 'rotated');
  expect(await seriousFaults(visitor)).toEqual([]);
  for (const secret of [await made.inputValue(), secrets.entra!, secrets.okta!]) {
    expect((await application.scim(secret).get('/Users?count=1')).status).toBe(200);
  }
});

it('a secret that somebody else has seen is revoked, and its tokens with it', async () => {
  const revoke = visitor.getByRole('button', { name: /^Revoke secret/ });
  await revoke.click();
  await button(visitor, 'Revoke it').click();
  await revoke.waitFor({ state: 'hidden' });
  expect((await application.scim(secrets.ofClient).get('/Users?count=1')).status).toBe(401);
});

describe('the command that stands in a question does what the button would', () => {
  const commandOf = async (page: Page, name: string): Promise<string> => {
    await button(page, name).first().click();
    await question(page, name).locator('summary').click();
    return (await question(page, name).locator('pre').textContent()) ?? '';
  };

  it('for a change that goes by an entity tag', async () => {
    await open(operator, 'companies/acme/safety');
    await run(await commandOf(operator, 'Have it only warn'));
    await operator.getByRole('heading', { name: 'The guard warns' }).waitFor();
  });

  it('for what is removed', async () => {
    await open(operator, 'companies/acme/credentials');
    await run(await commandOf(operator, 'Revoke Acme, IT'));
    await heading(visitor, 'Sign in to Rollcall');
    const { body } = await admin.get('/companies/acme/setup-links');
    expect(body).toMatchObject({ items: [{ name: 'Acme, IT', revoked: expect.any(String) }] });
  });
});

describe('on a phone, in the dark', () => {
  it.each([
    ['entra', 'connect?provider=entra'],
    ['entra-client', 'connect?provider=entra&grant=client-credentials'],
    ['okta', 'connect?provider=okta'],
    ['credentials', 'credentials'],
    ['safety', 'safety'],
  ])('the page %s fits, and axe finds nothing serious', async (name, path) => {
    await operator.setViewportSize({ width: 390, height: 844 });
    await operator.emulateMedia({ colorScheme: 'dark' });
    await open(operator, `companies/acme/${path}`);
    await operator.locator('main .curl').first().waitFor();
    const failures = operator.getByText('Does the test fail?');
    if (await failures.isVisible()) await failures.click();
    await picture(operator, `dark-${name}`);
    expect(await operator.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousFaults(operator)).toEqual([]);
  });
});
