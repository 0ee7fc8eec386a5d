import { Initial1767225600000 } from './1767225600000-initial.js';

/** All migrations in their order; a list, since a glob finds nothing where the files are bundled or moved. */
export const MIGRATIONS = [Initial1767225600000];
