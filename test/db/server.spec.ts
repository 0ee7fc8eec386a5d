import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readSettings } from '../../src/config/read-settings.js';
import { StartupError } from '../../src/config/startup-error.js';
import { openDatabase } from '../../src/startup/database.js';
import { migrate } from '../../src/persistence/database/migrate.js';
import { prepareCluster } from '../../src/embedded-postgres/cluster.js';
import { type EmbeddedDatabase, openEmbedded } from '../../src/embedded-postgres/embedded-database.js';

const SECRET = 'hunter2-hunter2';

// A server of its own: these tests change roles, and roles belong to a whole server.
let dataDir: string;
let server: EmbeddedDatabase;
let admin: pg.Client;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rollcall-server-'));
  server = await openEmbedded(dataDir);
  const url = new URL(server.url);
  url.username = 'postgres';
  url.password = prepareCluster(dataDir).secret;
  admin = new pg.Client(url.href);
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await server?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'no refusal',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartupError);
  const { message } = error as StartupError;
  expect(message).not.toContain('\n');
  expect(message).not.toContain(new URL(server.url).password);
  expect(message).not.toContain(SECRET);
  return message;
}

/** A database with a login of its own that may do no more than `powers` says. */
async function makeDatabase(name: string, powers: string, encoding = 'UTF8'): Promise<string> {
  await admin.query(`CREATE ROLE ${name} LOGIN ${powers} PASSWORD '${SECRET}'`);
  await admin.query(
    `CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0 ENCODING '${encoding}'
       LOCALE_PROVIDER libc LOCALE 'C'`,
  );
  const url = new URL(server.url);
  url.username = name;
  url.password = SECRET;
  url.pathname = `/${name}`;
  return url.href;
}

describe('roles', () => {
  test('a login that may not make them is told the statements; run by an administrator, they do', async () => {
    const url = await makeDatabase('plain', 'NOCREATEROLE');
    const message = await refusal(migrate(url));
    expect(message).toContain(
      'CREATE ROLE rollcall_service NOLOGIN; CREATE ROLE rollcall_reader NOLOGIN; CREATE ROLE rollcall_journal NOLOGIN; CREATE ROLE rollcall_platform NOLOGIN; ' +
        'GRANT rollcall_service, rollcall_reader, rollcall_journal, rollcall_platform TO plain WITH INHERIT FALSE, SET TRUE;',
    );
    await admin.query(message.slice(message.indexOf('CREATE ROLE')));
    await migrate(url);
  });

  test('a second login with a database on the same server is granted what exists', async () => {
    const url = await makeDatabase('second', 'CREATEROLE');
    expect(await refusal(migrate(url))).toMatch(
      /: GRANT rollcall_service, rollcall_reader, rollcall_journal, rollcall_platform TO second [^;]*;$/,
    );
  });

  test('a service role that row-level security does not bind is refused', async () => {
    await migrate(await grantedDatabase('third'));
    for (const power of ['SUPERUSER', 'BYPASSRLS']) {
      await admin.query(`ALTER ROLE rollcall_service ${power}`);
      expect(await refusal(migrate(urlOf('third')))).toContain(
        'ALTER ROLE rollcall_service NOSUPERUSER NOBYPASSRLS;',
      );
      await admin.query(`ALTER ROLE rollcall_service NO${power}`);
    }
    for (const role of ['rollcall_reader', 'rollcall_journal', 'rollcall_platform']) {
      await admin.query(`GRANT ${role} TO rollcall_service`);
      expect(await refusal(migrate(urlOf('third')))).toContain(`REVOKE ${role} FROM rollcall_service;`);
      await admin.query(`REVOKE ${role} FROM rollcall_service`);
    }
    await migrate(urlOf('third'));
  });

  async function grantedDatabase(name: string): Promise<string> {
    const url = await makeDatabase(name, 'NOCREATEROLE');
    await admin.query(
      `GRANT rollcall_service, rollcall_reader, rollcall_journal, rollcall_platform TO ${name} WITH INHERIT FALSE, SET TRUE`,
    );
    return url;
  }

  function urlOf(name: string): string {
    const url = new URL(server.url);
    [url.username, url.password, url.pathname] = [name, SECRET, `/${name}`];
    return url.href;
  }

  test('views that a restore gave to somebody else are refused, with the statements that mend it', async () => {
    const url = await grantedDatabase('restored');
    await migrate(url);
    const restored = new URL(server.url);
    [restored.username, restored.password, restored.pathname] = [
      admin.user ?? '',
      admin.password ?? '',
      '/restored',
    ];
    const client = new pg.Client(restored.href);
    await client.connect();
    await client.query('ALTER VIEW scoped.users OWNER TO restored');
    const message = await refusal(migrate(url));
    expect(message).toContain('ALTER VIEW scoped.users OWNER TO rollcall_reader;');
    expect(message).not.toContain('scoped.groups');
    await client.query(message.slice(message.indexOf('ALTER VIEW')));
    await migrate(url);
    await client.end();
  });

  test('a login that does not own the database is told so', async () => {
    const guest = new URL(await grantedDatabase('guest'));
    await admin.query('CREATE DATABASE house');
    guest.pathname = '/house';
    expect(await refusal(migrate(guest.href))).toMatch(
      /permission denied.*The login has to own the database/,
    );
  });

  test('instances that start together migrate once; a third start changes nothing', async () => {
    const url = await grantedDatabase('together');
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query<{ names: number; rows: number }>(
      'SELECT count(DISTINCT name)::int AS names, count(*)::int AS rows FROM migrations',
    );
    expect(rows[0]?.names).toBeGreaterThan(0);
    expect(rows[0]?.rows).toBe(rows[0]?.names);
    await client.query(
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')",
    );
    await client.end();
    expect(await refusal(migrate(url))).toMatch(/newer than this program.*Future9999999999999/);
  });
});

