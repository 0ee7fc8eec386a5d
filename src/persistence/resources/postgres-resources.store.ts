import { type QueryResultRow } from 'pg';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import {
  type ResourceRead,
  ResourcesStore,
  type StoredResource,
} from '../../scim/resources/resources.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { readPage } from '../groups/read-page.js';
import { type PageSelection, selectWithMembers, toStoredGroup } from '../groups/select-groups.js';
import { pageQuery } from '../sql/page-query.js';
import { refuseSlowQuery } from '../sql/slow-query.js';
import { join, parameter, sql } from '../sql/sql-fragment.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { derivedColumns, toStoredUser } from '../users/select-users.js';

/** Users and groups of companies in PostgreSQL, as one list. */
export class PostgresResourcesStore extends ResourcesStore {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async list(
    scope: CompanyScope,
    plan: ListPlan,
    read: ResourceRead,
  ): Promise<StorePage<StoredResource>> {
    const page = pageQuery(scope, plan);
    const selection = selectionOf(scope, read);
    return refuseSlowQuery(plan, () =>
      readPage<StoredResource>(this.transaction, scope, {
        page,
        paging: plan,
        members: read.group.members,
        select: (members) => selectWithMembers(scope, page, selection, members),
        toResource,
        withMembers: (resource, members) =>
          resource.type === 'User' ? resource : { ...resource, group: { ...resource.group, members } },
      }),
    );
  }
}

/** A row is a user's or a group's: of the other there is nothing in it. */
function selectionOf(scope: CompanyScope, read: ResourceRead): PageSelection {
  const company = parameter(scope.companyId);
  const own = sql`p.type, format_resource_id(p.id) AS id, coalesce(u.version, g.version) AS version,
    coalesce(u.created, g.created) AS created, coalesce(u.last_modified, g.last_modified) AS last_modified,
    coalesce(u.attributes, g.attributes) AS attributes`;
  return {
    columns: join([own, ...derivedColumns(read.user)], sql`, `),
    from: sql`FROM total t LEFT JOIN page p ON true
      LEFT JOIN users u ON p.type = 'User' AND u.company_id = ${company} AND u.id = p.id
      LEFT JOIN groups g ON p.type = 'Group' AND g.company_id = ${company} AND g.id = p.id`,
  };
}

function toResource(row: QueryResultRow): StoredResource {
  const { type } = row as { type: StoredResource['type'] };
  return type === 'User' ? { type, user: toStoredUser(row) } : { type, group: toStoredGroup(row) };
}
