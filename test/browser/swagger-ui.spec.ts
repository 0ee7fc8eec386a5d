import { type Browser, type Locator, type Page } from 'playwright-core';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { launchBrowser, takePicture } from '../support/browser.js';
import { titled } from '../support/titled.js';

/** The operations of each wire format, its printed example of a new name, and what that makes of a group. */
const SURFACES = [
  {
    name: 'standard',
    create: 'createGroup',
    patch: 'patchGroup',
    example: 'rename',
    patched: '204',
    renamed: 'City Guides',
  },
  {
    name: 'paradigm',
    create: 'scim_v2_Groups_create',
    patch: 'scim_v2_Groups_partial_update_by_id',
    example: 'RenameTheGroup',
    patched: '200',
    renamed: '1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName',
  },
  {
    name: 'scaikey',
    create: 'create_group',
    patch: 'patch_group',
    example: 'rename',
    patched: '200',
    renamed: 'City Guides',
  },
  {
    name: 'oud',
    create: 'createGroup',
    patch: 'modifyGroup',
    example: 'rename',
    patched: '200',
    renamed: 'Engineering',
  },
  {
    name: 'strongdm',
    create: 'createGroup',
    patch: 'patchGroup',
    example: 'rename',
    patched: '200',
    renamed: 'newName',
    prefix: 'r-',
  },
];

describe('pages in a browser', () => {
  let application: TestApplication;
  let browser: Browser;

  beforeAll(async () => {
    application = await startTestApplication();
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await application?.close();
  });

  it.each(titled(SURFACES, 'name'))(
    'creates and renames a group on %s with the printed examples',
    async (_, surface) => {
      const company = await application.company();
      const token = await company.token();
      const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
      const refusedByPolicy = policyViolations(page);
      await page.goto(`${application.origin}/docs?urls.primaryName=${surface.name}`);
      await expect.poll(() => page.locator('.topbar select').inputValue()).toContain(`/${surface.name}.json`);
      await authorize(page, token);
      await takePicture(page, surface.name);
      const parameters = { tenant_id: company.slug };

      const create = page.locator(`[id$="-${surface.create}"]`);
      await execute(create, parameters);
      await takePicture(create, `${surface.name}-create`);
      expect(await statusOf(create)).toBe('201');

      const [{ id = '' } = {}] = await groupsOf(application, token);
      const change = page.locator(`[id$="-${surface.patch}"]`);
      const inPath = `${surface.prefix ?? ''}${id}`;
      await execute(
        change,
        { ...parameters, id: inPath, group_id: inPath, entryUUID: inPath },
        surface.example,
      );
      await takePicture(change, `${surface.name}-patch`);
      expect(await statusOf(change)).toBe(surface.patched);

      const groups = await groupsOf(application, token);
      expect(groups).toMatchObject([{ id, displayName: surface.renamed }]);
      expect(refusedByPolicy).toEqual([]);
      await page.close();
    },
    120_000,
  );

  it('keeps a token for all surfaces, and over a reload, until it is logged out', async () => {
    const company = await application.company();
    const token = await company.token();
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    const refusedByPolicy = policyViolations(page);
    await page.goto(`${application.origin}/docs`);
    await authorize(page, token);
    await page.locator('.topbar select').selectOption({ label: 'paradigm' });
    await page.locator('[id$="-scim_v2_Groups_list"]').waitFor();
    await page.locator('.authorize.locked').first().waitFor();

    const again = `${application.origin}/docs?urls.primaryName=paradigm`;
    await page.goto(again);
    await page.locator('.authorize.locked').first().waitFor();
    const list = page.locator('[id$="-scim_v2_Groups_list"]');
    await execute(list);
    await expect(statusOf(list)).resolves.toBe('200');
    await takePicture(page, 'phone-dark');
    expect(await page.evaluate('localStorage.length')).toBe(0);

    await page.locator('.auth-wrapper .authorize').first().click();
    await page.locator('.auth-container .btn.auth', { hasText: 'Logout' }).first().click();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await page.goto(again);
    await page.locator('.authorize.unlocked').first().waitFor();
    expect(refusedByPolicy).toEqual([]);
    await page.close();
  }, 120_000);

  it.each([
    [390, 'light', 'rgb(255, 255, 255)'],
    [1280, 'dark', 'rgb(20, 25, 27)'],
  ] as const)(
    'pages fit %i px and are %s',
    async (width, colorScheme, paper) => {
      const page = await browser.newPage({
        viewport: { width, height: 844 },
        colorScheme,
      });
      const refusedByPolicy = policyViolations(page);
      for (const path of ['/', '/docs/guides', '/docs/guides/running', '/docs/surfaces/standard', '/docs']) {
        await page.goto(application.origin + path);
        if (path === '/docs') await page.locator('.opblock').first().waitFor();
        await takePicture(page, `${colorScheme}${path.replaceAll('/', '-')}`);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(paper);
      }
      expect(refusedByPolicy).toEqual([]);
      await page.close();
    },
    60_000,
  );

  it('stands in no frame, and has a policy that lets it do what it needs', async () => {
    const { headers } = await fetch(`${application.origin}/docs/`);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
  });

  it('is refused on the page without a token', async () => {
    const stranger = await browser.newPage();
    await stranger.goto(`${application.origin}/docs`);
    const operation = stranger.locator('#operations-Groups-listGroups');
    await execute(operation);
    await expect(statusOf(operation)).resolves.toBe('401');
    await stranger.close();
  }, 60_000);
});

/** What the page's Content-Security-Policy kept it from, so far. */
function policyViolations(page: Page): readonly string[] {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) violations.push(message.text());
  });
  return violations;
}

async function groupsOf(
  application: TestApplication,
  token: string,
): Promise<readonly { readonly id: string; readonly displayName: string }[]> {
  const { body } = await application.scim(token).get('/Groups');
  return (body as { Resources: { id: string; displayName: string }[] }).Resources;
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click();
  // Where HTTP Basic is offered too, the bearer scheme has the one input without a user name beside it.
  const bearer = page.locator('.auth-container', { hasText: 'Bearer' }).first();
  await bearer.locator('input').fill(token);
  await bearer.locator('.auth-btn-wrapper .authorize').click();
  await bearer.locator('.auth-btn-wrapper .btn-done').click();
}

/** Opens an operation, fills in what its path asks for, and sends a printed example: the first, or the one of that name. */
async function execute(
  operation: Locator,
  parameters: Readonly<Record<string, string>> = {},
  example?: string,
): Promise<void> {
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.try-out__btn').click();
  for (const [name, value] of Object.entries(parameters)) {
    const row = operation.locator(`tr[data-param-name="${name}"][data-param-in="path"]`);
    if ((await row.count()) > 0) await row.locator('input').fill(value);
  }
  if (example !== undefined) {
    await operation.locator('.opblock-section-request-body .examples-select select').selectOption(example);
  }
  await operation.locator('.execute').click();
  await operation.locator('.live-responses-table').waitFor();
}

const statusOf = async (operation: Locator): Promise<string> => {
  const text = await operation.locator('.live-responses-table .response-col_status').last().innerText();
  return text.trim().split(/\s/)[0] ?? '';
};
