import { type CompanyKey } from '../../scim/company-scope.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type WriteTransaction } from '../transaction/company-transaction.js';

/** What a write removes. */
export interface Removals {
  readonly type: 'User' | 'Group';
  /** Of the user that goes or is deactivated, or the group that goes or loses members; 16 hex digits. */
  readonly id: string;
  readonly operation: 'deactivate' | 'delete' | 'members';
  /** How many memberships the company loses. */
  readonly memberships: number;
  /** How many of these the group itself loses. */
  readonly members?: number;
}

/**
 * Lets the guard judge, together with COMMIT, what the transaction has removed. It is called after `recordChange`, since the
 * guard counts by the journal, and only for a write that removes something, which has to run in `guardedWrite`.
 */
export function judgeRemovals(
  transaction: WriteTransaction,
  { companyId }: CompanyKey,
  { type, id, operation, memberships, members = 0 }: Removals,
): void {
  transaction.runAtCommit(
    toStatement(
      sql`SELECT judge_removals(${parameter(companyId)}::bigint, ${parameter(type)}::text, ${idParameter(id)},
        ${parameter(operation)}::text, ${parameter(memberships)}::integer, ${parameter(members)}::integer)`,
      'guard.judge',
    ),
  );
}
