import { type SchemaRegistry } from '../../../src/protocol/schema/schema-registry.js';
import {
  type CompanyScope,
  type CompanySettings,
  makeCompanyScope,
} from '../../../src/scim/company-scope.js';
import { type Stores } from '../stores.js';
import { MemoryCompanies } from './memory-companies.js';
import { MemoryGroupsStore } from './memory-groups.store.js';
import { MemoryResourcesStore } from './memory-resources.store.js';
import { MemoryUsersStore } from './memory-users.store.js';

/**
 * The stores of users and groups in memory: what their ports mean, in few lines. Limits of length are PostgreSQL's own.
 */
export class MemoryStores implements Stores {
  private readonly companies = new MemoryCompanies();
  private made = 0;
  readonly users: MemoryUsersStore;
  readonly groups: MemoryGroupsStore;
  readonly resources = new MemoryResourcesStore(this.companies);

  constructor({ user, group }: SchemaRegistry) {
    this.users = new MemoryUsersStore(this.companies, user);
    this.groups = new MemoryGroupsStore(this.companies, group);
  }

  async company(settings: Partial<CompanySettings> = {}): Promise<CompanyScope> {
    const companyId = String(++this.made);
    return makeCompanyScope({
      companyId,
      slug: `company-${companyId}`,
      settings: { duplicateGroupNames: false, unknownMembers: 'reject', ...settings },
    });
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
