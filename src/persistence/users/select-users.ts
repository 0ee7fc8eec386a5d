import { type QueryResultRow } from 'pg';
import { type Attributes, type GroupReference, type StoredUser } from '../../protocol/resource/resource.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { type UserRead } from '../../scim/users/users.store.js';
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

const GROUPS_OF_USER = sql`(
  SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id), 'display', g.display_name,
    'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o JOIN scoped.groups g ON g.id = o.group_id) AS groups`;

/** The list of SELECT for a user under the alias `u`. */
export function userSelection(read: UserRead): SqlFragment {
  const own = sql`format_resource_id(u.id) AS id, u.version, u.created, u.last_modified, u.attributes`;
  return join([own, ...derivedColumns(read)], sql`, `);
}

/** What of a user, under the alias `u`, comes out of other rows. */
export function derivedColumns(read: UserRead): readonly SqlFragment[] {
  const path = parameter([ENTERPRISE_USER_SCHEMA.id, 'manager', 'value']);
  const manager = sql`(
    SELECT jsonb_build_object('id', format_resource_id(m.id), 'display', m.display)
    FROM scoped.users m WHERE m.id = read_resource_id(u.attributes #>> ${path}::text[])) AS manager`;
  return [...(read.groups ? [GROUPS_OF_USER] : []), ...(read.manager ? [manager] : [])];
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
