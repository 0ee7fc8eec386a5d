import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type Browser, type Locator, type Page } from 'playwright-core';
import { buildConsoleIfChanged } from '../../scripts/console.mjs';
import { ADMIN_TOKEN, AdminClient } from '../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { launchBrowser, seriousFaults, takePicture } from '../support/browser.js';
import { insertUsers } from '../support/insert-resources.js';
import { type ScimClient } from '../support/scim-client.js';
import { PATCH_URN } from '../support/schema-urns.js';

const STARTING_MS = 120_000;

let application: TestApplication;
let browser: Browser;
let page: Page;
let admin: AdminClient;
let okta: ScimClient;
const ids: Record<string, string> = {};
/** A time at which Ada was in the group Night shift, as the field for times has it. */
let then: string;

beforeAll(async () => {
  expect(await buildConsoleIfChanged(join(import.meta.dirname, '..', '..'))).toBe(true);
  application = await startTestApplication({ settings: { ADMIN_TOKEN } });
  const { slug } = await application.company('acme');
  admin = new AdminClient(application);
  const { secret } = (await admin.post('/companies/acme/tokens', { name: 'Okta' })).body;
  okta = application.scim(secret);
  await insertUsers(application.database, slug, 150);
  await make('ada', '/Users', {
    userName: 'ada.lovelace@acme.example',
    displayName: 'Ada Lovelace',
    externalId: '00u1a2b3c4d5e6f7',
    title: 'Countess',
  });
  await make('ben', '/Users', { userName: 'ben@acme.example', displayName: 'Ben', active: false });
  await make('emea', '/Groups', { displayName: 'EMEA', members: members('ada') });
  await make('sales', '/Groups', { displayName: 'Sales', members: members('emea', 'ben') });
  await make('finance', '/Groups', { displayName: 'Finance', members: members('sales') });
  await make('night', '/Groups', { displayName: 'Night shift', members: members('ada') });
  await backdate('sales', 10);
  const second = Math.ceil(Date.now() / 1000) * 1000;
  then = new Date(second).toISOString().slice(0, 19);
  await new Promise((resolve) => setTimeout(resolve, second + 5 - Date.now()));
  await okta.patch(`/Groups/${ids['night']}`, {
    schemas: [PATCH_URN],
    Operations: [{ op: 'remove', path: `members[value eq "${ids['ada']}"]` }],
  });
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC' });
  await open('');
  await page.getByLabel('Admin token or admin credential').fill(ADMIN_TOKEN);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Is everyone in sync?' }).waitFor();
}, STARTING_MS);

afterAll(async () => {
  await browser?.close();
  await application?.close();
});

const members = (...names: string[]): { value: string }[] => names.map((name) => ({ value: ids[name]! }));

async function make(name: string, path: string, resource: object): Promise<void> {
  const { status, body } = await okta.post(path, resource);
  expect(status).toBe(201);
  ids[name] = (body as { id: string }).id;
}

/** Lets what was done to a group have happened days ago, in a journal that is older. */
async function backdate(group: string, days: number): Promise<void> {
  const owner = new pg.Client(application.database.adminUrl);
  await owner.connect();
  await owner.query("UPDATE companies SET journal_since = now() - interval '60 days'");
  await owner.query(
    'UPDATE activity SET id = id - ($2::bigint * 86400000 << 22) WHERE resource_id = read_resource_id($1)',
    [ids[group], days],
  );
  await owner.end();
}

const open = (path: string): Promise<unknown> => page.goto(`${application.origin}/console/${path}`);
const heading = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();
const picture = (name: string): Promise<unknown> => takePicture(page, `console-${name}`);

it('lists people, and finds somebody by a part of the name while it is typed', async () => {
  await open('companies/acme/people');
  await page.getByRole('link', { name: 'bulk1', exact: true }).waitFor();
  await page.getByRole('link', { name: 'More people' }).click();
  await page.getByRole('link', { name: 'bulk99', exact: true }).waitFor();
  await page.getByRole('link', { name: 'First people' }).waitFor();
  await page.getByLabel('Find somebody').focus();
  await page.keyboard.type('lovel');
  await page.waitForURL(/people\?search=lovel$/);
  const row = page.getByRole('row', { name: /ada\.lovelace/ });
  await row.getByText('Ada Lovelace').waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await picture('people-list');
  expect(await seriousFaults(page)).toEqual([]);
  // From the field the next stop of the keyboard is the row.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await heading('Ada Lovelace');
  await page.goBack();
  await heading('People');
  await expect.poll(() => page.getByLabel('Find somebody').inputValue()).toBe('lovel');
});

