import { readSettings } from '../../src/config/read-settings.js';
import { withSecretKey } from '../../src/persistence/settings/with-secret-key.js';
import { StoreRig } from './store-rig.js';

let rig: StoreRig;

beforeAll(async () => {
  rig = await StoreRig.open();
});
afterAll(() => rig.close());

describe('the secret key', () => {
  const ask = async (set: Record<string, string> = {}): Promise<string> =>
    (await withSecretKey(readSettings(set), rig.database.url)).secretKey;

  it('CUR-21 is made once, whoever asks first, and kept', async () => {
    await rig.admin.query(`DELETE FROM settings WHERE key = 'secret_key'`);
    const keys = await Promise.all(Array.from({ length: 8 }, () => ask()));
    expect(new Set([...keys, await ask()]).size).toBe(1);
    await rig.admin.query(`DELETE FROM settings WHERE key = 'secret_key'`);
    const renewed = await ask();
    expect(renewed).not.toBe(keys[0]);
    const { rows } = await rig.admin.query<{ value: string }>(
      `SELECT value FROM settings WHERE key = 'secret_key'`,
    );
    expect(rows).toEqual([{ value: renewed }]);
    expect(renewed).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the one that is set, where one is', async () => {
    expect(await ask({ SECRET_KEY: 'a'.repeat(32) })).toBe('a'.repeat(32));
  });
});
