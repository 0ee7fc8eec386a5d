import { equalJson } from '../../protocol/json.js';
import { type MembershipChange, type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes, type StoredGroup } from '../../protocol/resource/resource.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { ExistedBeforeError } from '../../scim/existed-before.error.js';
import {
  type GroupRead,
  GroupsStore,
  type GroupUpdate,
  type WrittenGroup,
} from '../../scim/groups/groups.store.js';
import { type Precondition, requireVersion } from '../../scim/precondition.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { inPieces } from '../../scim/in-pieces.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { guardedWrite } from '../guard/guarded-write.js';
import { judgeRemovals } from '../guard/judge-removals.js';
import {
  TAKEN_COLUMNS,
  type TakenResource,
  takeDeleted,
  takenValues,
} from '../deleted-resources/take-deleted.js';
import { textOf } from '../journal/activity.js';
import { recordChange, recordFirstMembers } from '../journal/record-change.js';
import { type Before, writtenChange } from '../journal/written-change.js';
import { refuseBrokenConstraints } from '../sql/constraint-errors.js';
import { keyEquality } from '../sql/key-equality.js';
import { foundRows } from '../sql/page-rows.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter, isResourceId } from '../sql/resource-id.js';
import { searchDocument } from '../sql/search-document.js';
import { refuseSlowQuery } from '../sql/slow-query.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type CompanyTransaction,
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';
import { claimStatements, requireClaimed, uniqueValues } from '../unique-values/unique-values.js';
import {
  type ChangedMembers,
  changeMembers,
  changeMembersAlone,
  type MembersTarget,
  memberStatements,
} from './change-members.js';
import { deleteGroup } from './delete-group.js';
import { duplicateSlot, GROUP_COLUMNS, groupNameKey, groupValues } from './group-row.js';
import {
  idsToAdd,
  judgeReferences,
  type KnownMembers,
  type LockedGroup,
  lockGroupAndMembers,
  lockMembersOfNewGroup,
} from './lock-members.js';
import { readGroup, readGroupsByKey, selectGroup, streamGroup, unreadable } from './read-groups.js';
import { readGroupsPage } from './read-page.js';
import { hasManyMembers, toStoredGroup } from './select-groups.js';