it('says that nobody was found', async () => {
  await open('companies/acme/people?search=nobody');
  await page.getByText('Nobody was found.').waitFor();
  await open('companies/acme/groups?search=nothing');
  await page.getByText('No group was found.').waitFor();
});

it('tells why somebody is in a group, what was done to them, and what SCIM has of them', async () => {
  await open(`companies/acme/people?user=${ids['ada']}`);
  await heading('Ada Lovelace');
  const direct = page.getByRole('row', { name: /^EMEA/ });
  await direct.getByText('directly').waitFor();
  await direct.getByText('Okta').waitFor();
  const indirect = page.getByRole('row', { name: /^Finance/ });
  await expect
    .poll(() => indirect.getByRole('cell').nth(1).textContent())
    .toBe('by EMEA → , which is in Sales');
  await expect.poll(() => page.getByRole('row', { name: /Night shift/ }).count()).toBe(0);
  const done = page.getByRole('list', { name: /What was done to this person/ });
  await done.getByText('Okta created the user').waitFor();
  const changed = page.getByRole('list', { name: /How the memberships changed/ });
  await changed.getByText('Okta removed Ada Lovelace from Night shift').waitFor();
  await page.getByText('As SCIM JSON').focus();
  await page.keyboard.press('Enter');
  await page.getByText('"title": "Countess"').waitFor();
  await picture('person');
  expect(await seriousFaults(page)).toEqual([]);
});

it('tells in which groups somebody was, and that the ways are those of now', async () => {
  await open(`companies/acme/people?user=${ids['ada']}`);
  await page.getByLabel(/^At/).fill(then);
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Night shift/ }).waitFor();
  await page.getByText('are not told for the past').waitFor();
});

it('lists groups with their numbers, and everybody who is in one of them with the way', async () => {
  await open('companies/acme/groups');
  await page.getByLabel('Find a group').fill('ina');
  await page.getByRole('link', { name: 'Finance' }).click();
  await heading('Finance');
  const chart = page.getByRole('img', { name: /direct member/ });
  await chart.waitFor();
  await page.getByRole('link', { name: 'All people in it' }).click();
  const row = page.getByRole('row', { name: /Ada Lovelace/ });
  await row.getByRole('link', { name: 'EMEA' }).waitFor();
  await row.getByRole('link', { name: 'Sales' }).waitFor();
  expect(page.url()).toContain('view=all');
  await page
    .getByRole('list', { name: /What was done to this group/ })
    .getByText('Okta created the group')
    .waitFor();
  await picture('group');
  expect(await seriousFaults(page)).toEqual([]);
});

it('shows how many members a group had, in a chart and in words', async () => {
  await open(`companies/acme/groups?group=${ids['sales']}`);
  const chart = page.getByRole('img', { name: /between 0 and 2 direct members$/ });
  await chart.waitFor();
  await expect.poll(() => chart.locator('rect').count()).toBe(30);
  await expect.poll(() => chart.locator('rect.none').count()).toBe(19);
  await page.getByRole('link', { name: '90 days' }).click();
  await page.getByText(/^Known from/).waitFor();
  await picture('group-chart');
});

it('says what became of a group that is gone, and who was in it', async () => {
  await make('gone', '/Groups', { displayName: 'Gone', members: members('ben') });
  const second = Math.ceil(Date.now() / 1000) * 1000;
  await new Promise((resolve) => setTimeout(resolve, second + 5 - Date.now()));
  await okta.delete(`/Groups/${ids['gone']}`);
  await open(`companies/acme/groups?group=${ids['gone']}`);
  await page.getByRole('alert').getByText('choose a time').waitFor();
  await page.getByText('Okta deleted the group').waitFor();
  await page.getByLabel(/^At/).fill(new Date(second).toISOString().slice(0, 19));
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /Ben/ }).waitFor();
});

