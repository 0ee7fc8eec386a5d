import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Check } from '../../src/administration/doctor/check.js';
import { examine } from '../../src/administration/doctor/doctor.js';
import { readSettings } from '../../src/config/read-settings.js';
import { judgeClocks } from '../../src/administration/doctor/database-checks.js';
import { judgeSpace } from '../../src/administration/doctor/machine-checks.js';
import { judgePooling, observePooling, openSession } from '../../src/administration/doctor/pooler-check.js';
import { ensureServiceLogin } from '../../src/persistence/database/service-login.js';
import { startTestApplication, type TestApplication } from '../support/application.js';
import { runCommand, runOnTerminal, type CommandOutcome } from '../support/command-line.js';
import { dumpDatabase } from '../support/database-dump.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let application: TestApplication;
let database: TestDatabase;

beforeAll(async () => {
  application = await startTestApplication();
  database = application.database;
  await application.company('acme');
});
afterAll(() => application.close());

const doctor = (environment: Record<string, string> = {}, ...args: string[]): Promise<CommandOutcome> =>
  runCommand({ DATABASE_URL: database.url, ...environment }, 'doctor', ...args);

/** The checks that say something other than ok, and the exit code. */
async function complaints(
  environment: Record<string, string> = {},
): Promise<{ code: number; checks: Check[] }> {
  const { code, out, error } = await doctor(environment, '--json');
  expect(error).toBe('');
  return { code, checks: (JSON.parse(out) as Check[]).filter(({ status }) => status !== 'ok') };
}

async function asAdmin(text: string, url = database.adminUrl): Promise<void> {
  const admin = new pg.Client(url);
  await admin.connect();
  await admin.query(text);
  await admin.end();
}

it('finds nothing where all is well, and changes nothing', async () => {
  const before = await dumpDatabase(database);
  const { code, out, error } = await doctor({ PUBLIC_URL: application.origin });
  expect({ code, error }).toEqual({ code: 0, error: '' });
  const lines = out.split('\n');
  expect(lines.length).toBeGreaterThan(14);
  expect(lines.filter((line) => !/^ok {4}\S.{14} \S/.test(line))).toEqual([]);
  expect(out).toMatch(/PostgreSQL +version \d+/);
  expect(out).toContain(`${application.origin} answers`);
  expect(await dumpDatabase(database)).toEqual(before);
});

it('says by which login requests are served', async () => {
  const settings = readSettings({ DATABASE_URL: database.url });
  const found = async (embedded: boolean): Promise<string | undefined> =>
    (await examine(settings, { directUrl: database.url, embedded })).find(
      ({ name }) => name === 'Service login',
    )?.found;
  expect(await found(true)).toBe('requests use a login of their own, which the start makes');
  expect(await found(false)).toBe('requests use the same login, as role rollcall_service');
});

it('prints JSON, and colours on a terminal', async () => {
  const { checks } = await complaints();
  expect(checks).toEqual([]);
  const all = JSON.parse((await doctor({}, '--json')).out) as Check[];
  expect(all[0]).toEqual({ name: 'Settings', status: 'ok', found: expect.any(String), advice: null });
  const coloured = await runOnTerminal({ colour: true }, { DATABASE_URL: database.url }, 'doctor');
  expect(coloured.out).toContain('\u001b[32mok  \u001b[39m  PostgreSQL');
});

it('names each wrong setting', async () => {
  const { code, checks } = await complaints({ PORT: 'x', SECRET_KEY: 'short' });
  expect(code).toBe(1);
  expect(checks.map(({ name, found }) => `${name}: ${found}`)).toEqual([
    expect.stringMatching(/^Settings: PORT is "x"/),
    expect.stringMatching(/^Settings: SECRET_KEY is not/),
  ]);
});

