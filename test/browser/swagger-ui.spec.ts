import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { startTestApplication, type TestApplication } from '../support/application.js';

/** Where the pictures of the page are left, to be looked at. */
const PICTURES = process.env['SCREENSHOTS'] ?? join(tmpdir(), 'rollcall-screenshots');

describe('Swagger UI in a browser', () => {
  let application: TestApplication;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    application = await startTestApplication();
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 1400 } });
    mkdirSync(PICTURES, { recursive: true });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await application?.close();
  });

  it('authorizes, creates a group from the page and shows it', async () => {
    const company = await application.company();
    const token = await company.token();
    await page.goto(`${application.origin}/docs`);
    await authorize(page, token);

    const operation = page.locator('#operations-Groups-createGroup');
    await execute(operation);
    await expect(statusOf(operation)).resolves.toBe('201');
    await operation.screenshot({ path: join(PICTURES, 'create-group.png') });

    const listed = await fetch(`${application.base}/Groups`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await expect(listed.json()).resolves.toMatchObject({
      totalResults: 1,
      Resources: [{ displayName: 'Tour Guides', members: [] }],
    });
  }, 60_000);

  it('is refused on the page without a token', async () => {
    const stranger = await browser.newPage();
    await stranger.goto(`${application.origin}/docs`);
    const operation = stranger.locator('#operations-Groups-listGroups');
    await execute(operation);
    await expect(statusOf(operation)).resolves.toBe('401');
    await stranger.close();
  }, 60_000);
});

async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click();
  await page.locator('.auth-container input').fill(token);
  await page.locator('.auth-btn-wrapper .authorize').click();
  await page.screenshot({ path: join(PICTURES, 'authorized.png') });
  await page.locator('.auth-btn-wrapper .btn-done').click();
}

/** Opens an operation and sends its printed example. */
async function execute(operation: Locator): Promise<void> {
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.try-out__btn').click();
  await operation.locator('.execute').click();
  await operation.locator('.live-responses-table').waitFor();
}

const statusOf = async (operation: Locator): Promise<string> => {
  const text = await operation.locator('.live-responses-table .response-col_status').last().innerText();
  return text.trim().split(/\s/)[0] ?? '';
};
