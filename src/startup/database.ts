import { type Settings } from '../config/settings.js';
import { openEmbedded } from '../embedded-postgres/embedded-database.js';
import { checkServer } from '../persistence/database/server-check.js';

/** The database the service works on. */
export interface Database {
  readonly url: string;
  /** Around a pooler: for migrations, locks and LISTEN. */
  readonly directUrl: string;
  readonly embedded: boolean;
  /** Gives the embedded server up; does nothing to an external one. */
  close(): Promise<void>;
}

/**
 * Opens the server that `DATABASE_URL` names, or the embedded one where it is unset.
 * @throws StartupError with one line where that can't be done or the server won't do.
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
