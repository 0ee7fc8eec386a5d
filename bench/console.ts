import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { Administration } from '../src/administration/administration.js';
import { entraCycle } from '../src/demo/entra-cycle.js';
import { ExpectedCompany } from '../src/demo/expected-company.js';
import { oktaCycle } from '../src/demo/okta-cycle.js';
import { ScimClient } from '../src/demo/scim-client.js';
import { playStep } from '../src/demo/step.js';
import { markdownTable, writeSection } from '../test/support/document-section.js';
import { compileProgram } from './compile-program.js';
import { createCompany, withDatabase } from './database.js';
import { median } from './measure.js';
import { describePlace } from './run/place.js';
import { startRollcall } from './run/world.js';

/** How long somebody waits for a page of the console who has nothing of it in the cache of the browser. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
const COMPANIES = 40;
const LIMIT_MS = 1000;
const PAGE = 'docs/performance.md';

/** A page by its address below that of the console, and what stands on it when it is there. */
const PAGES = [
  ['Is everyone in sync?', '', '.card'],
  ['What happened', 'companies/acme/log', '.log > li'],
  ['Connect', 'companies/acme/connect?provider=entra', '.checklist'],
  ['Groups', 'companies/acme/groups?group=Engineering', 'tbody tr'],
  ['Safety', 'companies/acme/safety', 'main .curl'],
] as const;

/** Of one look at a page. */
interface Look {
  /** When something was painted, and when the page was there, in milliseconds since it was asked for. */
  readonly painted: number;
  readonly there: number;
  /** What came over the network. */
  readonly bytes: number;
}

/** Makes companies, one of which two identity providers have filled. */
async function fill(url: string, origin: string): Promise<void> {
  const { token } = await createCompany(url, 'acme');
  const administration = await Administration.open(url);
  for (let number = 1; number < COMPANIES; number += 1) {
    await administration.companies.createCompany(`company-${number}`, `Company ${number}`);
  }
  await administration.close();
  const company = new ExpectedCompany();
  const steps = [...entraCycle(company), ...oktaCycle(company)];
  const { signal } = new AbortController();
  const client = new ScimClient(`${origin}/standard/scim/v2`, token, {}, signal, steps[0]!.client);
  for (const step of steps) await playStep(step, client);
  if (client.differences.length > 0) throw new Error('The company was not filled as it should be.');
}

/** Signs in with the token that the start has made, in a browser without a cache. */
async function signedIn(browser: Browser, origin: string, secret: string): Promise<BrowserContext> {
  const context = await browser.newContext();
  const { status, headers } = await fetch(`${origin}/admin/v1/sessions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${secret}`, Origin: origin, 'X-Rollcall-Console': '1' },
  });
  const [name = '', value = ''] = headers.getSetCookie()[0]?.split(';')[0]?.split('=') ?? [];
  if (status !== 201) throw new Error(`The console is signed in to with the status ${status}.`);
  await context.addCookies([{ name, value, url: origin }]);
  return context;
}

/** A script for a page, which finds out when the frame is drawn that has the wanted element. */
const noteWhenThere = `(wanted) => {
  window.whenThere = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(wanted) === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}`;

async function look(context: BrowserContext, url: string, there: string): Promise<Look> {
  const page = await context.newPage();
  let bytes = 0;
  page.on('response', (response) => {
    void response
      .request()
      .sizes()
      .then(({ responseBodySize, responseHeadersSize }) => (bytes += responseBodySize + responseHeadersSize))
      .catch(() => undefined);
  });
  await page.addInitScript(`(${noteWhenThere})(${JSON.stringify(there)})`);
  await page.goto(url);
  const shown = await page.evaluate<number>('window.whenThere');
  const painted = await page.evaluate<number>(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`,
  );
  await page.waitForLoadState('networkidle');
  await page.close();
  return { painted, there: shown, bytes };
}

const compiler = pathToFileURL(join(process.cwd(), 'scripts', 'console.mjs')).href;
const { buildConsoleIfChanged } = (await import(compiler)) as typeof import('../scripts/console.mjs');

await compileProgram();
if (!(await buildConsoleIfChanged(process.cwd()))) process.exit(1);
await withDatabase(async (database) => {
  const server = await startRollcall(database);
  const origin = `http://127.0.0.1:${server.port}`;
  const secret = readFileSync(join(database.folder, 'admin-token'), 'utf8').trim();
  await fill(database.url, origin);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
  const looks = new Map<string, Look[]>(PAGES.map(([name]) => [name, []]));
  try {
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const [name, path, there] of PAGES) {
        const context = await signedIn(browser, origin, secret);
        const found = await look(context, `${origin}/console/${path}`, there);
        // The first round is that of a service that has just started.
        if (round >= 0) looks.get(name)!.push(found);
        await context.close();
      }
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  const show = (value: number): string => `${Math.round(value)} ms`;
  const rows = [...looks].map(([name, found]) => [
    name,
    show(median(found.map(({ painted }) => painted))),
    show(median(found.map(({ there }) => there))),
    show(Math.max(...found.map(({ there }) => there))),
    `${Math.round(median(found.map(({ bytes }) => bytes)) / 1000)} kB`,
  ]);
  const text = [
    `${await describePlace(database.url)} Chromium ${browser.version()}, ${COMPANIES} companies, ${ROUNDS} looks at each page.`,
    markdownTable(['page', 'painted, p50', 'there, p50', 'there, the slowest', 'over the network'], rows),
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  writeSection(PAGE, 'console', text);
  const slow = [...looks].filter(([, found]) => !(median(found.map(({ there }) => there)) <= LIMIT_MS));
  for (const [name] of slow) process.stderr.write(`${name}: over ${LIMIT_MS} ms\n`);
  if (slow.length > 0) process.exitCode = 1;
});
