/** SQL that makes the JSON of SCIM resources. `$1` is always the URL of the SCIM base. */

const MANAGER = `(SELECT jsonb_build_object('value', format_resource_id(m.id), 'displayName', m.display,
    '$ref', $1::text || '/Users/' || format_resource_id(m.id))
  FROM scoped.users m WHERE m.id = read_resource_id(u.attributes #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,manager,value}'))`;

const GROUPS_OF_USER = `(SELECT coalesce(jsonb_agg(jsonb_build_object('value', format_resource_id(g.id),
    '$ref', $1::text || '/Groups/' || format_resource_id(g.id), 'display', g.display_name,
    'type', CASE WHEN o.direct THEN 'direct' ELSE 'indirect' END) ORDER BY g.id), '[]')
  FROM scoped.groups_of(u.id) o JOIN scoped.groups g ON g.id = o.group_id)`;

const ENTERPRISE = `'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'`;

/** The attributes are kept without `schemas`. */
const USER_SCHEMAS = `jsonb_build_array('urn:ietf:params:scim:schemas:core:2.0:User') ||
    CASE WHEN u.attributes ? ${ENTERPRISE} THEN jsonb_build_array(${ENTERPRISE}) ELSE '[]' END`;
const GROUP_SCHEMAS = `jsonb_build_array('urn:ietf:params:scim:schemas:core:2.0:Group')`;

const meta = (
  alias: string,
  type: 'User' | 'Group',
): string => `'id', format_resource_id(${alias}.id), 'meta',
  jsonb_build_object('resourceType', '${type}', 'created', ${alias}.created, 'lastModified', ${alias}.last_modified,
    'location', $1::text || '/${type}s/' || format_resource_id(${alias}.id),
    'version', 'W/"' || ${alias}.version || '"')`;

/** Of a row of `users` under the alias `u`. */
export const USER_JSON = `(CASE WHEN u.attributes #> ARRAY[${ENTERPRISE}, 'manager'] IS NULL THEN u.attributes
    ELSE jsonb_set(u.attributes, ARRAY[${ENTERPRISE}, 'manager'], coalesce(${MANAGER}, '{}')) END
  || jsonb_build_object('schemas', ${USER_SCHEMAS}, ${meta('u', 'User')}, 'groups', ${GROUPS_OF_USER}))::text`;

/** Of a user who has just been made, and is in no group. */
export const NEW_USER_JSON = `(u.attributes || jsonb_build_object('schemas', ${USER_SCHEMAS}, ${meta('u', 'User')}))::text`;

/** Of a row of `groups` under the alias `g`, without its members. */
export const GROUP_HEAD_JSON = `(g.attributes || jsonb_build_object('schemas', ${GROUP_SCHEMAS}, ${meta('g', 'Group')}))::text`;

/** Of a row of `groups` under the alias `g`. */
export const GROUP_JSON = `left(${GROUP_HEAD_JSON}, -1) || ',"members":' || (
  SELECT coalesce(json_agg(json_build_object('value', format_resource_id(m.member_id),
    '$ref', $1::text || '/Users/' || format_resource_id(m.member_id), 'display', mu.display, 'type', 'User')
    ORDER BY m.member_id), '[]')::text
  FROM scoped.memberships m JOIN scoped.users mu ON mu.id = m.member_id WHERE m.group_id = g.id) || '}'`;