/** A group after its change; where it has many members, these are still to be read. */
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
    mustBeNew = false,
  ): Promise<WrittenGroup> {
    const written = await refuseBrokenConstraints(
      () =>
        this.transaction.write(scope, async (transaction) => {
          const ids = await inPieces(idsToAdd(membership));
          const taken = await this.takeDeleted(transaction, scope, attributes);
          if (taken && mustBeNew) throw new ExistedBeforeError();
          const { newId, activityId, known } = await lockMembersOfNewGroup(transaction, scope, ids);
          const groupId = taken?.id ?? newId;
          const { unknown, named } = await inPieces(judgeReferences(scope, membership, known));
          const target = { scope, groupId, activityId, type: this.schemas.group };
          const claims = this.claimsOf(scope, groupId, attributes);
          const results = await transaction.runAll([
            this.insertGroup(scope, groupId, attributes, taken),
            ...claims,
            ...(await memberStatements(target, membership.steps, named)),
            changeCount(scope, 'Group', 1),
            recordFirstMembers(target),
            selectGroup(scope, groupId, read),
          ]);
          requireClaimed(results.slice(1, claims.length + 1));
          const created = { changed: true, ignoredMembers: unknown, ...readBack(groupId, results.at(-1)) };
          const added = results.at(-2)?.rowCount ?? 0;
          const members = { added, removed: 0, unrecorded: [] };
          this.record(transaction, target, created, { taken }, members);
          return created;
        }),
      { transaction: this.transaction, scope, attributes: () => attributes },
    );
    return this.withAllMembers(scope, written, read);
  }

  override async find(scope: CompanyScope, id: string, read: GroupRead): Promise<StoredGroup | undefined> {
    return isResourceId(id) ? readGroup(this.transaction, scope, id, read) : undefined;
  }

  override async list(scope: CompanyScope, plan: ListPlan, read: GroupRead): Promise<StorePage<StoredGroup>> {
    const equality = keyEquality(plan);
    const groups = equality && (await readGroupsByKey(this.transaction, scope, equality, read));
    if (groups) return { totalResults: groups.length, resources: groups };
    return refuseSlowQuery(plan, () => readGroupsPage(this.transaction, scope, plan, read));
  }

  override async update(
    scope: CompanyScope,
    id: string,
    update: GroupUpdate,
    read: GroupRead,
  ): Promise<WrittenGroup | undefined> {
    if (!isResourceId(id)) return undefined;
    let changed: Attributes | undefined;
    const noted: GroupUpdate = {
      ...update,
      change: async (attributes) => (changed = await update.change(attributes)),
    };
    const written = await refuseBrokenConstraints(
      () =>
        guardedWrite(this.transaction, scope, (transaction) =>
          this.updateLocked(transaction, scope, id, noted, read),
        ),
      { transaction: this.transaction, scope, attributes: () => changed },
    );
    return written && this.withAllMembers(scope, written, read);
  }

  override async delete(
    scope: CompanyScope,
    id: string,
    precondition: Precondition | undefined,
  ): Promise<boolean> {
    if (!isResourceId(id)) return false;
    for (;;) {
      const outcome = await guardedWrite(this.transaction, scope, (transaction) =>
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
    const ids = await inPieces(idsToAdd(membership));
    const { group, known } = await lockGroupAndMembers(transaction, scope, groupId, ids);
    if (!group) return undefined;
    const { activity_id: activityId } = group;
    requireVersion(precondition, group.version);
    const { unknown, named } = await inPieces(judgeReferences(scope, membership, known));
    const attributes = await change(group.attributes);
    const target = { scope, groupId, activityId, type: this.schemas.group };
    const { members, ...after } = await (equalJson(group.attributes, attributes)
      ? writeMembers(transaction, target, { group, steps: membership.steps, named }, read)
      : this.writeAll(transaction, target, { attributes, steps: membership.steps, named }, read));
    const written = { ignoredMembers: unknown, ...after };
    if (written.changed) this.record(transaction, target, written, group, members);
    if (members.removed > 0) {
      const { removed } = members;
      judgeRemovals(transaction, scope, {
        type: 'Group',
        id: groupId,
        operation: 'members',
        memberships: removed,
        members: removed,
      });
    }
    return written;
  }

  private async writeAll(
    transaction: WriteTransaction,
    target: GroupTarget,
    { attributes, steps, named }: Pick<GroupChange, 'steps' | 'named'> & { readonly attributes: Attributes },
    read: GroupRead,
  ): Promise<Changed> {
    const { scope, groupId } = target;
    const members = await changeMembers(transaction, target, steps, named);
    const [changed, after, ...claimed] = await transaction.runAll([
      this.writeGroup(scope, groupId, attributes, members.added + members.removed > 0),
      selectGroup(scope, groupId, read),
      ...this.claimsOf(scope, groupId, attributes),
    ]);
    requireClaimed(claimed);
    return { changed: changed?.rowCount === 1, members, ...readBack(groupId, after) };
  }

  private record(
    transaction: WriteTransaction,
    { scope, groupId, activityId }: GroupTarget,
    { group: { version, attributes } }: Written,
    before: Before,
    { unrecorded, added, removed }: ChangedMembers,
  ): void {
    const written = { type: this.schemas.group, id: groupId, version, attributes };
    const change = writtenChange(scope, written, before, added + removed > 0);
    transaction.runAtCommit(
      recordChange(scope, { added, removed, ...change }, { activityId, members: unrecorded }),
    );
  }

  private insertGroup(
    scope: CompanyScope,
    groupId: string,
    attributes: Attributes,
    taken: TakenResource | undefined,
  ): Statement {
    if (taken) {
      return toStatement(
        sql`INSERT INTO groups (company_id, id, ${TAKEN_COLUMNS}, ${GROUP_COLUMNS}, duplicate_slot)
          VALUES (${parameter(scope.companyId)}, ${idParameter(groupId)}, ${takenValues(taken)},
            ${this.valuesOf(attributes)}, ${duplicateSlot(idParameter(groupId))})`,
      );
    }
    return toStatement(
      sql`INSERT INTO groups (company_id, id, ${GROUP_COLUMNS}, duplicate_slot)
        VALUES (${parameter(scope.companyId)}, ${idParameter(groupId)}, ${this.valuesOf(attributes)},
          ${duplicateSlot(idParameter(groupId))})`,
      'groups.insert',
    );
  }

  /** Changes no row where neither the members nor the attributes changed. */
  private writeGroup(
    scope: CompanyScope,
    groupId: string,
    attributes: Attributes,
    membersChanged: boolean,
  ): Statement {
    return toStatement(
      sql`UPDATE groups g
        SET (${GROUP_COLUMNS}) = ROW (${this.valuesOf(attributes)}), duplicate_slot = ${duplicateSlot(sql`g.id`)},
          version = g.version + 1, last_modified = clock_timestamp()
        WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)}
          AND (${parameter(membersChanged)}::boolean OR g.attributes <> ${parameter(JSON.stringify(attributes))}::jsonb)`,
      'groups.update',
    );
  }

  private takeDeleted(
    transaction: WriteTransaction,
    scope: CompanyScope,
    attributes: Attributes,
  ): Promise<TakenResource | undefined> {
    if (scope.settings.recreate !== 'restore') return Promise.resolve(undefined);
    const key = groupNameKey(searchDocument(this.indexed.forms, this.schemas.group, attributes));
    return takeDeleted(transaction, scope, 'Group', key, textOf(attributes, 'externalId'));
  }

  private claimsOf(scope: CompanyScope, groupId: string, attributes: Attributes): readonly Statement[] {
    const { forms } = this.indexed;
    const owner = { companyId: scope.companyId, type: 'Group', id: groupId } as const;
    return claimStatements(forms, owner, uniqueValues(forms, this.schemas.group, attributes));
  }

  private valuesOf(attributes: Attributes): SqlFragment {
    return groupValues(this.indexed.forms, this.schemas.group, attributes);
  }

  /** What fails here fails behind COMMIT, so it is no error of the write: the members of its answer can't be read. */
  private async withAllMembers(
    scope: CompanyScope,
    { group, groupId, manyMembers, ...outcome }: Written,
    read: GroupRead,
  ): Promise<WrittenGroup> {
    if (!manyMembers) return { group, ...outcome };
    try {
      const streamed = await streamGroup(this.transaction, scope, groupId, read);
      if (streamed) return { group: streamed, ...outcome };
      throw new Error('the group was deleted between its change and the reading of its members');
    } catch (error) {
      return { group: { ...group, members: unreadable(error) }, ...outcome };
    }
  }
}

type GroupTarget = MembersTarget & { readonly scope: CompanyScope };

/** A change of a locked group. */
interface GroupChange {
  readonly group: LockedGroup;
  readonly steps: readonly MembershipChange[];
  readonly named: KnownMembers;
}

/** A group behind its change, and what became of its members. */
type Changed = Omit<Written, 'ignoredMembers'> & { readonly members: ChangedMembers };

/** Changes the members of a group and nothing else. */
async function writeMembers(
  transaction: WriteTransaction,
  target: GroupTarget,
  { group, steps, named }: GroupChange,
  read: GroupRead,
): Promise<Changed> {
  const { scope, groupId } = target;
  const { moved, ...members } = await changeMembersAlone(transaction, target, steps, named);
  const outcome = { changed: moved !== undefined, members };
  if (read.members) {
    return { ...readBack(groupId, await transaction.run(selectGroup(scope, groupId, read))), ...outcome };
  }
  const { created, attributes } = group;
  const { version, last_modified } = moved ?? group;
  const after = toStoredGroup({ id: groupId, version, created, last_modified, attributes });
  return { groupId, group: after, manyMembers: false, ...outcome };
}

/** @throws Error where a transaction does not see what it has written or locked */
function readBack(
  groupId: string,
  after: StatementResult | undefined,
): Pick<Written, 'groupId' | 'group' | 'manyMembers'> {
  const rows = foundRows(after?.rows);
  const [row] = rows;
  if (!row) throw new Error('a group was not there in the transaction of its change');
  return { groupId, group: toStoredGroup(row), manyMembers: hasManyMembers(rows) };
}
