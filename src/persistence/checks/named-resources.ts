import {
  GROUP_ID_TYPES,
  type GroupIdType,
  type Named,
  type NamedGroup,
  type NamedUser,
  USER_ID_TYPES,
  type UserIdType,
} from '../../checks/membership-question.js';
import { type JsonObject } from '../../protocol/json.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type IndexedForms } from '../indexed-forms/indexed-forms.js';
import { idsParameter, isResourceId } from '../sql/resource-id.js';
import { searchDocument } from '../sql/search-document.js';
import { join, parameter, plainArray, sql, type SqlFragment } from '../sql/sql-fragment.js';
import { userNameKey } from '../users/user-row.js';

/** Ids are positive. */
const NO_ID = '0'.repeat(16);

/** Only false counts: an attribute that was removed says nothing. */
const IS_INACTIVE = sql`u.attributes -> 'active' = 'false'`;
const INACTIVE = sql`coalesce(${IS_INACTIVE}, false) AS inactive`;

/** How a kind of name is looked up: the keys of names, and the rows of the key `k.key`, of which two are enough. */
interface LookUp {
  /** A letter for names of statements, which have 63 characters at most. */
  readonly mark: string;
  /** Whether no two rows can have a name. */
  readonly isUnique?: boolean;
  keys(names: readonly string[]): SqlFragment;
  /** @param keys all of them, as an array */
  rows(company: SqlFragment, keys: SqlFragment): SqlFragment;
}

/** What was named, for a statement, and what tells statements for one kind of names from others. */
export interface FoundByName {
  /**
   * A query for the rows `place, id, hits`, and of users `inactive`: for each of the names that is found, by its place in
   * their order, how many there are of it (2 stands for more) and one of them.
   */
  readonly query: SqlFragment;
  /** For the name of the statement. */
  readonly kinds: string;
}

/** Finds users and groups by the names that callers have for them. */
export class NamedResources {
  private readonly userLookUps: Readonly<Record<UserIdType, LookUp>>;
  private readonly memberLookUps: Readonly<Record<UserIdType, LookUp>>;
  private readonly groupLookUps: Readonly<Record<GroupIdType, LookUp>>;

  constructor(
    { user, group }: SchemaRegistry,
    private readonly indexed: IndexedForms,
  ) {
    const compared = (type: ResourceType, attributes: JsonObject): JsonObject =>
      searchDocument(this.indexed.forms, type, attributes);
    this.userLookUps = {
      id: {
        mark: 'i',
        isUnique: true,
        keys: idKeys,
        rows: (company) => oneUser(sql`u.company_id = ${company} AND u.id = k.key`),
      },
      userName: {
        mark: 'n',
        isUnique: true,
        keys: (names) => texts(names.map((userName) => userNameKey(compared(user, { userName })))),
        rows: (company) => oneUser(sql`u.company_id = ${company} AND u.user_name_key = k.key`),
      },
      externalId: {
        mark: 'x',
        keys: texts,
        rows: (company) =>
          upToTwo(sql`u.id, ${INACTIVE}
          FROM users u WHERE u.company_id = ${company} AND u.external_id = k.key`),
      },
      email: {
        mark: 'm',
        keys: (names) => texts(names.map((value) => JSON.stringify(compared(user, { emails: [{ value }] })))),
        rows: () => upToTwo(sql`u.id, ${INACTIVE} FROM scoped.users u WHERE u.search @> k.key::jsonb`),
      },
    };
    this.memberLookUps = { ...this.userLookUps, id: USER_AS_NAMED };
    this.groupLookUps = {
      // A membership says by itself that there is the group.
      id: { mark: 'i', isUnique: true, keys: idKeys, rows: () => sql`SELECT k.key AS id` },
      externalId: {
        mark: 'x',
        keys: texts,
        rows: (company) =>
          upToTwo(sql`g.id FROM groups g WHERE g.company_id = ${company} AND g.external_id = k.key`),
      },
      displayName: {
        mark: 'd',
        keys: (names) =>
          texts(names.map((displayName) => textOf(compared(group, { displayName })['displayName']))),
        rows: (company) =>
          upToTwo(sql`g.id FROM groups g WHERE g.company_id = ${company} AND g.display_name_key = k.key`),
      },
    };
  }

