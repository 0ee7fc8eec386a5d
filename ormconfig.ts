import { createOwnerDataSource } from './src/persistence/database/data-source.js';

/** For TypeORM's command line (`-d ormconfig.ts`), which compares and changes the schema as its owner. */
export const dataSource = createOwnerDataSource(
  process.env['DATABASE_DIRECT_URL'] ?? process.env['DATABASE_URL'] ?? '',
);
