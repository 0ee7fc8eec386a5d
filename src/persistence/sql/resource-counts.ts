import { type CompanyKey } from '../../scim/company-scope.js';
import { type Statement } from '../transaction/company-transaction.js';

/**
 * Adds to the number of a company's users or groups. The number is the sum of sixteen rows, so that writers seldom wait
 * for each other; a transaction locks its row last.
 */
export function changeCount(company: CompanyKey, type: 'User' | 'Group', by: number): Statement {
  return {
    name: 'resource_counts.change',
    text: `INSERT INTO resource_counts AS c (company_id, type, bucket, count)
      VALUES ($1, $2, pg_backend_pid() % 16, $3)
      ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count`,
    values: [company.companyId, type, by],
  };
}
