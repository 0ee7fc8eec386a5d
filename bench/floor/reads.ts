import { GROUP_HEAD_JSON, GROUP_JSON, USER_JSON } from './json.js';
import { type FloorStatement } from './transaction.js';

/** The list whose resources are `json` of the rows that `page` selects. */
const listOf = (json: string, page: string): string => `
  SELECT '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":' || count(*) ||
    ',"startIndex":1,"itemsPerPage":' || count(*) || ',"Resources":[' || coalesce(string_agg(${json}, ','), '') || ']}'
  FROM ${page}`;

/** The filters that identity providers send, by type and the text in front of the value. */
const FILTERS: Readonly<Record<string, string>> = {
  'Users userName': listOf(USER_JSON, `scoped.users u WHERE u.user_name_key = lower($2)`),
  'Users externalId': listOf(USER_JSON, `scoped.users u WHERE u.external_id = $2`),
  'Users emails[type eq "work"].value': listOf(
    USER_JSON,
    `scoped.users u WHERE u.search @> jsonb_build_object('emails', jsonb_build_array(jsonb_build_object('type', 'work', 'value', lower($2))))`,
  ),
  'Groups displayName': listOf(GROUP_HEAD_JSON, `scoped.groups g WHERE g.display_name_key = lower($2)`),
};

const LIST = `
  SELECT '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":' ||
    (SELECT sum(c.count) FROM resource_counts c WHERE c.type = 'User') ||
    ',"startIndex":1,"itemsPerPage":' || count(*) || ',"Resources":[' || coalesce(string_agg(${USER_JSON}, ','), '') || ']}'
  FROM (SELECT * FROM scoped.users ORDER BY id LIMIT $2) u`;

export const findUser = (base: string, id: string): FloorStatement => ({
  name: 'user',
  text: `SELECT ${USER_JSON} FROM scoped.users u WHERE u.id = read_resource_id($2)`,
  values: [base, id],
});

export const findGroup = (base: string, id: string): FloorStatement => ({
  name: 'group',
  text: `SELECT ${GROUP_JSON} FROM scoped.groups g WHERE g.id = read_resource_id($2)`,
  values: [base, id],
});

export const listUsers = (base: string, count: number): FloorStatement => ({
  name: 'users',
  text: LIST,
  values: [base, count],
});

/** @returns undefined where the filter is none of those that are measured */
export function filterResources(base: string, type: string, filter: string): FloorStatement | undefined {
  const [, attribute = '', value = ''] = /^(.*) eq "([^"]*)"$/.exec(filter) ?? [];
  const name = `${type} ${attribute}`;
  const text = FILTERS[name];
  return text === undefined ? undefined : { name, text, values: [base, value] };
}
