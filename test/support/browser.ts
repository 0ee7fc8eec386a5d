import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Starts the Chromium that the tests found. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] as string,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });

/** The folder where pictures of the pages are left, to be looked at. Without it none are taken. */
const PICTURES = process.env['SCREENSHOTS'];

/** Takes a picture of a whole page or of a part of one, where somebody is to look at it. */
export async function takePicture(of: Page | Locator, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  const path = join(PICTURES, `${name}.png`);
  await ('goto' in of ? of.screenshot({ path, fullPage: true }) : of.screenshot({ path }));
}

/** What axe finds that keeps somebody from using the page. */
export const seriousFaults = (page: Page): Promise<readonly string[]> => audit(page, '()');

/** What axe finds of the contrast of an element while the pointer is on it. */
export async function contrastFaultsUnderPointer(page: Page, selector: string): Promise<readonly string[]> {
  await page.locator(selector).first().hover();
  return audit(page, `(${JSON.stringify(selector)}, { runOnly: 'color-contrast' })`);
}

/** @param args of `axe.run`, in parentheses */
async function audit(page: Page, args: string): Promise<readonly string[]> {
  // The policy of the page lets no script in but its own; what the debugger evaluates is let through.
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const found = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>(`axe.run${args}`);
  return found.violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const MOST_STEPS = 80;

/**
 * Goes on with the tabulator alone until something is in focus.
 *
 * @param name of what is looked for, as a screen reader says it
 * @throws Error where it can't be reached so
 */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate<string>(
      `(({ labels, ariaLabel, textContent }) =>
        (ariaLabel ?? labels?.[0]?.textContent ?? textContent ?? '').trim())(document.activeElement)`,
    );
    if (found === name) return;
    passed.push(found);
  }
  throw new Error(`${name} is not reached by the tabulator, but ${passed.join(', ')}`);
}
