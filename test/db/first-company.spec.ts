import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administration } from '../../src/administration/administration.js';
import { readSettings } from '../../src/config/read-settings.js';
import { ensureFirstCompany, FIRST_COMPANY, type TokenNotice } from '../../src/startup/first-company.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

const TOKEN = 'first-company-'.repeat(3);

let database: TestDatabase;
let dataDir: string;

beforeEach(async () => {
  database = await testDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'rollcall-first-'));
});
afterEach(async () => {
  rmSync(dataDir, { recursive: true });
  await database.close();
});

const start = (environment: Readonly<Record<string, string>> = {}): Promise<TokenNotice> =>
  ensureFirstCompany(database.url, readSettings({ DATA_DIR: dataDir, ...environment }), false);

async function administer(work: (administration: Administration) => Promise<unknown>): Promise<void> {
  const administration = await Administration.open(database.url);
  await work(administration).finally(() => administration.close());
}

const forever = { name: 'a', dialect: 'lenient', scopes: ['scim:read'], expires: null } as const;

it('writes the token of the company that it makes to a file, once', async () => {
  const path = join(dataDir, 'initial-token');
  expect(await start()).toEqual({ kind: 'file', path });
  const token = readFileSync(path, 'utf8');
  expect(await start()).toEqual({ kind: 'known' });
  expect(readFileSync(path, 'utf8')).toBe(token);
});

it('says that a company of the settings has no token, until it has a valid one', async () => {
  const none = { kind: 'none', company: 'acme' };
  const environment = { BOOTSTRAP_COMPANY: 'acme' };
  expect(await start(environment)).toEqual(none);
  await administer(async ({ companies, tokens }) => {
    await companies.createCompany('globex', 'Globex');
    await tokens.issueToken('globex', forever);
    await tokens.issueToken('acme', { ...forever, expires: new Date(0) });
    const { id } = await tokens.issueToken('acme', forever);
    await tokens.revokeToken('acme', id);
  });
  expect(await start(environment)).toEqual(none);
  await administer(({ tokens }) => tokens.issueToken('acme', forever));
  expect(await start(environment)).toEqual({ kind: 'known' });
  expect(await start({ ...environment, BOOTSTRAP_TOKEN: TOKEN })).toEqual({ kind: 'setting' });
});

it('says that no company has a token where all were made without', async () => {
  await administer(({ companies }) => companies.createCompany('acme', 'Acme'));
  expect(await start()).toEqual({ kind: 'none', company: undefined });
});

it('names the settings that help where the token file can not be written, and makes nothing', async () => {
  const file = join(dataDir, 'file');
  writeFileSync(file, '');
  await expect(start({ DATA_DIR: file })).rejects.toThrow(
    /^The first token can't be written to \S+ \(EEXIST\)\. Set BOOTSTRAP_COMPANY and BOOTSTRAP_TOKEN to .*, or DATA_DIR to/,
  );
  await administer(async ({ companies }) => expect(await companies.listCompanies()).toEqual([]));
  await expect(start({ DATA_DIR: file, BOOTSTRAP_COMPANY: FIRST_COMPANY })).resolves.toMatchObject({
    kind: 'none',
  });
});
