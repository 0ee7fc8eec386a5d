import { equalJson } from '../../../src/protocol/json.js';
import { type MembershipPlan } from '../../../src/protocol/patch/change-set.js';
import {
  locationsBelow,
  representGroupHead,
  representMember,
} from '../../../src/protocol/resource/representation.js';
import { type Attributes, type StoredGroup } from '../../../src/protocol/resource/resource.js';
import { type ResourceType } from '../../../src/protocol/schema/schema.js';
import { type CompanyScope } from '../../../src/scim/company-scope.js';
import {
  type GroupRead,
  GroupsStore,
  type GroupUpdate,
  type WrittenGroup,
} from '../../../src/scim/groups/groups.store.js';
import { type ListPlan, type StorePage } from '../../../src/scim/lists/list-plan.js';
import { type Precondition, requireVersion } from '../../../src/scim/precondition.js';
import { type Candidate, listPage } from './list-page.js';
import { planMembers } from './membership.js';
import { type MemoryCompanies } from './memory-companies.js';
import { type MemoryCompany } from './memory-company.js';
import { changedRow, type GroupRow, newRow } from './memory-rows.js';
import { requireUnique } from './unique-name.js';
import { requireFreeValues } from './unique-values.js';

/** Groups in memory. No method waits for anything, so that each happens at once and alone. */
export class MemoryGroupsStore extends GroupsStore {
  constructor(
    private readonly companies: MemoryCompanies,
    private readonly type: ResourceType,
  ) {
    super();
  }

  override async insert(
    scope: CompanyScope,
    attributes: Attributes,
    membership: MembershipPlan,
    read: GroupRead,
  ): Promise<WrittenGroup> {
    const company = this.companies.of(scope);
    const id = this.companies.nextId();
    const { memberIds, ignoredMembers } = planMembers(company, scope, membership, new Set());
    requireFreeName(company, scope, id, attributes);
    requireFreeValues(this.type, company.groups, id, attributes);
    const row = { ...newRow(id, attributes), memberIds };
    company.groups.set(id, row);
    return { group: company.group(row, read), changed: true, ignoredMembers };
  }

  override async find(scope: CompanyScope, id: string, read: GroupRead): Promise<StoredGroup | undefined> {
    const company = this.companies.of(scope);
    const row = company.groups.get(id);
    return row && company.group(row, read);
  }

  override async list(scope: CompanyScope, plan: ListPlan, read: GroupRead): Promise<StorePage<StoredGroup>> {
    const company = this.companies.of(scope);
    return listPage(plan, (type) => groupCandidates(company, type, plan.baseUri, read));
  }

  override async update(
    scope: CompanyScope,
    id: string,
    { change, membership, precondition }: GroupUpdate,
    read: GroupRead,
  ): Promise<WrittenGroup | undefined> {
    const company = this.companies.of(scope);
    return company.alone(async () => {
      const row = company.groups.get(id);
      if (!row) return undefined;
      requireVersion(precondition, row.version);
      const { memberIds, ignoredMembers } = planMembers(company, scope, membership, row.memberIds);
      const attributes = await change(row.attributes);
      requireFreeName(company, scope, id, attributes);
      requireFreeValues(this.type, company.groups, id, attributes);
      const changed = !equalJson(attributes, row.attributes) || !equalIds(memberIds, row.memberIds);
      const written = changed ? changedRow(row, { attributes, memberIds }) : row;
      company.groups.set(id, written);
      return { group: company.group(written, read), changed, ignoredMembers };
    });
  }

  override async delete(
    scope: CompanyScope,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<boolean> {
    const company = this.companies.of(scope);
    return company.remove(company.groups, id, precondition);
  }
}

export function groupCandidates(
  company: MemoryCompany,
  type: ResourceType,
  baseUri: string,
  read: GroupRead,
): readonly Candidate<StoredGroup>[] {
  const locations = locationsBelow(baseUri);
  return [...company.groups.values()].map((row) => {
    const members = company.members(row.memberIds).map((member) => representMember(member, locations));
    const stored = company.group(row, read);
    return { id: row.id, shown: { ...representGroupHead(stored, type, locations), members }, stored };
  });
}

function requireFreeName(
  { groups }: MemoryCompany,
  { settings }: CompanyScope,
  id: string,
  attributes: Attributes,
): void {
  if (!settings.duplicateGroupNames) requireUnique('displayName', groups, id, attributes);
}

function equalIds(left: GroupRow['memberIds'], right: GroupRow['memberIds']): boolean {
  return left.size === right.size && [...left].every((id) => right.has(id));
}
