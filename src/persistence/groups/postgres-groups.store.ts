import { type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes, type StoredGroup } from '../../protocol/resource/resource.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import {
  type GroupRead,
  GroupsStore,
  type GroupUpdate,
  type WrittenGroup,
} from '../../scim/groups/groups.store.js';
import { type Precondition, requireVersion } from '../../scim/precondition.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { refuseBrokenConstraints } from '../sql/constraint-errors.js';
import { pageQuery } from '../sql/page-query.js';
import { foundRows } from '../sql/page-rows.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter, isResourceId } from '../sql/resource-id.js';
import { refuseSlowQuery } from '../sql/slow-query.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type CompanyTransaction,
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';
import { claimStatements, requireClaimed, uniqueValues } from '../unique-values/unique-values.js';
import { changeMembers, memberStatements } from './change-members.js';
import { deleteGroup } from './delete-group.js';
import { duplicateSlot, GROUP_COLUMNS, groupValues } from './group-row.js';
import {
  idsToAdd,
  lockGroupAndMembers,
  lockMembersOfNewGroup,
  namedMembers,
  unknownMembers,
} from './lock-members.js';
import { readGroup, selectGroup, streamGroup } from './read-groups.js';
import { readPage } from './read-page.js';
import { hasManyMembers, selectGroups, toStoredGroup } from './select-groups.js';

/** A group after its change, before those members are read that one answer does not hold. */
interface Written extends WrittenGroup {
  readonly groupId: string;
  readonly manyMembers: boolean;
}

/** The groups of companies in PostgreSQL. */
export class PostgresGroupsStore extends GroupsStore {
  constructor(
    private readonly transaction: CompanyTransaction,
    private readonly schemas: SchemaRegistry,
    private readonly indexed: IndexedForms,
  ) {
    super();
  }

  override async insert(
    scope: CompanyScope,
    attributes: Attributes,
    membership: MembershipPlan,
    read: GroupRead,
  ): Promise<WrittenGroup> {
    const written = await refuseBrokenConstraints(() =>
      this.transaction.write(scope, async (transaction) => {
        const ids = idsToAdd(membership);
        const { groupId, known } = await lockMembersOfNewGroup(transaction, scope, ids);
        const ignoredMembers = unknownMembers(scope, membership, known);
        const target = { scope, groupId, type: this.schemas.group };
        const claims = this.claimsOf(scope, groupId, attributes);
        const results = await transaction.runAll([
          this.insertGroup(scope, groupId, attributes),
          ...claims,
          ...memberStatements(target, membership.steps, namedMembers(membership, known)),
          changeCount(scope, 'Group', 1),
          selectGroup(scope, groupId, read),
        ]);
        requireClaimed(results.slice(1, claims.length + 1));
        return writtenGroup(groupId, results.at(-1), { changed: true, ignoredMembers });
      }),
    );
    const whole = written && (await this.withAllMembers(scope, written));
    if (!whole) throw new Error('a new group was gone before it could be read');
    return whole;
  }

  override async find(scope: CompanyScope, id: string, read: GroupRead): Promise<StoredGroup | undefined> {
    return isResourceId(id) ? readGroup(this.transaction, scope, id, read) : undefined;
  }

  override async list(scope: CompanyScope, plan: ListPlan, read: GroupRead): Promise<StorePage<StoredGroup>> {
    const page = pageQuery(scope, plan);
    return refuseSlowQuery(plan, () =>
      readPage<StoredGroup>(this.transaction, scope, {
        page,
        paging: plan,
        members: read.members,
        select: (members) => selectGroups(scope, page, { members }),
        toResource: toStoredGroup,
        withMembers: (group, members) => ({ ...group, members }),
      }),
    );
  }

  override async update(
    scope: CompanyScope,
    id: string,
    update: GroupUpdate,
    read: GroupRead,
  ): Promise<WrittenGroup | undefined> {
    if (!isResourceId(id)) return undefined;
    const written = await refuseBrokenConstraints(() =>
      this.transaction.write(scope, (transaction) => this.updateLocked(transaction, scope, id, update, read)),
    );
    return written && this.withAllMembers(scope, written);
  }

