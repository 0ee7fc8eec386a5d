import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { COMPILE_LIMIT, compileProgram } from '../support/program.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { endProcesses, makeFolder, postmasterOf, startProcess, takePort } from '../support/process.js';

const LIMIT = 120_000;
const SECRET = 'hunter2-hunter2-hunter2-hunter2-hunter2';
const NOBODY = 65534;

let program: string;
let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  program = await compileProgram();
  database = await testDatabase();
}, COMPILE_LIMIT);
afterAll(() => database.close());
beforeEach(() => {
  dataDir = makeFolder();
});
afterEach(() => endProcesses(), LIMIT);

/** What a start says that must fail: nothing but these lines, on standard error, and no PostgreSQL left behind. */
async function refusal(
  env: Readonly<Record<string, string>>,
  prefix: readonly string[] = [],
): Promise<string[]> {
  const [file = process.execPath, ...args] = [...prefix, process.execPath, join(program, 'main.js')];
  const server = startProcess([file, ...args], {
    env: { PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...env },
  });
  const end = await server.ended();
  expect({ end, out: server.out() }).toEqual({ end: 1, out: '' });
  expect(server.error()).not.toContain(SECRET);
  expect(server.error()).not.toContain(new URL(database.url).password);
  expect(server.error()).toMatch(/\n$/);
  expect(postmasterOf(dataDir)).toBeUndefined();
  return server.error().trimEnd().split('\n');
}

