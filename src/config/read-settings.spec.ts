import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isSlug, readSettings } from './read-settings.js';
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
  });

  it.each([
    ['16MiB', 16_777_216],
    ['800 kB', 800_000],
    ['2048', 2048],
  ])('reads the size %s', (text, bytes) => {
    expect(readSettings({ BODY_LIMIT: text }).bodyLimit).toBe(bytes);
  });

  it('takes the end slash off PUBLIC_URL and refuses one with a query', () => {
    expect(readSettings({ PUBLIC_URL: 'https://scim.example.com/rollcall/' }).publicUrl).toBe(
      'https://scim.example.com/rollcall',
    );
    expect(refusal({ PUBLIC_URL: 'https://scim.example.com/?a=b' })).toContain('PUBLIC_URL');
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
