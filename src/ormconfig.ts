import { loadEnvironment } from './config/environment.js';
import { readSettings } from './config/read-settings.js';
import { StartupError } from './config/startup-error.js';
import { createOwnerDataSource } from './persistence/database/data-source.js';

/**
 * For TypeORM's command line (`npm run typeorm -- schema:log`), as the owner of the database of `DATABASE_DIRECT_URL`
 * or `DATABASE_URL`.
 */
export const dataSource = createOwnerDataSource(readDirectUrl());

function readDirectUrl(): string {
  try {
    const { databaseDirectUrl } = readSettings(loadEnvironment());
    if (databaseDirectUrl !== undefined) return databaseDirectUrl;
    throw new StartupError('Set DATABASE_URL to the database whose schema is to be looked at.');
  } catch (error) {
    // The command `schema:log` ends without a word where this file throws.
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
