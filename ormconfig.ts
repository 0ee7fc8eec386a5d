import { readSettings } from './src/config/read-settings.js';
import { createOwnerDataSource } from './src/persistence/database/data-source.js';
import { openDatabase } from './src/persistence/database/database.js';

const database = await openDatabase(readSettings(process.env));

/** The data source of TypeORM's command line (`-d`). */
export const dataSource = createOwnerDataSource(database.directUrl);
