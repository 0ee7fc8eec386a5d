import { type Settings } from '../config/settings.js';
import { openEmbedded } from '../embedded-postgres/embedded-database.js';
import { checkServer } from '../persistence/database/server-check.js';

/** The database of the service. */
export interface Database {
  readonly url: string;
  /** URL that does not lead through a pooler, for migrations, locks and LISTEN. */
  readonly directUrl: string;
  readonly embedded: boolean;
  /** Stops using the embedded server. It does nothing for an external one. */
  close(): Promise<void>;
}

/**
 * Opens the database of `DATABASE_URL`, or the embedded one if that is not set.
 *
 * @throws StartupError where the server can't be reached or does not meet the requirements
 */
export async function openDatabase(settings: Settings): Promise<Database> {
  if (settings.databaseUrl === undefined) {
    const server = await openEmbedded(settings.dataDir);
    return { url: server.url, directUrl: server.url, embedded: true, close: () => server.close() };
  }
  const url = settings.databaseUrl;
  const directUrl = settings.databaseDirectUrl ?? url;
  await checkServer(directUrl);
  return { url, directUrl, embedded: false, close: () => Promise.resolve() };
}
