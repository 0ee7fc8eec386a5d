import { type Precondition, requireVersion } from '../../scim/precondition.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { judgeRemovals } from '../guard/judge-removals.js';
import { keepDeleted } from '../deleted-resources/keep-deleted.js';
import { type RecordedGroup, recordChange, recordLeaving, recordMembers } from '../journal/record-change.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement, type WriteTransaction } from '../transaction/company-transaction.js';

/**
 * Deletes a group and removes it from the groups that hold it, whose versions rise. What it was is kept for a time.
 * `overtaken`: meanwhile it was added
 * to another group, whose lock would come out of order; nothing was changed, and the caller has to try again.
 *
 * @throws ScimError 412 where the precondition fails
 */
export async function deleteGroup(
  transaction: WriteTransaction,
  scope: CompanyScope,
  groupId: string,
  precondition: Precondition | undefined,
): Promise<'deleted' | 'absent' | 'overtaken'> {
  const [lower, self, higher, holding] = await transaction.runAll([
    lockHolders(scope, groupId, 'below'),
    lockForDeletion(scope, groupId),
    lockHolders(scope, groupId, 'above'),
    selectHolders(scope, groupId),
  ]);
  const [present] = (self?.rows ?? []) as DeletedGroup[];
  if (!present) return 'absent';
  requireVersion(precondition, present.version);
  const locked = new Set([...(lower?.rows ?? []), ...(higher?.rows ?? [])].map(({ id }) => id as string));
  const holders = (holding?.rows ?? []) as { group_id: string }[];
  if (holders.some(({ group_id }) => !locked.has(group_id))) return 'overtaken';
  const { version, external_id, display_name: display, activity_id: activityId } = present;
  const target = { scope, groupId, activityId };
  const [members, left] = await transaction.runAll([
    removeAllMembers(target),
    leaveHolders(scope, groupId),
    deleteRow(scope, groupId),
    changeCount(scope, 'Group', -1),
  ]);
  const resource = {
    type: 'Group',
    id: groupId,
    version,
    externalId: external_id ?? undefined,
    display,
  } as const;
  const removed = members?.rowCount ?? 0;
  const change = { operation: 'delete', resource, attributes: [], added: 0, removed } as const;
  transaction.runAtCommit(recordChange(scope, change, { activityId, members: [] }));
  const memberships = removed + (left?.rowCount ?? 0);
  if (memberships > 0) {
    const operation = 'delete';
    judgeRemovals(transaction, scope, {
      type: 'Group',
      id: groupId,
      operation,
      memberships,
      members: removed,
    });
  }
  return 'deleted';
}

/** What the journal tells of a group that is deleted. */
interface DeletedGroup {
  readonly version: string;
  readonly external_id: string | null;
  readonly display_name: string;
  readonly activity_id: string;
}

/** A trigger would remove the members too, but the journal would not learn of it. */
function removeAllMembers(group: RecordedGroup): Statement {
  const { scope, groupId } = group;
  const deletion = sql`DELETE FROM memberships m
    WHERE m.company_id = ${parameter(scope.companyId)} AND m.group_id = ${idParameter(groupId)}`;
  return toStatement(recordMembers(group, -1, deletion), 'groups.delete.members');
}

function lockHolders(scope: CompanyScope, groupId: string, side: 'below' | 'above'): Statement {
  const group = idParameter(groupId);
  const bound = side === 'below' ? sql`g.id < ${group}` : sql`g.id > ${group}`;
  return toStatement(
    sql`SELECT g.id FROM groups g
      WHERE g.company_id = ${parameter(scope.companyId)} AND ${bound}
        AND g.id = ANY (ARRAY(${holdersOf(scope, group)}))
      ORDER BY g.id FOR NO KEY UPDATE`,
    `groups.lock.holders.${side}`,
  );
}

function lockForDeletion(scope: CompanyScope, groupId: string): Statement {
  return toStatement(
    sql`SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
        SELECT g.version, g.external_id, g.display_name FROM groups g
        WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)} FOR UPDATE) l`,
    'groups.lock.delete',
  );
}

/** The groups that hold this one. None can be added while it is locked. */
function selectHolders(scope: CompanyScope, groupId: string): Statement {
  const group = idParameter(groupId);
  return toStatement(sql`${holdersOf(scope, group)} AND m.group_id <> ${group}`, 'groups.holders');
}

function holdersOf(scope: CompanyScope, group: SqlFragment): SqlFragment {
  return sql`SELECT m.group_id FROM memberships m
    WHERE m.company_id = ${parameter(scope.companyId)} AND m.member_group_id = ${group}`;
}

function leaveHolders(scope: CompanyScope, groupId: string): Statement {
  const company = parameter(scope.companyId);
  return toStatement(
    sql`WITH gone AS (
        DELETE FROM memberships m
        WHERE m.company_id = ${company} AND m.member_group_id = ${idParameter(groupId)} RETURNING m.group_id
      ), ${recordLeaving(scope, sql`gone`, { id: groupId, type: 'G' })}`,
    'groups.leave_holders',
  );
}

function deleteRow(scope: CompanyScope, groupId: string): Statement {
  const deletion = sql`DELETE FROM groups g
    WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)}`;
  return toStatement(keepDeleted('Group', deletion), 'groups.delete');
}
