import { type Settings } from '../config/settings.js';
import { CompanyAdministration } from '../administration/company-administration.js';
import { IssuerAdministration } from '../administration/issuer-administration.js';
import { openDatabase, type Database } from '../startup/database.js';
import { migrate } from '../persistence/database/migrate.js';
import { Reindex } from '../administration/reindex/reindex.js';
import { Interruption } from './interruption.js';

/**
 * Opens and migrates the database, does the work, and closes the database. A server may run on it at the same time.
 * The work itself must react to the interruption.
 *
 * @throws StartupError where the database can't be opened; InterruptedError after a signal
 */
export async function withDatabase<T>(
  settings: Settings,
  work: (database: Database, interruption: Interruption) => Promise<T>,
): Promise<T> {
  const interruption = new Interruption();
  try {
    const database = await openDatabase(settings);
    try {
      await interruption.race(() => migrate(database.directUrl));
      return await work(database, interruption);
    } finally {
      await database.close();
    }
  } finally {
    interruption.release();
  }
}

/** {@link withDatabase} for commands about companies and tokens. A signal interrupts the work. */
export const withAdministration = <T>(
  settings: Settings,
  work: (administration: CompanyAdministration) => Promise<T>,
): Promise<T> => withOpened(settings, (url) => CompanyAdministration.open(url), work);

/** {@link withDatabase} for commands about token issuers. A signal interrupts the work. */
export const withIssuers = <T>(
  settings: Settings,
  work: (issuers: IssuerAdministration) => Promise<T>,
): Promise<T> => withOpened(settings, (url) => IssuerAdministration.open(url), work);

/** {@link withDatabase} for a reindex. A signal interrupts the work. */
export const withReindex = <T>(settings: Settings, work: (reindex: Reindex) => Promise<T>): Promise<T> =>
  withOpened(settings, (url) => Reindex.open(url), work);

function withOpened<A extends { close(): Promise<void> }, T>(
  settings: Settings,
  open: (directUrl: string) => Promise<A>,
  work: (administration: A) => Promise<T>,
): Promise<T> {
  return withDatabase(settings, async ({ directUrl }, interruption) => {
    const administration = await open(directUrl);
    try {
      return await interruption.race(() => work(administration));
    } finally {
      await administration.close();
    }
  });
}