it('tells who waits what is done to the tables, and nothing where that is nothing', async () => {
  const url = await makeDatabase('told', 'NOCREATEROLE');
  await admin.query(
    'GRANT rollcall_service, rollcall_reader, rollcall_journal, rollcall_platform TO told WITH INHERIT FALSE, SET TRUE',
  );
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  await migrate(url, say);
  expect(said).toContain('Setting up the tables of this version …');
  said.length = 0;
  await migrate(url, say);
  expect(said).not.toContain('Setting up the tables of this version …');
});

describe('DATABASE_URL', () => {
  const open = (url: string): Promise<unknown> =>
    openDatabase(readSettings({ DATABASE_URL: url, DATA_DIR: '/nowhere/at/all' }));

  test('is used as it is, and no embedded server is touched', async () => {
    const url = await makeDatabase('external', 'NOCREATEROLE');
    const database = await openDatabase(readSettings({ DATABASE_URL: url, DATA_DIR: '/nowhere/at/all' }));
    expect(database).toMatchObject({ directUrl: url, embedded: false, warnings: [] });
    expect(await database.serviceUrl()).toBe(url);
    await database.close();
    expect((await admin.query('SELECT 1')).rowCount).toBe(1);
  });

  test('of a superuser is used with a warning that names it', async () => {
    const url = await makeDatabase('mighty', 'SUPERUSER');
    const { warnings } = await openDatabase(readSettings({ DATABASE_URL: url }));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^DATABASE_URL: login mighty is a superuser, .* only owns the database/);
    expect(warnings[0]).not.toContain(SECRET);
  });

  test('that nobody answers is one line with host, port and database', async () => {
    const message = await refusal(open(`postgres://ada:${SECRET}@127.0.0.1:1/people`));
    expect(message).toMatch(/^The database 127\.0\.0\.1:1\/people can't be reached: .*ECONNREFUSED/);
  });

  test('with a wrong password, or of a database that is not there', async () => {
    const wrong = new URL(server.url);
    wrong.password = SECRET;
    expect(await refusal(open(wrong.href))).toContain('password authentication failed for user "rollcall"');
    const missing = new URL(server.url);
    missing.pathname = '/missing';
    expect(await refusal(open(missing.href))).toContain('database "missing" does not exist');
  });

  test('of a database that is not UTF8', async () => {
    const url = await makeDatabase('ascii', 'NOCREATEROLE', 'SQL_ASCII');
    expect(await refusal(open(url))).toMatch(
      /\/ascii has encoding SQL_ASCII; create one with ENCODING 'UTF8'/,
    );
  });
});
