import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../config/read-settings.js';
import { withAdminToken } from './admin-token.js';

let DATA_DIR: string;
beforeEach(() => void (DATA_DIR = mkdtempSync(join(tmpdir(), 'rollcall-admin-token-'))));
afterEach(() => rmSync(DATA_DIR, { recursive: true }));

const tokenWith = (environment: Record<string, string>): string | undefined =>
  withAdminToken(readSettings({ DATA_DIR, ...environment })).adminToken;

it('makes a token that only the user of the service can read, and keeps to it', () => {
  const made = tokenWith({});
  expect(made).toMatch(/^rollcall_admin_[\w-]{43}$/);
  expect(readFileSync(join(DATA_DIR, 'admin-token'), 'utf8')).toBe(`${made}\n`);
  if (process.platform !== 'win32') expect(statSync(join(DATA_DIR, 'admin-token')).mode & 0o777).toBe(0o600);
  expect(tokenWith({ HOST: '::1' })).toBe(made);
});

it('leaves the token that is set', () => {
  const ADMIN_TOKEN = 'x'.repeat(32);
  expect(tokenWith({ ADMIN_TOKEN })).toBe(ADMIN_TOKEN);
});

it.each<Record<string, string>>([
  { HOST: '0.0.0.0' },
  { HOST: '10.1.2.3' },
  { HOST: '127.0.0.1.example.com' },
  { PUBLIC_URL: 'https://scim.example.com' },
  { DATABASE_URL: 'postgres://rollcall@db.example.com/rollcall' },
])('makes none where others may reach the service, or own its database: %j', (environment) => {
  expect(tokenWith(environment)).toBeUndefined();
});

it('refuses a file that holds something else', () => {
  writeFileSync(join(DATA_DIR, 'admin-token'), 'short\n');
  expect(() => tokenWith({})).toThrow(/admin-token holds no token of the admin API\. Remove it/);
});
