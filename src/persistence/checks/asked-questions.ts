import {
  type MembershipQuestion,
  type NamedGroup,
  type NamedUser,
} from '../../checks/membership-question.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { parameter, plainArray, sql, type SqlFragment } from '../sql/sql-fragment.js';
import { type FoundByName, idKeys, inactiveAmong, type NamedResources } from './named-resources.js';
import { membershipsWhere } from './walks.js';

/** Questions as expressions of a statement. */
export interface AskedQuestions {
  /**
   * Expressions for `WITH RECURSIVE`, of which `asked` has a row for each question: `place`, `user_id`, `group_id`, and
   * `verdict`. This is a letter where names and a look-up decide: `m`ember, `n`o member, `i`nactive, `a`mbiguous; and null
   * where groups in groups may.
   */
  readonly expressions: SqlFragment;
  /** Which kinds of names the questions have: a part of the statement's name, since its text depends on them. */
  readonly kinds: string;
}

/** Whether the user of a row `a` of `asked` is a member of its group itself. */
export const IS_DIRECT = sql`EXISTS (${membershipsWhere(sql``, sql`m.member_user_id = a.user_id AND m.group_id = a.group_id`)})`;

/** The users or the groups of questions, in a statement that has a row `q` for each question. */
interface NamedInQuestions {
  /** Expressions for `WITH`; undefined where it needs none. */
  readonly expression?: SqlFragment;
  /** An array with an element for each question, which is a column of `q`. */
  readonly column: SqlFragment;
  /** What stands behind `q`; undefined where nothing is joined. */
  readonly join?: SqlFragment;
  /** The id, null where nothing has the name. */
  readonly id: SqlFragment;
  /** Rows `id` of all of them. */
  readonly ids: SqlFragment;
  readonly isAmbiguous: SqlFragment;
  readonly kinds: string;
}

/** Prepares questions. About a group that has no group as a member they are decided without a walk. */
export function askedQuestions(
  { companyId }: CompanyScope,
  named: NamedResources,
  questions: readonly MembershipQuestion[],
): AskedQuestions {
  const company = parameter(companyId);
  const users = namedIn(
    questions.map(({ user }) => user),
    USERS,
    (names) => named.members(company, names),
  );
  const groups = namedIn(
    questions.map(({ group }) => group),
    GROUPS,
    (names) => named.groups(company, names),
  );
  const isInactive = users.join
    ? sql`u.inactive`
    : sql`${users.id} IN (${inactiveAmong(company, users.column)})`;
  const directOnly = plainArray(questions.map((question) => question.directOnly));
  const includeInactive = plainArray(questions.map((question) => question.includeInactive));
  const isNested = sql`EXISTS (${membershipsWhere(sql``, sql`m.group_id = g.id AND m.member_group_id IS NOT NULL`)})`;
  return {
    expressions: sql`${users.expression ?? NOTHING} ${groups.expression ?? NOTHING}
      nested AS MATERIALIZED (SELECT g.id FROM (${groups.ids}) g WHERE ${isNested}),
      asked AS MATERIALIZED (
        SELECT a.place, a.user_id, a.group_id, CASE
            WHEN a.verdict IS NOT NULL THEN a.verdict
            WHEN a.direct_only OR a.group_id NOT IN (SELECT n.id FROM nested n) THEN
              CASE WHEN ${IS_DIRECT} THEN 'm' ELSE 'n' END END AS verdict
        FROM (
          SELECT q.place, ${users.id} AS user_id, ${groups.id} AS group_id, q.direct_only,
            CASE WHEN ${users.isAmbiguous} OR ${groups.isAmbiguous} THEN 'a'
              WHEN ${isInactive} AND NOT q.include_inactive THEN 'i'
              WHEN ${users.id} IS NULL OR ${groups.id} IS NULL THEN 'n' END AS verdict
          FROM unnest(${users.column}, ${groups.column}, ${directOnly}::boolean[], ${includeInactive}::boolean[])
            WITH ORDINALITY q (user_name, group_name, direct_only, include_inactive, place)
          ${users.join ?? NOTHING} ${groups.join ?? NOTHING}
        ) a
      )`,
    kinds: `${users.kinds}.${groups.kinds}`,
  };
}

const NOTHING = sql``;

/** How a statement calls what is found, and the name in `q`. */
interface Aliases {
  readonly found: SqlFragment;
  readonly row: SqlFragment;
  readonly name: SqlFragment;
}

const USERS: Aliases = { found: sql`found_users`, row: sql`u`, name: sql`q.user_name` };
const GROUPS: Aliases = { found: sql`found_groups`, row: sql`g`, name: sql`q.group_name` };

/**
 * Ids are names by themselves, and each is taken for one that there is. Where there are other names, all are looked up.
 *
 * @param named of each question
 * @param find looks names up, each of them once
 */
function namedIn<T extends NamedUser | NamedGroup>(
  named: readonly T[],
  { found, row, name }: Aliases,
  find: (names: readonly T[]) => FoundByName,
): NamedInQuestions {
  if (named.every(({ by }) => by === 'id')) {
    const column = idKeys(named.map(({ value }) => value));
    const ids = sql`SELECT DISTINCT k.id FROM unnest(${column}) k (id)`;
    return { column, id: name, ids, isAmbiguous: sql`false`, kinds: 'i' };
  }
  const places = new Places<T>();
  const column = sql`${plainArray(named.map((one) => places.of(one)))}::int[]`;
  const { query, kinds } = find(places.all);
  return {
    expression: sql`${found} AS MATERIALIZED (${query}),`,
    column,
    join: sql`LEFT JOIN ${found} ${row} ON ${row}.place = ${name}`,
    id: sql`${row}.id`,
    ids: sql`SELECT f.id FROM ${found} f`,
    isAmbiguous: sql`${row}.hits > 1`,
    kinds,
  };
}

/** Users or groups of questions, each once, and where they stand. */
class Places<T extends NamedUser | NamedGroup> {
  readonly all: T[] = [];
  private readonly known = new Map<string, Map<string, number>>();

  of(named: T): number {
    const { by, value } = named;
    const ofKind = this.known.get(by) ?? new Map<string, number>();
    this.known.set(by, ofKind);
    let place = ofKind.get(value);
    if (place === undefined) {
      place = this.all.push(named) - 1;
      ofKind.set(value, place);
    }
    return place;
  }
}
