import { HeldError, type HeldRule } from '../../protocol/error/held.error.js';
import { type CompanyScope, withoutSignal } from '../../scim/company-scope.js';
import { recordCompanyChange } from '../journal/record-change.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import {
  type CompanyTransaction,
  type Statement,
  type WriteTransaction,
} from '../transaction/company-transaction.js';
import { isHeld } from '../transaction/transaction-errors.js';
import { type Removals } from './judge-removals.js';

/** How many refused removals of a company are listed. */
const MOST_LISTED = 1000;

/** The detail of the error with which the function `judge_removals` refuses a removal. */
interface Refusal extends Omit<Removals, 'members'> {
  readonly rule: HeldRule;
  /** Since when removals are held; absent where they are to be held from this one on. */
  readonly since?: string;
  /** The beginning of the time for which the guard counted. */
  readonly countedFrom?: string | null;
}

/**
 * Runs a write that may remove something. Where the guard refuses that, nothing of it is done, removals are held from
 * then on, and the refusal is listed.
 *
 * @throws HeldError where the guard refuses it
 */
export async function guardedWrite<T>(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  work: (transaction: WriteTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await transaction.write(scope, work);
  } catch (error) {
    if (!isHeld(error)) throw error;
    const refusal = JSON.parse((error as { detail: string }).detail) as Refusal;
    await transaction.write(withoutSignal(scope), (hold) => holdRemovals(hold, scope, refusal));
    throw new HeldError(refusal.rule, scope.slug, refusal.since);
  }
}

async function holdRemovals(
  transaction: WriteTransaction,
  scope: CompanyScope,
  refusal: Refusal,
): Promise<void> {
  if (refusal.since !== undefined) {
    await transaction.run(listRefusal(scope, refusal));
    return;
  }
  const [begun] = await transaction.runAll([
    beginHold(scope, refusal),
    dropOldReleases(scope),
    listRefusal(scope, refusal),
  ]);
  if (begun?.rowCount !== 1) return;
  const change = { operation: 'guard.held', display: scope.slug, detail: { ...refusal.rule } } as const;
  transaction.runAtCommit(recordCompanyChange(scope, change));
}

/** Begins the hold, unless another process has done so or removals were released meanwhile. */
function beginHold({ companyId }: CompanyScope, { rule, countedFrom = null }: Refusal): Statement {
  return toStatement(
    sql`UPDATE guards g SET held_since = clock_timestamp(), held_rule = ${parameter(JSON.stringify(rule))}::jsonb
      WHERE g.company_id = ${parameter(companyId)} AND g.mode = 'hold' AND g.held_since IS NULL
        AND g.counted_from IS NOT DISTINCT FROM ${parameter(countedFrom)}::timestamptz`,
    'guard.hold',
  );
}

/** Drops releases that ended a day ago: no window reaches back to them. */
function dropOldReleases({ companyId }: CompanyScope): Statement {
  return toStatement(
    sql`DELETE FROM held_removals h
      WHERE h.company_id = ${parameter(companyId)} AND h.released_until < clock_timestamp() - interval '1 day'`,
    'guard.drop_old_releases',
  );
}

function listRefusal({ companyId }: CompanyScope, { id, type, operation, memberships }: Refusal): Statement {
  const company = parameter(companyId);
  const resource = idParameter(id);
  return toStatement(
    sql`INSERT INTO held_removals AS h (company_id, resource_id, resource_type, operation, removed)
      SELECT ${company}::bigint, ${resource}, ${parameter(type)}::text, ${parameter(operation)}::text,
        ${parameter(memberships)}::bigint
      WHERE (SELECT count(*) FROM held_removals o WHERE o.company_id = ${company}::bigint) < ${parameter(MOST_LISTED)}
        OR EXISTS (SELECT FROM held_removals o WHERE o.company_id = ${company}::bigint AND o.resource_id = ${resource})
      ON CONFLICT (company_id, resource_id) DO UPDATE SET operation = excluded.operation, removed = excluded.removed,
        attempts = h.attempts + 1, last_attempt = clock_timestamp(), released_until = NULL`,
    'guard.list_refusal',
  );
}
