import { type JsonObject } from '../../protocol/json.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type AttributeForms } from '../indexed-forms/attribute-forms.js';
import { searchDocument } from '../sql/search-document.js';
import { columns, parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

/** Columns that are derived from the attributes, in the order of {@link groupKeys}. */
export const GROUP_KEY_COLUMNS = ['search', 'display_name', 'display_name_key', 'external_id'];

/** The columns of a group that its attributes decide, in the order of {@link groupValues}. */
export const GROUP_COLUMNS = sql`attributes, ${columns(GROUP_KEY_COLUMNS)}`;

/** The values of {@link GROUP_COLUMNS}, separated by commas. */
export function groupValues(forms: AttributeForms, type: ResourceType, attributes: Attributes): SqlFragment {
  return sql`${parameter(JSON.stringify(attributes))}::jsonb, ${groupKeys(forms, type, attributes)}`;
}

/** The values of {@link GROUP_KEY_COLUMNS}, separated by commas. */
export function groupKeys(forms: AttributeForms, type: ResourceType, attributes: Attributes): SqlFragment {
  const search = searchDocument(forms, type, attributes);
  return sql`${parameter(JSON.stringify(search))}::jsonb, ${text(attributes['displayName'] ?? '')},
    ${text(groupNameKey(search))}, ${text(attributes['externalId'])}`;
}

/** The name in compared form, unique among the groups of a company unless its settings allow duplicates. */
export function groupNameKey(search: JsonObject): string {
  const name = search['displayName'];
  return typeof name === 'string' ? name : '';
}

/**
 * The slot of a group, by the company's setting as it is in the moment of the write: 0 where names have to differ, else the
 * group's id. Two groups of one name in one slot violate the unique constraint.
 *
 * @param id of the group, as a bigint
 */
export const duplicateSlot = (id: SqlFragment): SqlFragment =>
  sql`CASE WHEN group_names_are_unique() THEN 0 ELSE ${id} END`;

function text(value: unknown): SqlFragment {
  return sql`${parameter(typeof value === 'string' ? value : null)}::text`;
}
