import { tooMany } from '../../protocol/error/scim-error.js';
import { StatementTimeoutError } from '../transaction/transaction-errors.js';

/**
 * Runs a list. A filter or sort that the server gives up on is the request's own doing, so it is refused and not
 * put off (RFC 7644 §3.12: `tooMany`).
 */
export async function refuseSlowQuery<T>(
  { filter, sort }: { readonly filter?: unknown; readonly sort?: unknown },
  list: () => Promise<T>,
): Promise<T> {
  try {
    return await list();
  } catch (error) {
    if (!(error instanceof StatementTimeoutError) || !(filter ?? sort)) throw error;
    throw tooMany(
      'The filter or sort takes longer than the server allows. Narrow it: eq on any attribute, sw, co and ew on ' +
        'userName and displayName are quick.',
    );
  }
}
