import { type ServiceSettings } from '../config/settings.js';
import { StartupError } from '../config/startup-error.js';
import { connectDirectly } from '../persistence/database/server-check.js';

/**
 * Gives the service what the admin API works with, where that is on: the URL for the owner of the database. The
 * connections of requests own nothing, and can't administer.
 *
 * @param directUrl URL of a migrated database
 * @throws StartupError where its login is not the owner
 */
export async function withOwnerAccess(
  settings: ServiceSettings,
  directUrl: string,
): Promise<ServiceSettings> {
  if (settings.adminToken === undefined) return settings;
  const client = await connectDirectly(directUrl);
  try {
    const { rows } = await client.query<{ owns: boolean; login: string }>(
      `SELECT pg_has_role(session_user, relowner, 'USAGE') AS owns, session_user AS login
         FROM pg_class WHERE oid = 'public.companies'::regclass`,
    );
    if (rows[0]?.owns === true) return { ...settings, ownerUrl: directUrl };
    throw new StartupError(
      `ADMIN_TOKEN: the admin API works as the owner of the database, and login ${rows[0]?.login} is not. Let ` +
        'DATABASE_URL or DATABASE_DIRECT_URL name the owner, and DATABASE_SERVICE_URL the login for requests.',
    );
  } finally {
    await client.end();
  }
}
