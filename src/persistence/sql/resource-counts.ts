import { type CompanyScope } from '../../scim/company-scope.js';
import { type Statement } from '../transaction/company-transaction.js';

/**
 * Moves the number of a company's users or groups. Sixteen rows share the number, so that writers seldom wait
 * for each other; it is the last row that a transaction locks.
 */
export function changeCount(scope: CompanyScope, type: 'User' | 'Group', by: 1 | -1): Statement {
  return {
    name: 'resource_counts.change',
    text: `INSERT INTO resource_counts AS c (company_id, type, bucket, count)
      VALUES ($1, $2, pg_backend_pid() % 16, $3)
      ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count`,
    values: [scope.companyId, type, by],
  };
}
