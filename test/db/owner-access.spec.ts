import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AdministrationPool } from '../../src/administration/administration-pool.js';
import { type Administration } from '../../src/administration/administration.js';
import { readSettings } from '../../src/config/read-settings.js';
import { StartupError } from '../../src/config/startup-error.js';
import { ensureServiceLogin } from '../../src/persistence/database/service-login.js';
import { UnavailableError } from '../../src/protocol/error/unavailable.error.js';
import { withOwnerAccess } from '../../src/startup/owner-access.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

const ADMIN_TOKEN = 'x'.repeat(32);

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('the access of the admin API', () => {
  const settings = { ...readSettings({ ADMIN_TOKEN }), secretKey: '' };

  it('is that of the owner, where there is an ADMIN_TOKEN', async () => {
    expect(await withOwnerAccess(settings, database.url)).toMatchObject({ ownerUrl: database.url });
    const without = { ...settings, adminToken: undefined };
    expect(await withOwnerAccess(without, database.url)).toBe(without);
  });

  it('is refused with a line where the login owns nothing', async () => {
    const login = await ensureServiceLogin(database.url);
    const refused = withOwnerAccess(settings, login);
    await expect(refused).rejects.toThrow(StartupError);
    await expect(refused).rejects.toThrow(
      /^ADMIN_TOKEN: .* login rollcall_service_login is not\. Let [^\n]*$/,
    );
  });
});

describe('the connections of the admin API', () => {
  let pool: AdministrationPool;

  beforeAll(async () => {
    pool = await AdministrationPool.open(database.url);
  });
  afterAll(() => pool.close());

  const list = ({ companies }: Administration): Promise<unknown> => companies.listCompanies();

  /** Calls of one caller that hold their connections until they are let go. */
  function hold(caller: string | undefined, count: number): { readonly letGo: () => Promise<void> } {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = Array.from({ length: count }, () =>
      pool.run(async (administration) => {
        await list(administration);
        await released;
      }, caller),
    );
    return { letGo: () => (release(), Promise.all(held).then(() => undefined)) };
  }

  it('are three, of which a caller has two, while fifty more calls of the same wait, and others have theirs', async () => {
    const busy = hold('acme', 52);
    await expect(pool.run(list, 'acme')).rejects.toThrow(UnavailableError);
    expect(await pool.run(list, 'globex')).toEqual([]);
    await busy.letGo();
    expect(await pool.run(list, 'acme')).toEqual([]);
  });

  it('are not used up by those of whom nobody knows who they are', async () => {
    const unknown = hold(undefined, 52);
    await expect(pool.run(list)).rejects.toThrow(UnavailableError);
    expect(await pool.run(list, 'acme')).toEqual([]);
    await unknown.letGo();
  });

  it('turn away who has waited for five seconds', async () => {
    const busy = hold('acme', 2);
    await expect(pool.run(list, 'acme')).rejects.toThrow(UnavailableError);
    await busy.letGo();
    expect(await pool.run(list, 'acme')).toEqual([]);
  });

  it('serve a caller in turn, however many calls of another one are under way', async () => {
    let ended = false;
    const flood = Array.from({ length: 20 }, async () => {
      while (!ended) await pool.run(list, 'acme');
    });
    const other = hold('initech', 1);
    for (let call = 0; call < 20; call += 1) expect(await pool.run(list, 'globex')).toEqual([]);
    ended = true;
    await other.letGo();
    await Promise.all(flood);
  });

  it('are made anew where they were lost', async () => {
    const admin = new pg.Client(database.adminUrl);
    await admin.connect();
    const lost = pool.run(async (administration) => {
      await list(administration);
      await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename <> current_user`,
      );
      await sleep(50);
      await list(administration);
    });
    await expect(lost).rejects.toThrow(UnavailableError);
    await admin.end();
    expect(await pool.run(list)).toEqual([]);
  });
});
