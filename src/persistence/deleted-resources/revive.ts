import { changedValues } from '../../protocol/resource/changed-values.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyKey } from '../../scim/company-scope.js';
import { duplicateSlot, GROUP_KEY_COLUMNS, groupValues } from '../groups/group-row.js';
import { type AttributeForms } from '../indexed-forms/attribute-forms.js';
import { type RestoredState } from '../journal/activity.js';
import { recordRestored } from '../journal/record-change.js';
import { idsParameter } from '../sql/resource-id.js';
import { columns, join, parameter, sql, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';
import { USER_KEY_COLUMNS, userValues } from '../users/user-row.js';

/** A deleted user or group. */
export interface DeletedRow {
  /** In decimal digits. */
  readonly id: string;
  readonly version: string;
  readonly created: Date;
  readonly attributes: Attributes;
}

/** A deleted resource that is to be brought back. */
export interface RevivedRow extends DeletedRow {
  /** What `active` is switched to; the attributes have it already. */
  readonly active?: boolean | undefined;
}

/** Locks deleted resources in the order of their ids. Erased persons are left out. */
export function lockDeleted(
  { companyId }: CompanyKey,
  type: ResourceType['name'],
  ids: readonly string[],
): Statement {
  return toStatement(
    sql`SELECT d.id, d.version, d.created, d.attributes FROM deleted_resources d
      WHERE d.company_id = ${parameter(companyId)} AND d.id = ANY (${idsParameter(ids)}) AND d.type = ${parameter(type)}
        AND NOT EXISTS (SELECT FROM erasures x WHERE x.company_id = d.company_id AND x.user_id = d.id)
      ORDER BY d.id FOR UPDATE OF d`,
    'deleted.lock',
  );
}

/** How resources of a type are put into their table. */
const TABLES = {
  User: { name: sql`users`, keys: USER_KEY_COLUMNS, values: userValues, display: sql`display` },
  Group: { name: sql`groups`, keys: GROUP_KEY_COLUMNS, values: groupValues, display: sql`display_name` },
} as const;

/** The company that resources are restored in. */
export interface RestoreTarget {
  readonly company: CompanyKey;
  readonly forms: AttributeForms;
}

/**
 * Brings deleted resources back with their ids, in their next version, and writes that into the journal. It returns the
 * `id`, in decimal digits, of each that came back. The others, whose name or externalId is taken, stay deleted.
 *
 * @param rows that were locked, at least one
 */
export function reviveResources(
  { company, forms }: RestoreTarget,
  type: ResourceType,
  rows: readonly RevivedRow[],
  state: RestoredState,
): Statement {
  const { name, keys, values, display } = TABLES[type.name];
  const companyId = sql`${parameter(company.companyId)}::bigint`;
  const own = ['attributes', ...keys];
  const wanted = rows.map(
    ({ id, version, created, attributes, active }) =>
      sql`(${parameter(id)}::bigint, ${parameter(version)}::bigint, ${parameter(created.toISOString())}::timestamptz,
        ${parameter(active ?? null)}::boolean, ${parameter(pathsOf(attributes))}::text[], ${values(forms, type, attributes)})`,
  );
  const uniqueness =
    type.name === 'User'
      ? { column: sql`external_id_is_unique`, value: sql`external_ids_are_unique()` }
      : { column: sql`duplicate_slot`, value: duplicateSlot(sql`v.id`) };
  return toStatement(
    sql`WITH wanted (id, version, created, active, paths, ${columns(own)}) AS (VALUES ${join(wanted, sql`, `)}), revived AS (
        INSERT INTO ${name} (company_id, id, version, created, last_modified, ${columns(own)}, ${uniqueness.column})
        SELECT ${companyId}, v.id, v.version + 1, v.created, clock_timestamp(), ${columns(own, 'v.')}, ${uniqueness.value}
        FROM wanted v ORDER BY v.id
        ON CONFLICT DO NOTHING RETURNING id, version, external_id, ${display} AS display
      ), taken AS (
        DELETE FROM deleted_resources d
        WHERE d.company_id = ${companyId} AND d.id = ANY (ARRAY(SELECT r.id FROM revived r))
      ), restored AS (
        SELECT r.*, w.active, w.paths FROM revived r JOIN wanted w ON w.id = r.id
      ), ${recordRestored(company, type.name, sql`restored`, { ...state, deleted: true })}
      SELECT r.id FROM revived r`,
  );
}

/** The paths of a resource that comes back, as those of a new one. */
const pathsOf = (attributes: Attributes): readonly string[] =>
  changedValues({}, attributes).map(({ path }) => path);

/** Makes users active or inactive, those of the ids that are not so, and writes that into the journal. */
export function switchUsers(
  company: CompanyKey,
  ids: readonly string[],
  active: boolean,
  state: RestoredState,
): Statement {
  const companyId = sql`${parameter(company.companyId)}::bigint`;
  const document = sql`${parameter(JSON.stringify({ active }))}::jsonb`;
  return toStatement(
    sql`WITH switched AS (
        UPDATE users u SET attributes = u.attributes || ${document}, search = u.search || ${document},
          version = u.version + 1, last_modified = clock_timestamp()
        WHERE u.company_id = ${companyId} AND u.id = ANY (ARRAY(
          SELECT l.id FROM users l WHERE l.company_id = ${companyId} AND l.id = ANY (${idsParameter(ids)})
            AND (l.attributes -> 'active' IS NOT DISTINCT FROM 'false') = ${parameter(active)}::boolean
          ORDER BY l.id FOR NO KEY UPDATE))
        RETURNING u.id, u.version, u.external_id, u.display
      ), restored AS (
        SELECT s.*, ${parameter(active)}::boolean AS active, '{active}'::text[] AS paths FROM switched s
      ), ${recordRestored(company, 'User', sql`restored`, state)}
      SELECT s.id FROM switched s`,
  );
}
