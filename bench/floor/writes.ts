import { NEW_USER_JSON, USER_JSON } from './json.js';
import { type FloorStatement } from './transaction.js';

/** Writes into the journal and the outbox what the rows of `changed` tell of, as `activity_id` where they have one. */
const record = (operation: string, type: 'User' | 'Group', display: string): string => `
  recorded AS (
    INSERT INTO activity (company_id, id, txn, credential_id, credential_name, client, surface, request_id, operation,
      outcome, resource_type, resource_id, external_id, display, version, attributes, added, removed, duration_ms)
    SELECT c.company_id, c.activity_id, md5(c.activity_id::text), '1', 'bench', 'floor', 'standard', 'floor', '${operation}', 'done',
      '${type}', c.id, c.external_id, c.${display}, c.version, '{}', 0, 0, 1
    FROM changed c RETURNING company_id, id
  ), boxed AS (
    INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r
  )`;

const count = (type: 'User' | 'Group'): string => `
  counted AS (
    INSERT INTO resource_counts AS c (company_id, type, bucket, count)
    SELECT current_company(), '${type}', pg_backend_pid() % 16, count(*) FROM changed
    ON CONFLICT (company_id, type, bucket) DO UPDATE SET count = c.count + excluded.count
  )`;

/** Columns of `users` that its attributes decide, and their values of a document `d`. */
const USER_KEYS = `search, user_name_key, display_name_key, email_keys, external_id, display, display_key`;
const USER_KEYS_OF_D = `d, lower(d ->> 'userName'), lower(d ->> 'displayName'), lower(d #>> '{emails,0,value}'),
  d ->> 'externalId', d ->> 'displayName', lower(d ->> 'displayName')`;

const INSERT_USER = `WITH changed AS (
    INSERT INTO users (company_id, attributes, ${USER_KEYS})
    SELECT current_company(), d, ${USER_KEYS_OF_D} FROM (SELECT $2::jsonb - 'schemas') s (d)
    RETURNING *, next_resource_id() AS activity_id
  ), ${count('User')}, ${record('create', 'User', 'display')}
  SELECT ${NEW_USER_JSON} FROM changed u`;

const REPLACE_IN_USER = `WITH changed AS (
    UPDATE users u SET (attributes, ${USER_KEYS}) =
        (SELECT d, ${USER_KEYS_OF_D} FROM (SELECT jsonb_set(u.attributes, ARRAY[$3], to_jsonb($4::text))) s (d)),
      version = u.version + 1, last_modified = clock_timestamp()
    WHERE u.id = read_resource_id($2)
    RETURNING u.*, next_resource_id() AS activity_id
  ), ${record('patch', 'User', 'display')}
  SELECT ${USER_JSON} FROM changed u`;

const INSERT_GROUP = `WITH changed AS (
    INSERT INTO groups (company_id, attributes, search, display_name, display_name_key, external_id)
    SELECT current_company(), d, d, d ->> 'displayName', lower(d ->> 'displayName'), d ->> 'externalId'
    FROM (SELECT $1::jsonb - 'schemas') s (d)
    RETURNING *, next_resource_id() AS activity_id
  ), ${count('Group')}, ${record('create', 'Group', 'display_name')}
  SELECT json_build_object('id', format_resource_id(c.id))::text FROM changed c`;

/** The group is locked by its change, and is what all the rest goes by. */
const CHANGED_GROUP = `changed AS (
    UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
    WHERE g.id = read_resource_id($1)
    RETURNING g.*, next_resource_id() AS activity_id
  )`;

const DELETED = (which: string): string => `gone AS (
    DELETE FROM memberships m USING changed c, (SELECT array_agg(read_resource_id(i)) FROM unnest($2::text[]) i) named (ids)
    WHERE m.company_id = c.company_id AND m.group_id = c.id AND ${which}
    RETURNING m.member_id
  )`;

const ADDED = `come AS (
    INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
    SELECT c.company_id, c.id, read_resource_id(i), read_resource_id(i) FROM changed c, unnest($2::text[]) i
    ON CONFLICT DO NOTHING
    RETURNING member_id
  )`;

const recordMembers = (rows: string): string => `members AS (
    INSERT INTO activity_members (company_id, group_id, activity_id, member_id, member_type, sign)
    SELECT c.company_id, c.id, c.activity_id, s.member_id, 'U', s.sign FROM changed c, (${rows}) s
  )`;
const CAME = 'SELECT member_id, 1 AS sign FROM come';
const WENT = 'SELECT member_id, -1 AS sign FROM gone';

const changeMembers = (...parts: readonly string[]): string =>
  `WITH ${CHANGED_GROUP}, ${parts.join(', ')}, ${record('members', 'Group', 'display_name')} SELECT 'done'`;

const MEMBER_CHANGES = {
  add: changeMembers(ADDED, recordMembers(CAME)),
  remove: changeMembers(DELETED('m.member_id = ANY (named.ids)'), recordMembers(WENT)),
  replace: changeMembers(
    DELETED('m.member_id NOT IN (SELECT read_resource_id(i) FROM unnest($2::text[]) i)'),
    ADDED,
    recordMembers(`${CAME} UNION ALL ${WENT}`),
  ),
};

export const insertUser = (base: string, user: unknown): FloorStatement => ({
  name: 'insert-user',
  text: INSERT_USER,
  values: [base, JSON.stringify(user)],
});

export const replaceInUser = (base: string, id: string, path: string, value: string): FloorStatement => ({
  name: 'replace-in-user',
  text: REPLACE_IN_USER,
  values: [base, id, path, value],
});

export const insertGroup = (group: unknown): FloorStatement => ({
  name: 'insert-group',
  text: INSERT_GROUP,
  values: [JSON.stringify(group)],
});

/** @param change whether the members come, go, or are all that the group has then */
export const changeGroupMembers = (
  change: keyof typeof MEMBER_CHANGES,
  groupId: string,
  memberIds: readonly string[],
): FloorStatement => ({
  name: `${change}-members`,
  text: MEMBER_CHANGES[change],
  values: [groupId, memberIds],
});
