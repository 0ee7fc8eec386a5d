import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { type Attributes, displayOfUser } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';
import { searchDocument } from '../sql/search-document.js';

/** The columns of a user that its attributes decide, in the order of {@link userValues}. */
export const USER_COLUMNS = sql`attributes, search, user_name_key, display_name_key, email_keys, external_id,
  display, display_key`;

/** The values of {@link USER_COLUMNS}, separated by commas. */
export function userValues(type: ResourceType, attributes: Attributes): SqlFragment {
  const search = searchDocument(type, attributes);
  const display = displayOfUser(attributes);
  return sql`${parameter(JSON.stringify(attributes))}::jsonb, ${parameter(JSON.stringify(search))}::jsonb,
    ${text(search['userName'] ?? '')}, ${text(search['displayName'])}, ${text(emailKeys(search))},
    ${text(attributes['externalId'])}, ${text(display)}, ${text(foldCase(display))}`;
}

function text(value: unknown): SqlFragment {
  return sql`${parameter(typeof value === 'string' ? value : null)}::text`;
}

function emailKeys(search: JsonObject): string | undefined {
  const emails = search['emails'];
  if (!Array.isArray(emails)) return undefined;
  const values = emails.map((email: unknown) => (isJsonObject(email) ? email['value'] : undefined));
  return values.filter((value) => typeof value === 'string').join('\n');
}