  users(company: SqlFragment, named: readonly NamedUser[]): FoundByName {
    return usersBy(this.userLookUps, company, named);
  }

  /** As {@link users}, for what looks for their memberships: an id is found although there may be no such user. */
  members(company: SqlFragment, named: readonly NamedUser[]): FoundByName {
    return usersBy(this.memberLookUps, company, named);
  }

  groups(company: SqlFragment, named: readonly NamedGroup[]): FoundByName {
    const found = rowsOf(GROUP_ID_TYPES, this.groupLookUps, company, named);
    if (found.isUnique) return { ...found, query: sql`SELECT n.*, 1 AS hits FROM (${found.query}) n` };
    return {
      ...found,
      query: sql`SELECT n.place, min(n.id) AS id, count(*) AS hits FROM (${found.query}) n GROUP BY n.place`,
    };
  }
}

function usersBy(
  lookUps: Readonly<Record<UserIdType, LookUp>>,
  company: SqlFragment,
  named: readonly NamedUser[],
): FoundByName {
  const found = rowsOf(USER_ID_TYPES, lookUps, company, named);
  if (found.isUnique) return { ...found, query: sql`SELECT n.*, 1 AS hits FROM (${found.query}) n` };
  return {
    ...found,
    query: sql`SELECT n.place, min(n.id) AS id, bool_or(n.inactive) AS inactive, count(*) AS hits
      FROM (${found.query}) n GROUP BY n.place`,
  };
}

function rowsOf<T extends string>(
  kinds: readonly T[],
  lookUps: Readonly<Record<T, LookUp>>,
  company: SqlFragment,
  named: readonly Named<T>[],
): FoundByName & { readonly isUnique: boolean } {
  const byKind = new Map<T, { readonly places: number[]; readonly names: string[] }>();
  named.forEach(({ by, value }, place) => {
    const { places, names } = byKind.get(by) ?? { places: [], names: [] };
    byKind.set(by, { places, names });
    places.push(place);
    names.push(value);
  });
  const used = kinds.filter((kind) => byKind.has(kind));
  const queries = used.map((kind) => {
    const { places, names } = byKind.get(kind)!;
    const lookUp = lookUps[kind];
    const keys = lookUp.keys(names);
    return sql`SELECT k.place, r.* FROM unnest(${plainArray(places)}::int[], ${keys}) k (place, key)
      CROSS JOIN LATERAL (${lookUp.rows(company, keys)}) r`;
  });
  return {
    query: join(queries, sql` UNION ALL `),
    kinds: used.map((kind) => lookUps[kind].mark).join(''),
    isUnique: used.every((kind) => lookUps[kind].isUnique === true),
  };
}

/** Names as ids, a bigint[]; one that is none is an id that nothing has. */
export const idKeys = (names: readonly string[]): SqlFragment =>
  idsParameter(names.map((name) => (isResourceId(name) ? name : NO_ID)));

/** A query for those of the ids that are of users who are inactive, which looks at no other user. */
export const inactiveAmong = (company: SqlFragment, ids: SqlFragment): SqlFragment =>
  sql`SELECT u.id FROM users u WHERE u.company_id = ${company} AND u.id = ANY (${ids}) AND ${IS_INACTIVE}`;

const texts = (keys: readonly string[]): SqlFragment => sql`${parameter(keys)}::text[]`;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A membership says by itself that there is the user. */
const USER_AS_NAMED: LookUp = {
  mark: 'i',
  isUnique: true,
  keys: idKeys,
  rows: (company, keys) => sql`SELECT k.key AS id, k.key IN (${inactiveAmong(company, keys)}) AS inactive`,
};

const oneUser = (condition: SqlFragment): SqlFragment =>
  sql`SELECT u.id, ${INACTIVE} FROM users u WHERE ${condition} LIMIT 1`;

/** Materialized: where statistics say that there is hardly a row, the planner would read the table until two are found. */
const upToTwo = (selected: SqlFragment): SqlFragment =>
  sql`WITH f AS MATERIALIZED (SELECT ${selected}) SELECT f.* FROM f LIMIT 2`;
