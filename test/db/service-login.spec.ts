import pg from 'pg';
import { StartupError } from '../../src/config/startup-error.js';
import { checkServiceLogin, ensureServiceLogin } from '../../src/persistence/database/service-login.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let admin: pg.Client;
const made: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client(database.adminUrl);
  await admin.connect();
});
afterAll(async () => {
  for (const login of made) await admin.query(`DROP ROLE ${login}`);
  await admin.end();
  await database.close();
});

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of a new login, for which the statements are run with its name in the place of `$`. */
async function makeLogin(options: string, ...statements: readonly string[]): Promise<string> {
  const login = `login_${process.pid}_${made.length}`;
  await admin.query(`CREATE ROLE ${login} LOGIN ${options} PASSWORD 'of-a-test'`);
  made.push(login);
  for (const statement of statements) await admin.query(statement.replace('$', login));
  const url = new URL(database.url);
  url.username = login;
  url.password = 'of-a-test';
  return url.href;
}

async function refusal(url: string): Promise<string> {
  const error: unknown = await checkServiceLogin(url).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartupError);
  return (error as StartupError).message;
}

describe('the login of the embedded server', () => {
  it('can become the role of the service, and nothing else', async () => {
    const url = await ensureServiceLogin(database.url);
    expect(await ensureServiceLogin(database.url)).toBe(url);
    await withClient(url, async (client) => {
      for (const role of ['rollcall_reader', 'rollcall', 'postgres']) {
        await expect(client.query(`SET ROLE ${role}`)).rejects.toMatchObject({ code: '42501' });
      }
      for (const refused of ['SELECT FROM users', 'SELECT ensure_secret_key()', 'DROP TABLE users']) {
        await expect(client.query(refused)).rejects.toMatchObject({ code: '42501' });
      }
      await client.query('SET ROLE rollcall_service');
      expect((await client.query('SELECT FROM users')).rowCount).toBe(0);
      await expect(client.query('SELECT ensure_secret_key()')).rejects.toMatchObject({ code: '42501' });
    });
    await checkServiceLogin(url);
  });

  it('owns nothing', async () => {
    const { rows } = await admin.query(
      `SELECT 1 FROM pg_shdepend WHERE deptype = 'o' AND refobjid = 'rollcall_service_login'::regrole`,
    );
    expect(rows).toEqual([]);
  });
});

describe('the login of DATABASE_SERVICE_URL', () => {
  const GRANT = 'GRANT rollcall_service TO $ WITH INHERIT FALSE, SET TRUE';

  it('is taken where it can become the role of the service alone', async () => {
    await checkServiceLogin(await makeLogin('', GRANT));
  });

  it('is refused where it can not, with the statement that lets it', async () => {
    expect(await refusal(await makeLogin(''))).toMatch(
      /^DATABASE_SERVICE_URL: login (login_\w+) can't become .*: GRANT rollcall_service TO \1;$/,
    );
  });

  it.each(['SUPERUSER', 'BYPASSRLS', 'CREATEROLE', 'REPLICATION'])('is refused with %s', async (option) => {
    expect(await refusal(await makeLogin(option, GRANT))).toContain('may do more than serve');
  });

  it('is refused where it reads all companies, or owns the database', async () => {
    expect(await refusal(await makeLogin('', GRANT, 'GRANT rollcall_reader TO $'))).toContain(
      'REVOKE rollcall_reader FROM login_',
    );
    expect(await refusal(database.url)).toMatch(/may do more than serve|the owner of the database/);
    const plain = await makeLogin('', GRANT, 'GRANT rollcall TO $');
    expect(await refusal(plain)).toContain('is, or can become, the owner of the database');
  });
});
