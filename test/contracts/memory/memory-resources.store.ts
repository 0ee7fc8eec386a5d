import { type CompanyScope } from '../../../src/scim/company-scope.js';
import { type ListPlan, type StorePage } from '../../../src/scim/lists/list-plan.js';
import {
  type ResourceRead,
  ResourcesStore,
  type StoredResource,
} from '../../../src/scim/resources/resources.store.js';
import { listPage } from './list-page.js';
import { type MemoryCompanies } from './memory-companies.js';
import { groupCandidates } from './memory-groups.store.js';
import { userCandidates } from './memory-users.store.js';

/** Users and groups in memory, as one list. */
export class MemoryResourcesStore extends ResourcesStore {
  constructor(private readonly companies: MemoryCompanies) {
    super();
  }

  override async list(
    scope: CompanyScope,
    plan: ListPlan,
    read: ResourceRead,
  ): Promise<StorePage<StoredResource>> {
    const company = this.companies.of(scope);
    return listPage<StoredResource>(plan, (type) =>
      type.name === 'User'
        ? userCandidates(company, type, plan.baseUri, read.user).map(({ stored: user, ...candidate }) => ({
            ...candidate,
            stored: { type: 'User', user },
          }))
        : groupCandidates(company, type, plan.baseUri, read.group).map(({ stored: group, ...candidate }) => ({
            ...candidate,
            stored: { type: 'Group', group },
          })),
    );
  }
}
