import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express, { type Express } from 'express';
import { findConsole, serveConsole } from './console-files.js';

let folder: string;
let server: Server;
let origin: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-console-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    '<script src="/console/assets/main-x1.js"></script><i href="/console/icon.svg">',
  );
  writeFileSync(join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets', 'main-x1.js'), '1;');
  const app: Express = express();
  app.set('trust proxy', 1);
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  serveConsole(app, { publicUrl: undefined, trustProxy: true }, folder);
  app.get('/', (_request, response) => void response.json({ is: 'the index' }));
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(origin + path, { headers, redirect: 'manual' });

it('leads a browser from the root to the console, and nobody else', async () => {
  const browser = await get('/', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  expect([browser.status, browser.headers.get('location')]).toEqual([303, `${origin}/console/`]);
  expect(browser.headers.get('vary')).toBe('Accept');
  for (const Accept of ['application/json', '*/*', 'application/scim+json']) {
    expect([Accept, (await get('/', { Accept })).status]).toEqual([Accept, 200]);
  }
});

it.each(['/console', '/console/', '/console/companies/acme/log', '/console/x.y'])(
  'shows its page at %s',
  async (path) => {
    const { status, headers } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  },
);

it('has files whose names change kept for good, and others looked at again', async () => {
  const asset = await get('/console/assets/main-x1.js');
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([
    200,
    'public, max-age=31536000, immutable',
  ]);
  expect(asset.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
  const icon = await get('/console/icon.svg');
  expect([icon.status, icon.headers.get('cache-control')]).toEqual([200, 'no-cache']);
});

it.each(['/console/assets/other.js', '/console/assets/..%2f..%2fpackage.json', '/console/assets/'])(
  'has nothing else at %s',
  async (path) => expect((await get(path)).status).toBe(404),
);

it('finds its files behind a proxy that adds to the path', async () => {
  const page = await (await get('/console/', { 'X-Forwarded-Prefix': '/rollcall' })).text();
  expect(page).toBe(
    '<script src="/rollcall/console/assets/main-x1.js"></script><i href="/rollcall/console/icon.svg">',
  );
});

it('is nowhere before it was built', () => {
  expect(findConsole(folder)).toBe(folder);
  expect(findConsole(join(folder, 'assets'))).toBeUndefined();
});