it('says where the database can not be reached, without its password', async () => {
  const { code, checks } = await complaints({
    DATABASE_URL: 'postgres://rollcall:hidden@127.0.0.1:1/rollcall',
  });
  expect(code).toBe(1);
  expect(checks).toEqual([expect.objectContaining({ name: 'Database', status: 'fail' })]);
  expect(checks[0]?.found).toMatch(/^The database 127\.0\.0\.1:1\/rollcall can't be reached/);
  expect(JSON.stringify(checks)).not.toContain('hidden');
});

describe('of a database', () => {
  it('with companies that need somebody it names them, and what to do', async () => {
    const own = await testDatabase();
    try {
      await asAdmin(
        `INSERT INTO companies (slug, name) VALUES ('birch', 'Birch');
         INSERT INTO guards (company_id, mode, held_since) SELECT id, 'hold', now() FROM companies;
         INSERT INTO webhooks (company_id, name, url, position, disabled, disabled_reason, failures, failing_since)
           SELECT c.id, w.name, 'https://hooks.example.com/', 0, w.disabled, w.reason, w.failures, w.failing
           FROM companies c, (VALUES
             ('gone', now(), 'gone', 1, now() - interval '1 day'),
             ('away', NULL, NULL, 3, now() - interval '2 hours'),
             ('off', now(), 'administrator', 9, now() - interval '1 day'),
             ('new trouble', NULL, NULL, 1, now() - interval '5 minutes'),
             ('slow', NULL, NULL, 0, NULL)) w (name, disabled, reason, failures, failing);
         INSERT INTO webhook_deliveries (company_id, webhook_id, created)
           SELECT company_id, id, now() - interval '20 minutes' FROM webhooks WHERE name = 'slow';
         INSERT INTO outbox (company_id, activity_id)
           SELECT id, first_resource_id(now() - interval '5 minutes') FROM companies`,
        own.adminUrl,
      );
      const { code, checks } = await complaints({ DATABASE_URL: own.url });
      expect(code).toBe(0);
      expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
        'Guards warn',
        'Feed warn',
        'Webhooks warn',
      ]);
      const [guards, feed, webhooks] = checks;
      expect(guards).toMatchObject({
        found: 'removals of 1 company are held, first of birch',
        advice: expect.stringContaining('guard show birch'),
      });
      expect(feed?.found).toMatch(/^the oldest change has waited 3\d\d s for its place/);
      expect(webhooks?.found).toBe(
        'disabled, since the receiver is gone or has failed for days: "gone" of company birch; ' +
          'failing for more than 1 hour: "away" of company birch; ' +
          'with something to tell for more than 15 minutes: "slow" of company birch',
      );
      expect(webhooks?.advice).toMatch(
        /webhook deliveries birch [0-9a-f]{16}; mend the receiver.*webhook enable birch/,
      );
    } finally {
      await own.close();
    }
  });

  it('that is empty it says what the next start does', async () => {
    const own = await testDatabase();
    try {
      await asAdmin(
        'DROP SCHEMA scoped, public CASCADE; CREATE SCHEMA public AUTHORIZATION rollcall',
        own.adminUrl,
      );
      const { code, checks } = await complaints({ DATABASE_URL: own.url });
      expect(code).toBe(0);
      expect(checks).toEqual([expect.objectContaining({ name: 'Migrations', status: 'warn' })]);
      expect((await doctor({ DATABASE_URL: own.url })).out).toContain('the next start installs');
    } finally {
      await own.close();
    }
  });

  it('with faults it names each, and what to do', async () => {
    const own = await testDatabase();
    try {
      await asAdmin(
        `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTomorrow');
         REVOKE CREATE ON SCHEMA public FROM rollcall, PUBLIC; ALTER SCHEMA public OWNER TO postgres`,
        own.adminUrl,
      );
      const { code, checks } = await complaints({ DATABASE_URL: own.url });
      expect(code).toBe(1);
      expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
        'Owner fail',
        'Migrations fail',
      ]);
      expect(checks[0]?.advice).toContain('OWNER TO rollcall');
      expect(checks[1]?.found).toContain('FromTomorrow');
    } finally {
      await own.close();
    }
  });

  it('whose views belong to another, or whose login is a superuser, it says so', async () => {
    await asAdmin('ALTER VIEW scoped.users OWNER TO postgres');
    try {
      const { code, checks } = await complaints({ DATABASE_URL: database.adminUrl });
      expect(code).toBe(1);
      expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual(['Owner warn', 'Views fail']);
    } finally {
      await asAdmin('ALTER VIEW scoped.users OWNER TO rollcall_reader');
    }
  });

  it('it judges the login of the service', async () => {
    expect(
      (await complaints({ DATABASE_SERVICE_URL: await ensureServiceLogin(database.url) })).checks,
    ).toEqual([]);
    const { code, checks } = await complaints({ DATABASE_SERVICE_URL: database.url });
    expect(code).toBe(1);
    expect(checks).toEqual([expect.objectContaining({ name: 'Service login', status: 'fail' })]);
  });

  it('whose rows were indexed in another way it says so', async () => {
    const before = await dumpDatabase(database);
    const folding = (value: string): Promise<void> =>
      asAdmin(
        `UPDATE settings SET value = jsonb_set(value::jsonb, '{folding}', '${value}') WHERE key = 'comparison'`,
      );
    await folding('0');
    try {
      const { code, checks } = await complaints();
      expect(code).toBe(1);
      expect(checks).toEqual([expect.objectContaining({ name: 'Indexed forms', status: 'fail' })]);
    } finally {
      const [, value = ''] =
        /"folding": ?(\d+)/.exec(before.find((line) => line.includes('folding')) ?? '') ?? [];
      await folding(value === '' ? '1' : value);
    }
  });

  it('it names a token that expires soon', async () => {
    const { id } = await application.tokens.issueToken('acme', {
      name: 'Entra ID',
      dialect: 'lenient',
      scopes: ['scim:read'],
      expires: new Date(Date.now() + 86_400_000),
    });
    const { code, checks } = await complaints();
    expect(code).toBe(0);
    expect(checks).toEqual([expect.objectContaining({ name: 'Tokens', status: 'warn' })]);
    expect(checks[0]?.found).toBe('1 expires within 30 days, the first is "Entra ID" of company acme');
    await application.tokens.renewToken('acme', id, { expires: null, overlapDays: 7 });
    expect((await complaints()).checks).toEqual([]);
  });
});

