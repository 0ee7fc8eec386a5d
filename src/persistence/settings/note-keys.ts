import { type ServiceSettings } from '../../config/settings.js';
import { keyId } from '../../scim/secret-key.js';
import { connectDirectly } from '../database/server-check.js';

/** The setting by which another cell sees whether it has the same keys. */
export const KEYS_IN_USE = 'keys_in_use';

/** The ids of keys: of that for cursors, and of those by which kept secrets can be read. */
export interface KeysInUse {
  readonly secretKey: string;
  readonly secretsKeys: readonly string[];
}

/**
 * Stores the ids of the keys that the service uses; an id reveals nothing of its key. On a standby nothing is written, since
 * the service on the primary has done so.
 *
 * @param ownerUrl URL for the owner of a migrated database
 * @throws StartupError where the database can't be reached
 */
export async function noteKeys(
  { secretKey, secretsKeys }: Pick<ServiceSettings, 'secretKey' | 'secretsKeys'>,
  ownerUrl: string,
): Promise<void> {
  const keys: KeysInUse = { secretKey: keyId(secretKey), secretsKeys: secretsKeys.map(keyId) };
  const owner = await connectDirectly(ownerUrl);
  try {
    const { rows } = await owner.query<{ isReadOnly: boolean }>(
      `SELECT current_setting('transaction_read_only')::boolean AS "isReadOnly"`,
    );
    if (rows[0]?.isReadOnly === true) return;
    await owner.query(
      `INSERT INTO settings (key, value) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE settings.value <> EXCLUDED.value`,
      [KEYS_IN_USE, JSON.stringify(keys)],
    );
  } finally {
    await owner.end();
  }
}
