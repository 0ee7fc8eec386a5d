import { tooMany } from '../../protocol/error/scim-error.js';
import { type ListPlan } from '../../scim/lists/list-plan.js';
import { StatementTimeoutError } from '../transaction/transaction-errors.js';

/**
 * Runs a list, and refuses a filter or sort that takes too long.
 *
 * @throws ScimError 400 `tooMany`, which RFC 7644 §3.12 has for more than the server is willing to process. A list that
 *   takes too long without filter and sort throws the StatementTimeoutError
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
