import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { startTestApplication, type TestApplication } from '../support/application.js';

/** Where the pictures of the page are left, to be looked at. */
const PICTURES = process.env['SCREENSHOTS'] ?? join(tmpdir(), 'rollcall-screenshots');

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

describe('Swagger UI in a browser', () => {
  let application: TestApplication;
  let browser: Browser;

  beforeAll(async () => {
    application = await startTestApplication();
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    mkdirSync(PICTURES, { recursive: true });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await application?.close();
  });

  it.each(SURFACES)(
    'creates and renames a group on $name with the printed examples',
    async (surface) => {
      const company = await application.company();
      const token = await company.token();
      const page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
      await page.goto(`${application.origin}/docs?urls.primaryName=${surface.name}`);
      await expect(page.locator('.topbar select').inputValue()).resolves.toContain(`/${surface.name}.json`);
      await authorize(page, token);
      await page.screenshot({ path: join(PICTURES, `${surface.name}.png`) });
      const parameters = { tenant_id: company.slug };

      const create = page.locator(`[id$="-${surface.create}"]`);
      await execute(create, parameters);
      await create.screenshot({ path: join(PICTURES, `${surface.name}-create.png`) });
      expect(await statusOf(create)).toBe('201');

      const [{ id = '' } = {}] = await groupsOf(application, token);
      const change = page.locator(`[id$="-${surface.patch}"]`);
      const inPath = `${surface.prefix ?? ''}${id}`;
      await execute(
        change,
        { ...parameters, id: inPath, group_id: inPath, entryUUID: inPath },
        surface.example,
      );
      await change.screenshot({ path: join(PICTURES, `${surface.name}-patch.png`) });
      expect(await statusOf(change)).toBe(surface.patched);

      const groups = await groupsOf(application, token);
      expect(groups).toMatchObject([{ id, displayName: surface.renamed }]);
      await page.close();
    },
    120_000,
  );

  it('is refused on the page without a token', async () => {
    const stranger = await browser.newPage();
    await stranger.goto(`${application.origin}/docs`);
    const operation = stranger.locator('#operations-Groups-listGroups');
    await execute(operation);
    await expect(statusOf(operation)).resolves.toBe('401');
    await stranger.close();
  }, 60_000);
});

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