describe('of this machine', () => {
  const only = async (environment: Record<string, string>): Promise<string[]> =>
    (await complaints(environment)).checks
      .filter(({ name }) => name !== 'Tokens')
      .map(({ name, status, found }) => `${name} ${status}: ${found}`);

  it.each([
    ['http://127.0.0.1:1', /^PUBLIC_URL warn: .* does not answer: /],
    ['http://scim.example', /^PUBLIC_URL warn: .*not encrypted/],
    ['https://scim.example/standard/scim/v2', /^Settings fail: PUBLIC_URL ends like a SCIM base URL/],
  ])('it judges PUBLIC_URL %s', async (url, found) => {
    expect(await only({ PUBLIC_URL: url })).toEqual([expect.stringMatching(found)]);
  });

  it('it asks for PUBLIC_URL where others are let in', async () => {
    expect(await only({ HOST: '0.0.0.0' })).toEqual([expect.stringMatching(/^PUBLIC_URL warn: not set/)]);
  });

  it('it looks for folders and room in them', async () => {
    expect(await only({ SPOOL_DIR: '/nowhere/at/all' })).toEqual([
      expect.stringMatching(/^SPOOL_DIR fail: .*can't be written/),
    ]);
    expect(await only({ SPOOL_LIMIT: '1024GiB' })).toEqual([expect.stringMatching(/^SPOOL_DIR warn: /)]);
    const judged = [10, 500, 5000].map((free) => judgeSpace('DATA_DIR', '/data', free * 1024 * 1024).status);
    expect(judged).toEqual(['fail', 'warn', 'ok']);
  });

  it('it makes no embedded database', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-doctor-'));
    try {
      const { code, out } = await runCommand({ DATA_DIR: folder }, 'doctor');
      expect(code).toBe(0);
      expect(out).toContain('the first start makes one');
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('it says what is wrong with the folder of the embedded database', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-doctor-'));
    try {
      mkdirSync(join(folder, 'pg18'));
      const { code, out } = await runCommand({ DATA_DIR: folder }, 'doctor');
      expect(code).toBe(1);
      expect(out).toMatch(/^fail {2}Database +.* is no PostgreSQL data folder/m);
      expect(out).toMatch(/^ok {4}DATA_DIR/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [0, 0, 'ok'],
    [-4000, 10, 'ok'],
    [7000, 1000, 'warn'],
    [7000, 3000, 'ok'],
    [-90_000, 0, 'fail'],
  ])('it judges clocks that are %i ms apart', (difference, error, status) => {
    expect(judgeClocks(difference, error).status).toBe(status);
  });
});

describe('of a pooler', () => {
  /** Connections of which each transaction runs in the session that `next` gives. */
  const pooled = (next: () => number) => {
    let opened = 0;
    return () => {
      let own: number | undefined;
      opened += 1;
      return Promise.resolve({
        processID: 1_000_000 + opened,
        query: (text: string) => {
          if (text === 'BEGIN') own = next();
          const rows = [{ pid: own ?? next() }];
          if (text === 'ROLLBACK') own = undefined;
          return Promise.resolve({ rows });
        },
        end: () => Promise.resolve(),
      });
    };
  };

  it('it sees that there is none', async () => {
    expect(await observePooling(() => openSession(database.url))).toBe('none');
  });

  it('it sees the mode by the sessions that connections get', async () => {
    expect(await observePooling(pooled(() => 7))).toBe('transaction');
    let turn = 0;
    expect(await observePooling(pooled(() => (turn += 1)))).toBe('transaction');
    let session = 0;
    const keeping = (): ReturnType<ReturnType<typeof pooled>> => {
      session += 1;
      const own = session;
      return pooled(() => own)();
    };
    expect(await observePooling(keeping)).toBe('session');
  });

  it.each([
    ['none', 'none', 'none', 'ok'],
    ['none', 'session', 'none', 'ok'],
    ['none', 'transaction', 'transaction', 'ok'],
    ['none', 'transaction', 'none', 'fail'],
    ['transaction', 'transaction', 'transaction', 'fail'],
    ['none', 'none', 'transaction', 'warn'],
  ] as const)(
    'it judges %s before the server, %s before requests, where the setting is %s',
    (direct, requests, databasePooler, status) => {
      expect(judgePooling(direct, requests, { databasePooler }).status).toBe(status);
    },
  );
});
