import { IN_MEMORY } from '../conformance/judge-requirements.js';
import { StoreRig } from '../db/store-rig.js';
import { type CredentialStoresOpener } from './credential-stores.js';
import { MemoryCredentials } from './memory/memory-credentials.js';
import { MemoryStores } from './memory/memory-stores.js';
import { PostgresCredentials } from './postgres-credentials.js';
import { type StoresOpener } from './stores.js';

const ON_POSTGRESQL = 'on PostgreSQL';

/** All of them run the contracts of users, groups, lists and unique values. */
export const STORES: readonly StoresOpener[] = [
  { name: IN_MEMORY, open: (schemas) => Promise.resolve(new MemoryStores(schemas)) },
  { name: ON_POSTGRESQL, open: (schemas) => StoreRig.open(schemas) },
];

/** All of them run the contracts of access tokens and token issuers. */
export const CREDENTIAL_STORES: readonly CredentialStoresOpener[] = [
  { name: IN_MEMORY, open: () => Promise.resolve(new MemoryCredentials()) },
  { name: ON_POSTGRESQL, open: () => PostgresCredentials.open() },
];
