import { type ServiceSettings, type Settings } from '../../config/settings.js';
import { connectDirectly } from '../database/server-check.js';

/**
 * Completes the settings with the secret key of the database, which is created when it is first asked for. It takes the
 * place of the keys that are not set. What was encrypted under it before `SECRETS_KEY` was set can still be read. The
 * service's own connections can't read it.
 *
 * @param ownerUrl URL for the owner of a migrated database
 * @throws StartupError where the database can't be reached
 */
export async function withSecretKey(settings: Settings, ownerUrl: string): Promise<ServiceSettings> {
  const stored = await storedKey(ownerUrl);
  return {
    ...settings,
    secretKey: settings.secretKey ?? stored,
    secretsKeys: [...settings.secretsKeys, stored],
  };
}

const READ = "SELECT value AS secret FROM settings WHERE key = 'secret_key'";

async function storedKey(ownerUrl: string): Promise<string> {
  const owner = await connectDirectly(ownerUrl);
  try {
    // It is read first, so that a server that takes no writes will do.
    for (const text of [READ, 'SELECT ensure_secret_key() AS secret']) {
      const [row] = (await owner.query<{ secret: string }>(text)).rows;
      if (row) return row.secret;
    }
    throw new Error('the database gave no secret key');
  } finally {
    await owner.end();
  }
}
