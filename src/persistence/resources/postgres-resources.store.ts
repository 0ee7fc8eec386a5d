import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import {
  type ResourceRead,
  ResourcesStore,
  type StoredResource,
} from '../../scim/resources/resources.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { refuseSlowQuery } from '../sql/slow-query.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { readResourcesPage } from './read-page.js';

/** Users and groups of companies in PostgreSQL, as one list. */
export class PostgresResourcesStore extends ResourcesStore {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override list(scope: CompanyScope, plan: ListPlan, read: ResourceRead): Promise<StorePage<StoredResource>> {
    return refuseSlowQuery(plan, () => readResourcesPage(this.transaction, scope, plan, read));
  }
}
