import { type QueryResultRow } from 'pg';
import { type Attributes, type GroupReference, type StoredUser } from '../../protocol/resource/resource.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { rowByKey } from '../sql/key-look-up.js';
import { join, parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

interface UserRow {
  readonly id: string;
  readonly version: string;
  readonly created: Date;
  readonly last_modified: Date;
  readonly attributes: Attributes;
  readonly groups?: readonly GroupReference[];
  readonly manager?: { readonly id: string; readonly display: string } | null;
}

/** The group of a row `o` of `scoped.groups_of`, for a join with the alias `g`. */
export const GROUP_OF = rowByKey(sql`g.id, g.display_name`, sql`scoped.groups g`, sql`g.id = o.group_id`);

/** What is shown of groups that were found by {@link GROUP_OF}. */
export const GROUP_REFERENCES = sql`jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
    'display', g.display_name, 'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id)`;

const GROUPS_OF_USER = sql`(SELECT coalesce(${GROUP_REFERENCES}, '[]')
  FROM scoped.groups_of(u.id) o CROSS JOIN ${GROUP_OF} g)`;

/** A user of a company, for a join with the alias `u`. */
export function userByKey(companyId: SqlFragment, id: SqlFragment): SqlFragment {
  return rowByKey(sql`u.*`, sql`users u`, sql`u.company_id = ${companyId} AND u.id = ${id}`);
}

/** The list of SELECT for a user under the alias `u`. */
export function userSelection(read: UserRead): SqlFragment {
  const own = sql`format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes`;
  return join([own, ...derivedColumns(read)], sql`, `);
}

/** The columns for `groups` and `manager` of a user under the alias `u`, which come from other rows. */
function derivedColumns(read: UserRead): readonly SqlFragment[] {
  return [
    ...(read.groups ? [sql`${GROUPS_OF_USER} AS groups`] : []),
    ...(read.manager ? [sql`${managerOf()} AS manager`] : []),
  ];
}

/** The manager of a user under the alias `u`. */
export function managerOf(): SqlFragment {
  const path = parameter([ENTERPRISE_USER_SCHEMA.id, 'manager', 'value']);
  // The subquery reads the document once: as a mere condition it could be evaluated for every user of the company.
  return sql`(SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
    FROM scoped.users m WHERE m.id = (SELECT read_resource_id(u.attributes #>> ${path}::text[])))`;
}

/** Distinguishes the texts that {@link userSelection} makes, for the names of statements. */
export function nameOfUserRead(read: UserRead): string {
  return `${read.groups ? 'groups' : ''}${read.manager ? 'manager' : ''}`;
}

export function toStoredUser(row: QueryResultRow): StoredUser {
  const { id, version, created, last_modified, attributes, groups, manager } = row as UserRow;
  return {
    id,
    version,
    created: created.toISOString(),
    lastModified: last_modified.toISOString(),
    attributes,
    ...(groups ? { groups } : {}),
    ...(manager ? { manager } : {}),
  };
}
