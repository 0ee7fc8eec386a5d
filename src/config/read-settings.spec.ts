import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { MOUNTS } from '../surfaces/mounts.js';
import { readSettings, warningsAbout } from './read-settings.js';
import { isSlug } from './slug.js';
import { StartupError } from './startup-error.js';

const refusal = (environment: Record<string, string>): string => {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('readSettings', () => {
  it('has a default for everything', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      bodyLimit: 16 * 1024 * 1024,
      userBodyLimit: 1024 * 1024,
      maxOperations: 1000,
      trustProxy: false,
      bootstrap: { company: undefined, token: undefined, dialect: 'lenient' },
    });
    expect(isAbsolute(settings.dataDir)).toBe(true);
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('reads a secret from the file that _FILE names, without its line end', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'rollcall-settings-')), 'url');
    writeFileSync(file, 'postgres://user:secret@localhost/rollcall\n');
    expect(readSettings({ DATABASE_URL_FILE: file }).databaseUrl).toBe(
      'postgres://user:secret@localhost/rollcall',
    );
    expect(refusal({ DATABASE_URL_FILE: `${file}.missing` })).toContain('cannot be read');
    expect(refusal({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://localhost/a' })).toContain(
      'both set',
    );
  });

  it('says every fault in one line each, and never a secret', () => {
    const message = refusal({
      PORT: '70000',
      DATABASE_URL: 'mysql://root:hunter2@localhost',
      BODY_LIMIT: '12 parsecs',
      BOOTSTRAP_DIALECT: 'loose',
    });
    expect(message.split('\n')).toHaveLength(4);
    expect(message).toContain('PORT is "70000", expected a whole number from 0 to 65535');
    expect(message).not.toContain('hunter2');
  });

  it('refuses a bootstrap token under 32 characters, or without a company', () => {
    const token = 'x'.repeat(32);
    expect(refusal({ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: token.slice(1) })).toContain('at least 32');
    expect(refusal({ BOOTSTRAP_TOKEN: token })).toContain('BOOTSTRAP_COMPANY is not');
    expect(refusal({ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: `${token}.${token}.${token}` })).toContain(
      'no JWT',
    );
    expect(refusal({ BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: token })).toBe('accepted');
    expect(refusal({ ADMIN_TOKEN: token.slice(1) })).toContain('ADMIN_TOKEN is not at least 32');
    expect(refusal({ ADMIN_TOKEN: token })).toBe('accepted');
    const both = { BOOTSTRAP_COMPANY: 'acme', BOOTSTRAP_TOKEN: token, ADMIN_TOKEN: token };
    expect(refusal(both)).toContain('ADMIN_TOKEN is the same as BOOTSTRAP_TOKEN');
  });

  it('says of a name that is nearly a setting which one is meant, beside a fault or without one', () => {
    expect(refusal({ BOOTSTRAP_COMPNY: 'acme', BOOTSTRAP_TOKEN: 'x'.repeat(32) }).split('\n')).toEqual([
      expect.stringContaining('BOOTSTRAP_COMPANY is not'),
      'BOOTSTRAP_COMPNY is no setting of Rollcall: is BOOTSTRAP_COMPANY meant?',
    ]);
    expect(warningsAbout({ DATABSE_URL: 'postgres://localhost/a', PORT: '3001' })).toEqual([
      'DATABSE_URL is no setting of Rollcall: is DATABASE_URL meant?',
    ]);
    expect(warningsAbout({ PORT: 'eighty', DATABSE_URL: 'x' })).toEqual([]);
  });

  it('says of a mode of TLS that it is stricter than it sounds', () => {
    const url = (host: string, mode: string): string => `postgres://ada:hunter2@${host}/a?sslmode=${mode}`;
    const warnings = warningsAbout({
      DATABASE_URL: url('h1', 'require'),
      DATABASE_SERVICE_URL: url('h1', 'verify-full'),
    });
    expect(warnings).toEqual([expect.stringMatching(/^DATABASE_URL: sslmode=require checks .*verify-full/)]);
    expect(warnings.join()).not.toContain('hunter2');
    expect(warningsAbout({ DATABASE_URL: url('h1', 'no-verify') })).toEqual([]);
  });

  it.each([
    ['16MiB', 16_777_216],
    ['800 kB', 800_000],
    ['2048', 2048],
  ])('reads the size %s', (text, bytes) => {
    expect(readSettings({ BODY_LIMIT: text }).bodyLimit).toBe(bytes);
  });

  it('lets no body be larger than BODY_LIMIT', () => {
    expect(readSettings({ USER_BODY_LIMIT: '2MiB', BODY_LIMIT: '20kB' }).userBodyLimit).toBe(20_000);
  });

  it.each([
    ['https://scim.example.com/standard/scim/v2', 'https://scim.example.com'],
    ['https://example.com/rollcall/scim/v2/', 'https://example.com/rollcall'],
    ['https://scim.example.com/iam/directory/oud/scim/v1', 'https://scim.example.com'],
    ['https://scim.example.com/provisioning/generic/v2', 'https://scim.example.com'],
    ['https://scim.example.com/api/v1/tenants/acme/scim/v2', 'https://scim.example.com'],
  ])('refuses %s as PUBLIC_URL, which has the path of a surface, and names %s', (url, right) => {
    expect(refusal({ PUBLIC_URL: url })).toMatch(
      new RegExp(`^PUBLIC_URL ends like a SCIM base URL: .* ${right}$`),
    );
  });

  it('has each surface in mind', () => {
    for (const mount of Object.values(MOUNTS)) {
      expect(refusal({ PUBLIC_URL: `https://scim.example.com/${mount}` })).toMatch(
        / https:\/\/scim\.example\.com$/,
      );
    }
  });

  it('takes a path of a proxy as part of PUBLIC_URL', () => {
    expect(refusal({ PUBLIC_URL: 'https://example.com/scim' })).toBe('accepted');
  });

  it('takes the end slash off PUBLIC_URL and refuses one with a query', () => {
    expect(readSettings({ PUBLIC_URL: 'https://scim.example.com/rollcall/' }).publicUrl).toBe(
      'https://scim.example.com/rollcall',
    );
    expect(refusal({ PUBLIC_URL: 'https://scim.example.com/?a=b' })).toContain('PUBLIC_URL');
  });

  it('reads keys for secrets, and times of retries', () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(40)];
    expect(readSettings({}).secretsKeys).toEqual([]);
    expect(readSettings({ SECRETS_KEY: `${first}, ${second}` }).secretsKeys).toEqual([first, second]);
    const message = refusal({ SECRETS_KEY: `${first},hunter2`, WEBHOOK_PROXY: 'ftp://hunter2@proxy' });
    expect(message).toContain('SECRETS_KEY is not keys');
    expect(message).not.toContain('hunter2');
    const { webhookRetries: retries } = readSettings({});
    expect([retries.length, retries[0], retries.at(-1)]).toEqual([9, 5000, 86_400_000]);
    expect(readSettings({ WEBHOOK_RETRIES: '500ms, 2h' }).webhookRetries).toEqual([500, 7_200_000]);
    for (const wrong of ['5', '5d', '9999h', '1s,', Array(21).fill('1s').join()])
      expect(refusal({ WEBHOOK_RETRIES: wrong })).toContain('WEBHOOK_RETRIES');
  });

  it('reads names of hosts with commas between them', () => {
    const hosts = (text: string): readonly string[] =>
      readSettings({ ADMIN_JWKS_HOSTS: text }).adminJwksHosts;
    expect(hosts('')).toEqual([]);
    expect(hosts(' Login.example.com, idp.example.org,')).toEqual(['login.example.com', 'idp.example.org']);
    for (const wrong of ['https://idp.example', 'a b', '*.example.org', 'idp.example:443', '-a.example']) {
      expect(() => hosts(wrong)).toThrow('names of hosts');
    }
  });
});

describe('isSlug', () => {
  it.each(['acme', 'acme-eu', '0', 'a'.repeat(63), '027230536171b51dx'])('accepts %s', (slug) => {
    expect(isSlug(slug)).toBe(true);
  });

  it.each(['', 'Acme', 'acme_eu', '-acme', 'acme-', 'a--b', 'a'.repeat(64), '027230536171b51d', 'ä'])(
    'refuses %j',
    (slug) => {
      expect(isSlug(slug)).toBe(false);
    },
  );
});
