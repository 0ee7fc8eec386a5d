import { type SchemaRegistry } from '../../src/protocol/schema/schema-registry.js';
import { type CompanyScope, type CompanySettings } from '../../src/scim/company-scope.js';
import { type GroupsStore } from '../../src/scim/groups/groups.store.js';
import { type ResourcesStore } from '../../src/scim/resources/resources.store.js';
import { type UsersStore } from '../../src/scim/users/users.store.js';

/** One implementation of the ports of the `scim` room, empty at first, and a way to make companies in it. */
export interface Stores {
  readonly users: UsersStore;
  readonly groups: GroupsStore;
  readonly resources: ResourcesStore;
  /** A new company; it forbids duplicate group names and unknown members unless the settings say otherwise. */
  company(settings?: Partial<CompanySettings>): Promise<CompanyScope>;
  close(): Promise<void>;
}

/** How the contracts come by an implementation. */
export interface StoresOpener {
  /** Stands in front of the names of the tests. */
  readonly name: string;
  readonly open: (schemas: SchemaRegistry) => Promise<Stores>;
}
