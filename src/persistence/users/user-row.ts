import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { type Attributes, displayOfUser } from '../../protocol/resource/resource.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { foldCase } from '../../protocol/text/fold-case.js';
import { type AttributeForms } from '../indexed-forms/attribute-forms.js';
import { columns, parameter, sql, type SqlFragment } from '../sql/sql-fragment.js';
import { searchDocument } from '../sql/search-document.js';

/** Columns that are derived from the attributes, in the order of {@link userKeys}. */
export const USER_KEY_COLUMNS = [
  'search',
  'user_name_key',
  'display_name_key',
  'email_keys',
  'external_id',
  'display',
  'display_key',
];

/** The columns of a user that its attributes decide, in the order of {@link userValues}. */
export const USER_COLUMNS = sql`attributes, ${columns(USER_KEY_COLUMNS)}`;

/** The values of {@link USER_COLUMNS}, separated by commas. */
export function userValues(forms: AttributeForms, type: ResourceType, attributes: Attributes): SqlFragment {
  return sql`${parameter(JSON.stringify(attributes))}::jsonb, ${userKeys(forms, type, attributes)}`;
}

/** The values of {@link USER_KEY_COLUMNS}, separated by commas. */
export function userKeys(forms: AttributeForms, type: ResourceType, attributes: Attributes): SqlFragment {
  const search = searchDocument(forms, type, attributes);
  const display = displayOfUser(attributes);
  return sql`${parameter(JSON.stringify(search))}::jsonb,
    ${text(userNameKey(search))}, ${text(search['displayName'])}, ${text(emailKeys(search))},
    ${text(attributes['externalId'])}, ${text(display)}, ${text(foldCase(display))}`;
}

/** RFC 7643 §4.1.1: `userName` is unique among the users of a company; in compared form. */
export function userNameKey(search: JsonObject): string {
  const name = search['userName'];
  return typeof name === 'string' ? name : '';
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
