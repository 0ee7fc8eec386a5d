import { equalJson } from '../../../src/protocol/json.js';
import { locationsBelow, representUser } from '../../../src/protocol/resource/representation.js';
import { type Attributes, type StoredUser } from '../../../src/protocol/resource/resource.js';
import { type ResourceType } from '../../../src/protocol/schema/schema.js';
import { type CompanyScope } from '../../../src/scim/company-scope.js';
import { type ListPlan, type StorePage } from '../../../src/scim/lists/list-plan.js';
import { type Precondition, requireVersion } from '../../../src/scim/precondition.js';
import { type UserRead, UsersStore, type WrittenUser } from '../../../src/scim/users/users.store.js';
import { type Candidate, listPage } from './list-page.js';
import { type MemoryCompanies } from './memory-companies.js';
import { type MemoryCompany } from './memory-company.js';
import { changedRow, newRow } from './memory-rows.js';
import { requireUnique } from './unique-name.js';
import { requireFreeValues } from './unique-values.js';

/** Users in memory. No method waits for anything, so that each happens at once and alone. */
export class MemoryUsersStore extends UsersStore {
  constructor(
    private readonly companies: MemoryCompanies,
    private readonly type: ResourceType,
  ) {
    super();
  }

  override async insert(scope: CompanyScope, attributes: Attributes, read: UserRead): Promise<StoredUser> {
    const company = this.companies.of(scope);
    const row = newRow(this.companies.nextId(), attributes);
    requireUnique('userName', company.users, row.id, attributes);
    requireFreeValues(this.type, company.users, row.id, attributes);
    company.users.set(row.id, row);
    return company.user(row, read);
  }

  override async find(scope: CompanyScope, id: string, read: UserRead): Promise<StoredUser | undefined> {
    const company = this.companies.of(scope);
    const row = company.users.get(id);
    return row && company.user(row, read);
  }

  override async list(scope: CompanyScope, plan: ListPlan, read: UserRead): Promise<StorePage<StoredUser>> {
    const company = this.companies.of(scope);
    return listPage(plan, (type) => userCandidates(company, type, plan.baseUri, read));
  }

  override async update(
    scope: CompanyScope,
    id: string,
    change: (attributes: Attributes) => Attributes | Promise<Attributes>,
    precondition: Precondition | undefined,
    read: UserRead,
  ): Promise<WrittenUser | undefined> {
    const company = this.companies.of(scope);
    return company.alone(async () => {
      const row = company.users.get(id);
      if (!row) return undefined;
      requireVersion(precondition, row.version);
      const attributes = await change(row.attributes);
      requireUnique('userName', company.users, id, attributes);
      requireFreeValues(this.type, company.users, id, attributes);
      const changed = !equalJson(attributes, row.attributes);
      const written = changed ? changedRow(row, { attributes }) : row;
      company.users.set(id, written);
      return { user: company.user(written, read), changed };
    });
  }

  override async delete(
    scope: CompanyScope,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<boolean> {
    const company = this.companies.of(scope);
    return company.remove(company.users, id, precondition);
  }
}

export function userCandidates(
  company: MemoryCompany,
  type: ResourceType,
  baseUri: string,
  read: UserRead,
): readonly Candidate<StoredUser>[] {
  return [...company.users.values()].map((row) => {
    const whole = company.user(row, { groups: true, manager: true });
    return {
      id: row.id,
      shown: representUser(whole, type, locationsBelow(baseUri)),
      stored: company.user(row, read),
    };
  });
}