/** The one line of a refusal that is about one thing. */
async function line(env: Readonly<Record<string, string>>, prefix: readonly string[] = []): Promise<string> {
  const lines = await refusal(env, prefix);
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

const databaseUrl = (
  changes: Partial<Record<'hostname' | 'port' | 'password' | 'pathname', string>>,
): string => Object.assign(new URL(database.url), changes).href;

describe('settings', () => {
  it(
    'one line for each that is wrong, and none of a secret',
    async () => {
      const lines = await refusal({
        PORT: 'eighty',
        LOG_LEVEL: 'loud',
        DATABASE_URL: `mysql://ada:${SECRET}@localhost/rollcall`,
        BOOTSTRAP_COMPANY: 'Acme Corporation',
        BOOTSTRAP_TOKEN: SECRET.slice(0, 31),
        PUBLIC_URL: 'scim.example.com',
      });
      expect(lines).toHaveLength(6);
      for (const name of [
        'PORT',
        'LOG_LEVEL',
        'DATABASE_URL',
        'BOOTSTRAP_COMPANY',
        'BOOTSTRAP_TOKEN',
        'PUBLIC_URL',
      ])
        expect(lines.filter((each) => each.startsWith(`${name} `))).toHaveLength(1);
      expect(lines.join()).not.toContain(SECRET.slice(0, 31));
      expect(readdirSync(dataDir)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'every fault of every schema document, with its place, beside those of settings',
    async () => {
      const schemas = makeFolder();
      writeFileSync(join(schemas, 'badge.json'), '{"id": "urn:example:badge:1.0:User",\n "attributes": [}');
      writeFileSync(
        join(schemas, 'desk.json'),
        '{"id": "urn:example:desk:1.0:Desk", "attributes": [{"name": "room", "type": "text"}]}',
      );
      const lines = await refusal({ PORT: 'eighty', SCHEMAS_DIR: schemas });
      expect(lines).toEqual([
        expect.stringMatching(/^PORT /),
        expect.stringMatching(/^SCHEMAS_DIR: badge\.json: line 2, column 17: /),
        expect.stringMatching(
          /^SCHEMAS_DIR: desk\.json: attributes\[0\]\.type: expected one of .*, found "text"$/,
        ),
        expect.stringMatching(/^SCHEMAS_DIR: desk\.json: id: .*":User" or ":Group"/),
      ]);
      expect(readdirSync(dataDir)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'a folder of schemas that is not there',
    async () => {
      expect(await line({ SCHEMAS_DIR: '/nowhere/schemas' })).toBe(
        'SCHEMAS_DIR names /nowhere/schemas, which is no folder that can be read',
      );
    },
    LIMIT,
  );

  it(
    'a secret file that is not there',
    async () => {
      expect(await line({ DATABASE_URL_FILE: '/nowhere/database-url' })).toBe(
        'DATABASE_URL_FILE names /nowhere/database-url, which cannot be read',
      );
    },
    LIMIT,
  );
});

describe('a DATABASE_URL', () => {
  it.each([
    [
      'where nobody listens',
      { port: '1' },
      /^The database 127\.0\.0\.1:1\/\S+ can't be reached: .*ECONNREFUSED/,
    ],
    [
      'of an unknown host',
      { hostname: 'no-such-host.invalid' },
      /no-such-host\.invalid.*(ENOTFOUND|EAI_AGAIN)/,
    ],
    ['with a wrong password', { password: SECRET }, /password authentication failed for user "rollcall"/],
    ['of a missing database', { pathname: '/atlantis' }, /database "atlantis" does not exist/],
  ] as const)(
    '%s is one line, and the embedded server is not touched',
    async (_what, changes, expected) => {
      expect(await line({ DATABASE_URL: databaseUrl(changes) })).toMatch(expected);
      expect(readdirSync(dataDir)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'of a database that a newer program has changed is refused by its name',
    async () => {
      const newer = await testDatabase();
      const client = new pg.Client(newer.url);
      await client.connect();
      await client.query(
        "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')",
      );
      await client.end();
      expect(await line({ DATABASE_URL: newer.url })).toMatch(
        /^The database is newer than this program: it has seen Future9999999999999/,
      );
      await newer.close();
    },
    LIMIT,
  );

  it(
    'whose texts were folded by another version is refused with the way out, and gets no company',
    async () => {
      const folded = await testDatabase();
      const client = new pg.Client(folded.url);
      await client.connect();
      await client.query(
        `UPDATE settings SET value = '{"folding": 0, "attributes": {}}' WHERE key = 'comparison'`,
      );
      expect(await line({ DATABASE_URL: folded.url })).toMatch(/folded by version 0 .*`[^`]+ reindex`/);
      expect((await client.query('SELECT FROM companies')).rowCount).toBe(0);
      await client.end();
      await folded.close();
    },
    LIMIT,
  );
});

describe('DATA_DIR', () => {
  it(
    'that is a file, or below one',
    async () => {
      const file = join(dataDir, 'file');
      writeFileSync(file, '');
      expect(await line({ DATA_DIR: file })).toMatch(/^DATA_DIR \S+\/file can't be written/);
      expect(await line({ DATA_DIR: join(file, 'data') })).toMatch(/can't be written \(ENOTDIR\)/);
      // Where a system has it, it is a folder that no folder can be made in, not even by root.
      if (existsSync('/proc/self')) {
        expect(await line({ DATA_DIR: '/proc/x' })).toMatch(/^DATA_DIR \/proc\/x can't be written/);
      }
    },
    LIMIT,
  );

  it(
    'that its user may not write',
    async () => {
      const readOnly = join(dataDir, 'read-only');
      mkdirSync(readOnly, { mode: 0o555 });
      chmodSync(dataDir, 0o755);
      // Root may write anywhere.
      const asAnother =
        process.getuid?.() === 0
          ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']
          : [];
      if (asAnother.length > 0) chownSync(readOnly, 0, 0);
      expect(await line({ DATA_DIR: readOnly }, asAnother)).toMatch(
        /can't be written \(EACCES\)\. Set DATA_DIR to a writable folder\.$/,
      );
      // The first token of an external database would have nowhere to go.
      const empty = await testDatabase();
      const env = { DATABASE_URL: empty.url, DATA_DIR: readOnly };
      expect(await line(env, asAnother)).toMatch(/^The first token can't be written to .* \(EACCES\)/);
      await empty.close();
    },
    LIMIT,
  );

  it(
    'with data of another PostgreSQL, or with what is none',
    async () => {
      mkdirSync(join(dataDir, 'pg17'));
      expect(await line({})).toMatch(/holds data of PostgreSQL 17, this program brings PostgreSQL 18\./);
      const other = makeFolder();
      mkdirSync(join(other, 'pg18'));
      expect(await line({ DATA_DIR: other })).toMatch(/pg18 is no PostgreSQL data folder/);
      writeFileSync(join(other, 'pg18', 'PG_VERSION'), '16\n');
      expect(await line({ DATA_DIR: other })).toMatch(/holds data of PostgreSQL 16/);
    },
    LIMIT,
  );
});

describe('the address', () => {
  it(
    'a port in use, on a new folder and on a used one; the token of the failed start holds later',
    async () => {
      const { port, release } = await takePort();
      const expected = `Port ${port} on 127.0.0.1 is in use; set PORT to another one.`;
      expect(await line({ PORT: String(port) })).toBe(expected);
      expect(readdirSync(dataDir)).toContain('initial-token');
      expect(await line({ PORT: String(port) })).toBe(expected);
      await release();
    },
    LIMIT,
  );

  it(
    'a HOST that is not ours',
    async () => {
      const env = { DATABASE_URL: database.url, HOST: '203.0.113.7' };
      expect(await line(env)).toMatch(/^Can't listen on 203\.0\.113\.7:0: .*EADDRNOTAVAIL/);
    },
    LIMIT,
  );
});
