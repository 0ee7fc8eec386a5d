import { tooMany } from '../../protocol/error/scim-error.js';
import { type ListPlan } from '../../scim/lists/list-plan.js';
import { StatementTimeoutError } from '../transaction/transaction-errors.js';

/**
 * Runs a list. A filter or sort that the server gives up on is the request's own doing, so it is refused and not
 * put off (RFC 7644 §3.12: `tooMany`).
 */
export async function refuseSlowQuery<T>({ parts, sort }: ListPlan, list: () => Promise<T>): Promise<T> {
  try {
    return await list();
  } catch (error) {
    const isOwnDoing = sort !== undefined || parts.some(({ filter }) => filter);
    if (!(error instanceof StatementTimeoutError) || !isOwnDoing) throw error;
    throw tooMany(
      'The filter or sort takes longer than the server allows. Narrow it: eq on any attribute, sw, co and ew on ' +
        'userName and displayName are quick.',
    );
  }
}