describe('erases a person', () => {
  const button = (): Locator => page.getByRole('button', { name: 'Erase the person' });
  const erase = async (name: string): Promise<void> => {
    await page.getByLabel(`Type ${name} to erase the person`).fill(name);
    await button().press('Enter');
    await page.locator('button:focus').filter({ hasText: 'Erase for good' }).waitFor();
    await page.keyboard.press('Enter');
  };
  const erased = (): Promise<void> => page.getByRole('status').getByText('This person was erased').waitFor();

  it('once the name was typed, and shows the proof, to be copied and saved', async () => {
    const userName = 'eve.moneypenny@acme.example';
    await make('eve', '/Users', { userName, displayName: 'Eve Moneypenny' });
    await make('secret', '/Groups', { displayName: 'Secret', members: members('eve') });
    const id = ids['eve']!;
    await open(`companies/acme/people?user=${userName}`);
    await heading('Eve Moneypenny');
    expect(await button().isDisabled()).toBe(true);
    await page.getByLabel(`Type ${userName} to erase the person`).fill('eve');
    expect(await button().isDisabled()).toBe(true);
    await erase(userName);
    await erased();
    await page.getByText('Nothing is left.').waitFor();
    await page.getByRole('row', { name: 'memberships in groups 1 0' }).waitFor();
    await page.getByRole('row', { name: 'the user 1 0' }).waitFor();
    expect((await page.getByRole('row').allTextContents()).join()).not.toContain('_');
    await page.getByText('Remove the person from the assignments').waitFor();
    await page.getByRole('button', { name: 'Copy: the proof as JSON' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the proof' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`erasure-${id}.json`);
    const proof = JSON.parse(await readFile(await download.path(), 'utf8')) as object;
    expect(proof).toMatchObject({ id, company: 'acme', proof: expect.any(Array) });
    const { items } = (await admin.get('/companies/acme/erasures')).body as { items: { id: string }[] };
    expect(items.map((each) => each.id)).toEqual([id]);
    await picture('erased');
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('dark-erased');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    expect(page.url()).toContain(`user=${id}`);
    expect(await page.locator('main').textContent()).not.toContain('oneypenny');
  });

  it('and says so whenever the page is opened again', async () => {
    await open(`companies/acme/people?user=${ids['eve']}`);
    await erased();
    await page
      .getByRole('list', { name: /What was done/ })
      .getByText('erased the user')
      .waitFor();
    expect(await button().count()).toBe(0);
  });

  it('who was deleted before, by id', async () => {
    await make('dan', '/Users', { userName: 'dan@acme.example' });
    await okta.delete(`/Users/${ids['dan']}`);
    await open(`companies/acme/people?user=${ids['dan']}`);
    await page.getByRole('alert').getByText('choose a time').waitFor();
    await erase(ids['dan']!);
    await erased();
    await page.getByRole('row', { name: 'copies kept to be restored 1 0' }).waitFor();
  });

  it('or says why nobody was', async () => {
    await open('companies/acme/people?user=ffffffffffffffff');
    await erase('ffffffffffffffff');
    await page.getByRole('alert').getByText('nothing is left of one').waitFor();
  });

  it.each([
    ['admin:read', 0],
    ['admin:acme', 1],
  ])('where somebody may: with %s there are %i buttons', async (scope, buttons) => {
    const { body } = await admin.post('/admin-credentials', { name: scope, scopes: [scope] });
    const context = await browser.newContext();
    const theirs = await context.newPage();
    await theirs.goto(`${application.origin}/console/companies/acme/people?user=${ids['ben']}`);
    await theirs.getByLabel('Admin token or admin credential').fill(body.secret as string);
    await theirs.keyboard.press('Enter');
    await theirs.getByRole('heading', { name: 'How the memberships changed' }).waitFor();
    expect(await theirs.getByRole('button', { name: 'Erase the person' }).count()).toBe(buttons);
    await context.close();
  });
});

describe('on a phone, in the dark', () => {
  it.each([
    ['people-list', () => 'people?search=a'],
    ['person', () => `people?user=${ids['ada']}`],
    ['groups-list', () => 'groups'],
    ['group', () => `groups?group=${ids['finance']}&view=all`],
  ])('the page %s fits, and axe finds nothing serious', async (name, path) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await open(`companies/acme/${path()}`);
    await page.getByRole('cell').first().waitFor();
    await picture(`dark-${name}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('a long name fits', async () => {
    await make('long', '/Users', { userName: `${'long.name.'.repeat(15)}@acme.example` });
    await page.setViewportSize({ width: 390, height: 844 });
    await open(`companies/acme/people?user=${ids['long']}`);
    await page.getByText('In no group.').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});
