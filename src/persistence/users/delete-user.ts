import { type CompanyKey } from '../../scim/company-scope.js';
import { judgeRemovals } from '../guard/judge-removals.js';
import { keepDeleted } from '../deleted-resources/keep-deleted.js';
import { recordChange, recordLeaving } from '../journal/record-change.js';
import { changeCount } from '../sql/resource-counts.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement, type WriteTransaction } from '../transaction/company-transaction.js';

/**
 * Deletes a user, and with it its memberships, which moves the versions of the groups. What the user was is kept for a
 * time, unless it is erased.
 *
 * @param judge looks at the version, and throws where another one was to be deleted
 * @param operation what the journal calls it; of an erasure it has the id alone, and the guard does not judge it
 * @returns whether there was one
 */
export async function deleteUser(
  transaction: WriteTransaction,
  company: CompanyKey,
  userId: string,
  judge: (version: string) => void,
  operation: 'delete' | 'erase' = 'delete',
): Promise<boolean> {
  const [locked] = await transaction.runAll([lockUser(company, userId), lockGroupsOfUser(company, userId)]);
  const [present] = (locked?.rows ?? []) as DeletedUser[];
  if (!present) return false;
  judge(present.version);
  const [left] = await transaction.runAll([
    leaveGroups(company, userId),
    deleteRow(company, userId, operation),
    changeCount(company, 'User', -1),
  ]);
  const { version, external_id, display } = present;
  const names = operation === 'erase' ? {} : { externalId: external_id ?? undefined, display };
  const resource = { type: 'User', id: userId, version, ...names } as const;
  transaction.runAtCommit(recordChange(company, { operation, resource, attributes: [] }));
  if (operation === 'delete') {
    judgeRemovals(transaction, company, {
      type: 'User',
      id: userId,
      operation,
      memberships: left?.rowCount ?? 0,
    });
  }
  return true;
}

/** What the journal tells of a user that was deleted. */
interface DeletedUser {
  readonly version: string;
  readonly external_id: string | null;
  readonly display: string;
}

/** The condition for one user, as `u`. */
export function isUser(company: CompanyKey, userId: string): SqlFragment {
  return sql`u.company_id = ${parameter(company.companyId)} AND u.id = ${idParameter(userId)}`;
}

const lockUser = (company: CompanyKey, userId: string): Statement =>
  toStatement(
    sql`SELECT u.version, u.external_id, u.display FROM users u WHERE ${isUser(company, userId)} FOR UPDATE`,
    'users.lock.delete',
  );

/** Locks the groups in the order of ids, after the user: once that is locked, no group can add it as a member. */
function lockGroupsOfUser({ companyId }: CompanyKey, userId: string): Statement {
  const company = parameter(companyId);
  return toStatement(
    sql`SELECT g.id FROM groups g WHERE g.company_id = ${company} AND g.id = ANY (ARRAY(
          SELECT m.group_id FROM memberships m
          WHERE m.company_id = ${company} AND m.member_user_id = ${idParameter(userId)}))
        ORDER BY g.id FOR NO KEY UPDATE`,
    'users.lock.groups',
  );
}

function deleteRow(company: CompanyKey, userId: string, operation: 'delete' | 'erase'): Statement {
  const deletion = sql`DELETE FROM users u WHERE ${isUser(company, userId)}`;
  return operation === 'erase'
    ? toStatement(deletion, 'users.erase')
    : toStatement(keepDeleted('User', deletion), 'users.delete');
}

function leaveGroups(key: CompanyKey, userId: string): Statement {
  const company = parameter(key.companyId);
  return toStatement(
    sql`WITH gone AS (
          DELETE FROM memberships m
          WHERE m.company_id = ${company} AND m.member_user_id = ${idParameter(userId)} RETURNING m.group_id
        ), ${recordLeaving(key, sql`gone`, { id: userId, type: 'U' })}`,
    'users.leave_groups',
  );
}
