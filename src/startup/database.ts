import { type Say, sayNothing } from '../config/progress.js';
import { type Settings } from '../config/settings.js';
import { openEmbedded } from '../embedded-postgres/embedded-database.js';
import { checkServer } from '../persistence/database/server-check.js';
import { checkServiceLogin, ensureServiceLogin } from '../persistence/database/service-login.js';

/** The database of the service. */
export interface Database {
  /** URL that does not lead through a pooler, for the owner: for migrations, locks and administration. */
  readonly directUrl: string;
  readonly embedded: boolean;
  /** What is accepted of `DATABASE_URL`, and yet should be otherwise, a line each. */
  readonly warnings: readonly string[];
  /**
   * URL for the connections of the service, once the database is migrated. The login of the embedded server's, and
   * that of `DATABASE_SERVICE_URL`, can become nothing but the role of the service.
   *
   * @throws StartupError where the login of `DATABASE_SERVICE_URL` may do more or less than that
   */
  readonly serviceUrl: () => Promise<string>;
  /** Stops using the embedded server. It does nothing for an external one. */
  close(): Promise<void>;
}

/**
 * Opens the database of `DATABASE_URL`, or the embedded one if that is not set.
 *
 * @param say told of what takes long
 * @throws StartupError where the server can't be reached or does not meet the requirements
 */
export async function openDatabase(settings: Settings, say: Say = sayNothing): Promise<Database> {
  if (settings.databaseUrl === undefined) {
    const server = await openEmbedded(settings.dataDir, say);
    return {
      directUrl: server.url,
      embedded: true,
      warnings: [],
      serviceUrl: () => ensureServiceLogin(server.url),
      close: () => server.close(),
    };
  }
  const url = settings.databaseUrl;
  const directUrl = settings.databaseDirectUrl ?? url;
  const faults = await checkServer(directUrl, say);
  const name = directUrl === url ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  const warnings = faults.map((fault) => `${name}: ${fault}`);
  const serviceUrl = async (): Promise<string> => {
    if (settings.databaseServiceUrl === undefined) return url;
    await checkServiceLogin(settings.databaseServiceUrl);
    return settings.databaseServiceUrl;
  };
  return { directUrl, embedded: false, warnings, serviceUrl, close: () => Promise.resolve() };
}