  override async delete(
    scope: CompanyScope,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<boolean> {
    if (!isResourceId(id)) return false;
    for (;;) {
      const outcome = await this.transaction.write(scope, (transaction) =>
        deleteGroup(transaction, scope, id, precondition),
      );
      if (outcome !== 'overtaken') return outcome === 'deleted';
    }
  }

  private async updateLocked(
    transaction: WriteTransaction,
    scope: CompanyScope,
    groupId: string,
    { change, membership, precondition }: GroupUpdate,
    read: GroupRead,
  ): Promise<Written | undefined> {
    const ids = idsToAdd(membership);
    const { group, known } = await lockGroupAndMembers(transaction, scope, groupId, ids);
    if (!group) return undefined;
    requireVersion(precondition, group.version);
    const ignoredMembers = unknownMembers(scope, membership, known);
    const attributes = change(group.attributes);
    const target = { scope, groupId, type: this.schemas.group };
    const named = namedMembers(membership, known);
    const membersChanged = await changeMembers(transaction, target, membership.steps, named);
    const [changed, after, ...claimed] = await transaction.runAll([
      this.writeGroup(scope, groupId, attributes, membersChanged),
      selectGroup(scope, groupId, read),
      ...this.claimsOf(scope, groupId, attributes),
    ]);
    requireClaimed(claimed);
    return writtenGroup(groupId, after, { changed: changed?.rowCount === 1, ignoredMembers });
  }

  private insertGroup(scope: CompanyScope, groupId: string, attributes: Attributes): Statement {
    return toStatement(
      sql`INSERT INTO groups (company_id, id, ${GROUP_COLUMNS}, duplicate_slot)
        VALUES (${parameter(scope.companyId)}, ${idParameter(groupId)}, ${this.valuesOf(attributes)},
          ${duplicateSlot(scope, groupId)})`,
      'groups.insert',
    );
  }

  /** Changes no row where neither the members nor the attributes are others than before. */
  private writeGroup(
    scope: CompanyScope,
    groupId: string,
    attributes: Attributes,
    membersChanged: boolean,
  ): Statement {
    return toStatement(
      sql`UPDATE groups g
        SET (${GROUP_COLUMNS}) = ROW (${this.valuesOf(attributes)}), duplicate_slot = ${duplicateSlot(scope, groupId)},
          version = g.version + 1, last_modified = clock_timestamp()
        WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)}
          AND (${parameter(membersChanged)}::boolean OR g.attributes <> ${parameter(JSON.stringify(attributes))}::jsonb)`,
      'groups.update',
    );
  }

  private claimsOf(scope: CompanyScope, groupId: string, attributes: Attributes): readonly Statement[] {
    const { forms } = this.indexed;
    const owner = { companyId: scope.companyId, type: 'Group', id: groupId } as const;
    return claimStatements(forms, owner, uniqueValues(forms, this.schemas.group, attributes));
  }

  private valuesOf(attributes: Attributes): SqlFragment {
    return groupValues(this.indexed.forms, this.schemas.group, attributes);
  }

  /** Undefined where the group was deleted between its change and the reading of its members. */
  private async withAllMembers(
    scope: CompanyScope,
    { group, groupId, manyMembers, ...outcome }: Written,
  ): Promise<WrittenGroup | undefined> {
    if (!manyMembers) return { group, ...outcome };
    const streamed = await streamGroup(this.transaction, scope, groupId);
    return streamed && { group: streamed, ...outcome };
  }
}

function writtenGroup(
  groupId: string,
  after: StatementResult | undefined,
  outcome: Pick<Written, 'changed' | 'ignoredMembers'>,
): Written | undefined {
  const rows = foundRows(after?.rows);
  const [row] = rows;
  return row && { groupId, group: toStoredGroup(row), manyMembers: hasManyMembers(rows), ...outcome };
}
