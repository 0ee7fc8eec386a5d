import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { userSelection } from '../users/select-users.js';

/** One user, with the groups and the name of the manager. */
export function selectUser(companyId: string, id: string): Statement {
  return toStatement(
    sql`SELECT ${userSelection({ groups: true, manager: true })} FROM users u
      WHERE u.company_id = ${parameter(companyId)}::bigint AND u.id = ${idParameter(id)}`,
    'directory.user',
  );
}

/** One group, without its members. */
export function selectGroup(companyId: string, id: string): Statement {
  return toStatement(
    sql`SELECT format_resource_id(g.id) AS id, g.version, g.created, g.last_modified, g.attributes FROM groups g
      WHERE g.company_id = ${parameter(companyId)}::bigint AND g.id = ${idParameter(id)}`,
    'directory.group',
  );
}
