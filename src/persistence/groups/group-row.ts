import { type Attributes } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../tenancy/company-scope.js';
import { searchDocument } from '../sql/search-document.js';
import { parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';

/** The columns of a group that its attributes decide, in the order of {@link groupValues}. */
export const GROUP_COLUMNS = sql`attributes, search, display_name, display_name_key, external_id, duplicate_slot`;

/** The values of {@link GROUP_COLUMNS}, separated by commas. */
export function groupValues(
  scope: CompanyScope,
  type: ResourceType,
  groupId: string,
  attributes: Attributes,
): SqlFragment {
  const search = searchDocument(type, attributes);
  return sql`${parameter(JSON.stringify(attributes))}::jsonb, ${parameter(JSON.stringify(search))}::jsonb,
    ${text(attributes['displayName'] ?? '')}, ${text(search['displayName'] ?? '')},
    ${text(attributes['externalId'])},
    ${parameter(scope.settings.duplicateGroupNames ? groupId : '0')}::bigint`;
}

function text(value: unknown): SqlFragment {
  return sql`${parameter(typeof value === 'string' ? value : null)}::text`;
}
