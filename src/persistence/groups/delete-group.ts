import { type Precondition, requireVersion } from '../../scim/precondition.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement, type WriteTransaction } from '../transaction/company-transaction.js';

/**
 * Deletes a group; the groups that hold it lose it, and their versions move. `overtaken`: it was put into
 * another group meanwhile, whose lock would come out of order; nothing was changed, and it has to be tried again.
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
  const [present] = (self?.rows ?? []) as { version: string }[];
  if (!present) return 'absent';
  requireVersion(precondition, present.version);
  const locked = new Set([...(lower?.rows ?? []), ...(higher?.rows ?? [])].map(({ id }) => id as string));
  const holders = (holding?.rows ?? []) as { group_id: string }[];
  if (holders.some(({ group_id }) => !locked.has(group_id))) return 'overtaken';
  await transaction.runAll([
    leaveHolders(scope, groupId),
    deleteRow(scope, groupId),
    changeCount(scope, 'Group', -1),
  ]);
  return 'deleted';
}

function lockHolders(scope: CompanyScope, groupId: string, side: 'below' | 'above'): Statement {
  const group = idParameter(groupId);
  const bound = side === 'below' ? sql`g.id < ${group}` : sql`g.id > ${group}`;
  return toStatement(
    sql`SELECT g.id FROM groups g
      WHERE g.company_id = ${parameter(scope.companyId)} AND ${bound} AND g.id IN (${holdersOf(scope, group)})
      ORDER BY g.id FOR NO KEY UPDATE`,
    `groups.lock.holders.${side}`,
  );
}

function lockForDeletion(scope: CompanyScope, groupId: string): Statement {
  return toStatement(
    sql`SELECT g.version FROM groups g
      WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)} FOR UPDATE`,
    'groups.lock.delete',
  );
}

/** Once the group is locked nobody can put it anywhere, so this is all of them. */
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
        WHERE m.company_id = ${company} AND m.member_group_id = ${idParameter(groupId)} RETURNING m.group_id)
      UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
      WHERE g.company_id = ${company} AND g.id IN (SELECT gone.group_id FROM gone)`,
    'groups.leave_holders',
  );
}

function deleteRow(scope: CompanyScope, groupId: string): Statement {
  return toStatement(
    sql`DELETE FROM groups g WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)}`,
    'groups.delete',
  );
}
