import { likePattern } from '../sql/like.js';
import { prefixEnd } from '../sql/prefix-range.js';
import { idParameter, isResourceId } from '../sql/resource-id.js';
import { rowByKey } from '../sql/key-look-up.js';
import { join, parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';

/** A place in a list by names: that of the resource with this name in compared form, and this id in 16 hex digits. */
export interface NamePlace {
  readonly key: string;
  readonly id: string;
}

/** A part of a list in the order of names. */
export interface NameWindow {
  readonly behind: NamePlace | undefined;
  readonly count: number;
}

export interface ListedUserRow extends NamePlace {
  readonly user_name: string;
  readonly display: string;
  readonly external_id: string | null;
  readonly active: boolean;
}

export interface ListedGroupRow extends NamePlace {
  readonly display_name: string;
  readonly external_id: string | null;
  /** Counted up to {@link MOST_COUNTED}. */
  readonly members: number;
}

/** How many members of a group are counted. */
const MOST_COUNTED = 1000;

/** How many resources that a text is found in are put into order. Where there are more, it is looked for in the order of names. */
const MOST_HITS = 5000;

/**
 * Makes the rest of the transaction find rows by what all of an index says. Otherwise the planner may read a table until there
 * are enough, where its statistics say that a text is common.
 */
export const BY_BITMAP =
  "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true), " +
  "set_config('enable_indexonlyscan', 'off', true)";

/** What is listed. */
export interface Directory {
  readonly name: 'users' | 'groups';
  readonly view: SqlFragment;
  /** The name that the list is ordered by, with an index in its order. */
  readonly key: SqlFragment;
  /** Whether no two have one name. */
  readonly isUnique: boolean;
  /** What a text may be a part of, each with an index of trigrams. */
  readonly parts: readonly SqlFragment[];
  /** Of a row `r`, for a list. */
  readonly columns: SqlFragment;
}

const USERS: Directory = {
  name: 'users',
  view: sql`scoped.users`,
  key: sql`r.user_name_key`,
  isUnique: true,
  parts: [sql`r.user_name_key`, sql`r.display_name_key`, sql`r.email_keys`],
  columns: sql`format_resource_id(r.id) AS id, r.user_name_key AS key, r.attributes ->> 'userName' AS user_name, r.display,
    r.external_id, coalesce(r.attributes -> 'active' <> 'false', true) AS active`,
};

const GROUPS: Directory = {
  name: 'groups',
  view: sql`scoped.groups`,
  key: sql`r.display_name_key`,
  isUnique: false,
  parts: [sql`r.display_name_key`],
  columns: sql`format_resource_id(r.id) AS id, r.display_name_key AS key, r.display_name, r.external_id, (
      SELECT count(*)::int FROM (
        SELECT FROM scoped.memberships m WHERE m.group_id = r.id LIMIT ${parameter(MOST_COUNTED)}::bigint) m) AS members`,
};

export const DIRECTORIES = { users: USERS, groups: GROUPS } as const;

/** One of a directory, by its id. */
export function selectOne({ name, view, columns }: Directory, id: string): Statement {
  return toStatement(
    sql`SELECT ${columns} FROM ${view} r WHERE r.id = ${idParameter(id)} LIMIT 1`,
    `directory.${name}.one`,
  );
}

/** All of a directory in the order of names, to be read by index. */
export function selectAll(directory: Directory, window: NameWindow): Statement {
  return inOrder(directory, window, sql`true`, 'all');
}

/** What is looked for: as it was typed, and in its compared form. */
export interface SoughtText {
  readonly text: string;
  readonly folded: string;
}

/** What the indexes of trigrams find by themselves: three letters or digits in a row. */
const WITH_TRIGRAM = /[\p{L}\p{N}]{3}/u;

/** Whether a text can be looked for anywhere in a name. Of another one it is asked what begins with it. */
export const canBePart = ({ folded }: SoughtText): boolean => WITH_TRIGRAM.test(folded);

/** Those whose name begins with a text, and those that have it as id or externalId. To be read by index. */
export function selectByBeginning(directory: Directory, sought: SoughtText, window: NameWindow): Statement {
  const { view, key } = directory;
  const { folded } = sought;
  const end = prefixEnd(folded);
  const range = [
    sql`${key} >= ${parameter(folded)}::text`,
    ...(end === undefined ? [] : [sql`${key} < ${parameter(end)}::text`]),
    isBehind(directory, window.behind),
  ];
  const beginning = sql`(SELECT r.id, ${key} AS key FROM ${view} r WHERE ${join(range, sql` AND `)}
      ORDER BY ${orderOf(directory)} LIMIT ${parameter(window.count)}::bigint)`;
  return selectFound(directory, [beginning, ...namedExactly(directory, sought)], window);
}

/** What {@link selectHits} finds: rows of a list, or one row without an id, each with whether there are too many hits. */
export type HitRow<R extends NamePlace> = R & { readonly many: boolean };

/** Those that a text is a part of, and those that have it as id or externalId. To be read {@link BY_BITMAP}. */
export function selectHits(directory: Directory, sought: SoughtText, window: NameWindow): Statement {
  const { view, key, parts } = directory;
  const pattern = parameter(likePattern(sought.folded, 'anywhere'));
  const hits = parts.map(
    (part) => sql`(SELECT r.id, ${key} AS key FROM ${view} r WHERE ${part} LIKE ${pattern}::text
      LIMIT ${parameter(MOST_HITS + 1)}::bigint)`,
  );
  return selectFound(directory, [...hits, ...namedExactly(directory, sought)], window);
}

/** Queries for those that have a text as id or externalId; the latter need not be unique. */
function namedExactly({ view, key }: Directory, { text }: SoughtText): readonly SqlFragment[] {
  const conditions = [
    sql`r.external_id = ${parameter(text)}::text`,
    ...(isResourceId(text) ? [sql`r.id = ${idParameter(text)}`] : []),
  ];
  return conditions.map(
    (condition) => sql`(SELECT r.id, ${key} AS key FROM ${view} r WHERE ${condition}
      LIMIT ${parameter(MOST_HITS + 1)}::bigint)`,
  );
}

/** A part of what queries for `id` and `key` find together, in the order of names. */
function selectFound(
  { view, columns }: Directory,
  queries: readonly SqlFragment[],
  { behind, count }: NameWindow,
): Statement {
  const reached =
    behind === undefined
      ? sql`true`
      : sql`(h.key, h.id) > (${parameter(behind.key)}::text, ${idParameter(behind.id)})`;
  return toStatement(sql`WITH hits AS MATERIALIZED (${join(queries, sql` UNION `)}),
    page AS MATERIALIZED (
      SELECT h.id, h.key FROM hits h WHERE ${reached} ORDER BY h.key, h.id LIMIT ${parameter(count)}::bigint)
    SELECT v.many, l.* FROM (SELECT (SELECT count(*) FROM hits) > ${parameter(MOST_HITS)}::bigint AS many) v
    LEFT JOIN (
      SELECT p.id AS place, p.key AS order_key, ${columns}
      FROM page p CROSS JOIN ${rowByKey(sql`r.*`, sql`${view} r`, sql`r.id = p.id`)} r) l ON true
    ORDER BY l.order_key, l.place`);
}

/** Those that a common text is a part of, in the order of names. To be read by index. */
export function selectCommon(directory: Directory, folded: string, window: NameWindow): Statement {
  const pattern = parameter(likePattern(folded, 'anywhere'));
  const parts = directory.parts.map((part) => sql`${part} LIKE ${pattern}::text`);
  return inOrder(directory, window, sql`(${join(parts, sql` OR `)})`, 'common');
}

function inOrder(
  directory: Directory,
  { behind, count }: NameWindow,
  condition: SqlFragment,
  kind: string,
): Statement {
  const { name, view, key, columns } = directory;
  // Always true: the index of names is partial, and the planner uses it only with its condition.
  const floor = sql`${key} >= ''`;
  const order = orderOf(directory);
  return toStatement(
    sql`SELECT ${columns} FROM (
      SELECT r.* FROM ${view} r WHERE ${floor} AND ${isBehind(directory, behind)} AND ${condition}
      ORDER BY ${order} LIMIT ${parameter(count)}::bigint) r ORDER BY ${order}`,
    `directory.${name}.${kind}${behind === undefined ? '' : '.next'}`,
  );
}

const orderOf = ({ key, isUnique }: Directory): SqlFragment => (isUnique ? key : sql`${key}, r.id`);

function isBehind({ key, isUnique }: Directory, behind: NamePlace | undefined): SqlFragment {
  if (behind === undefined) return sql`true`;
  const place = parameter(behind.key);
  return isUnique
    ? sql`${key} > ${place}::text`
    : sql`${key} >= ${place}::text AND (${key} > ${place}::text OR r.id > ${idParameter(behind.id)})`;
}
