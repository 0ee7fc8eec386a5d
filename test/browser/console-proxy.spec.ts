import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ADMIN_TOKEN } from '../support/admin-client.js';
import { launchBrowser } from '../support/browser.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { LOCALHOST } from '../support/localhost-certificate.js';
import { baseOf, endProcesses, type Running, send, startProcess } from '../support/process.js';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import { USER_SCHEMA_URN } from '../support/schema-urns.js';

const TOKEN = 'console-'.repeat(6);
const LIMIT = 120_000;

let database: TestDatabase;
let server: Running;
let port: number;
let browser: Browser;
const proxies: Server[] = [];

beforeAll(async () => {
  const program = await compileProgram();
  database = await testDatabase();
  server = startProcess([process.execPath, join(program, 'main.js')], {
    env: {
      ...{ DATABASE_URL: database.url, DATA_DIR: '/nowhere', PORT: '0', LOG_LEVEL: 'debug', WORKERS: '2' },
      ...{ ADMIN_TOKEN, TRUST_PROXY: 'true', BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: TOKEN },
    },
  });
  port = Number(new URL(await baseOf(server)).port);
  browser = await launchBrowser();
}, COMPILE_LIMIT);
afterAll(async () => {
  await browser?.close();
  for (const proxy of proxies) proxy.close();
  await endProcesses();
  await database?.close();
}, LIMIT);

/** A proxy with a certificate, as in the guide: it takes a path away, says so, and has a connection for each request. */
async function openProxy(prefix: string): Promise<string> {
  const proxy = createServer(LOCALHOST, (incoming, outgoing) => {
    const { url = '', method, headers } = incoming;
    if (!url.startsWith(prefix)) {
      outgoing.writeHead(404).end();
      return;
    }
    const forwarded = {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': headers.host ?? '',
      'x-forwarded-for': '127.0.0.1',
      ...(prefix !== '' && { 'x-forwarded-prefix': prefix }),
    };
    const passed = request(
      {
        ...{ host: '127.0.0.1', port, method },
        ...{ path: url.slice(prefix.length) || '/', agent: false },
        headers: { ...headers, ...forwarded, connection: 'close' },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  proxies.push(proxy);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return `https://localhost:${(proxy.address() as AddressInfo).port}${prefix}`;
}

const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();

/** The processes that have answered calls of the console, as the log says. */
const workersSeen = (): Set<string | undefined> =>
  new Set(
    [...server.out().matchAll(/"pid":(\d+)[^\n]*"operation":"(?:showSelf|listCompanies)"/g)].map(
      ([, pid]) => pid,
    ),
  );

async function signIn(context: BrowserContext, base: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${base}/`);
  expect(page.url()).toBe(`${base}/console/`);
  await page.getByLabel('Admin token or admin credential').fill(ADMIN_TOKEN);
  await page.keyboard.press('Enter');
  await heading(page, 'Is everyone in sync?');
  return page;
}

describe.each(['', '/rollcall'])(
  'behind a proxy with TLS, at the path "%s", with two processes',
  (prefix) => {
    let context: BrowserContext;
    let page: Page;
    let base: string;
    beforeAll(async () => {
      base = await openProxy(prefix);
      context = await browser.newContext({ ignoreHTTPSErrors: true });
      page = await signIn(context, base);
    }, LIMIT);
    afterAll(() => context?.close());

    it('the session is in a cookie of this host alone, over https alone', async () => {
      expect(await context.cookies()).toEqual([
        expect.objectContaining({
          ...{ name: '__Host-rollcall-session', domain: 'localhost', path: '/' },
          ...{ secure: true, httpOnly: true, sameSite: 'Strict' },
        }),
      ]);
    });

    it(
      'either process knows the session',
      async () => {
        for (let round = 0; round < 20 && (round < 3 || workersSeen().size < 2); round += 1) {
          await page.reload();
          await heading(page, 'Is everyone in sync?');
        }
        expect(workersSeen().size).toBe(2);
      },
      LIMIT,
    );

    it(
      'what happens is seen without loading the page anew, and the addresses are those of the proxy',
      async () => {
        await page.goto(`${base}/console/companies/acme/connect?provider=entra`);
        const url = await page.getByLabel('Tenant URL', { exact: true }).inputValue();
        expect(url).toBe(`${base}/standard/scim/v2?aadOptscim062020`);
        await page.goto(`${base}/console/companies/acme/log`);
        await heading(page, 'What happened');
        const userName = `ada${prefix.replace('/', '-')}@acme.example`;
        const schemas = [USER_SCHEMA_URN];
        const direct = `http://127.0.0.1:${port}/standard/scim/v2`;
        expect((await send(direct, TOKEN, 'POST', '/Users', { schemas, userName })).status).toBe(201);
        await page.getByText(userName).waitFor();
      },
      LIMIT,
    );

    it('who signs out is signed out', async () => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await heading(page, 'Sign in to Rollcall');
      expect(await context.cookies()).toEqual([]);
    });
  },
);
