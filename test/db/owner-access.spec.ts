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

  it('are two, for which fifty more wait; others are turned away', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let running = 0;
    const held = Array.from({ length: 52 }, () =>
      pool.run(async (administration) => {
        running += 1;
        await list(administration);
        await released;
      }),
    );
    await expect(pool.run(list)).rejects.toThrow(UnavailableError);
    release();
    await Promise.all(held);
    expect(running).toBe(52);
    expect(await pool.run(list)).toEqual([]);
  });

  it('turn away who has waited for five seconds', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = [1, 2].map(() =>
      pool.run(async (administration) => {
        await list(administration);
        await released;
      }),
    );
    await expect(pool.run(list)).rejects.toThrow(UnavailableError);
    release();
    await Promise.all(held);
    expect(await pool.run(list)).toEqual([]);
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
