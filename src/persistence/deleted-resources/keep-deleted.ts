import { columns, parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

/** The columns of the name that a resource of each type has in compared form. */
const NAME_KEYS = { User: 'user_name_key', Group: 'display_name_key' } as const;

/**
 * The deletion of users or groups, which keeps what they were in `deleted_resources`.
 *
 * @param deletion a DELETE on the table of the type, without RETURNING
 */
export const keepDeleted = (type: keyof typeof NAME_KEYS, deletion: SqlFragment): SqlFragment =>
  sql`WITH gone AS (${deletion}
      RETURNING company_id, id, version, created, attributes, ${columns([NAME_KEYS[type]])} AS name_key, external_id)
    INSERT INTO deleted_resources (company_id, id, type, version, created, attributes, name_key, external_id)
    SELECT g.company_id, g.id, ${parameter(type)}::text, g.version, g.created, g.attributes, g.name_key, g.external_id
    FROM gone g`;
