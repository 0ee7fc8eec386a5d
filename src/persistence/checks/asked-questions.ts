import {
  type MembershipQuestion,
  type NamedGroup,
  type NamedUser,
} from '../../checks/membership-question.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { parameter, plainArray, sql, type SqlFragment } from '../sql/sql-fragment.js';
import { type NamedResources } from './named-resources.js';
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

/** Prepares questions. About a group that has no group as a member they are decided without a walk. */
export function askedQuestions(
  { companyId }: CompanyScope,
  named: NamedResources,
  questions: readonly MembershipQuestion[],
): AskedQuestions {
  const company = parameter(companyId);
  const [userNames, groupNames] = [new Places<NamedUser>(), new Places<NamedGroup>()];
  const userPlaces = plainArray(questions.map(({ user }) => userNames.of(user)));
  const groupPlaces = plainArray(questions.map(({ group }) => groupNames.of(group)));
  const directOnly = plainArray(questions.map((question) => question.directOnly));
  const includeInactive = plainArray(questions.map((question) => question.includeInactive));
  const users = named.members(company, userNames.all);
  const groups = named.groups(company, groupNames.all);
  const isNested = sql`EXISTS (${membershipsWhere(sql``, sql`m.group_id = f.id AND m.member_group_id IS NOT NULL`)})`;
  return {
    expressions: sql`found_users AS MATERIALIZED (${users.query}),
      found_groups AS MATERIALIZED (SELECT f.*, ${isNested} AS nested FROM (${groups.query}) f),
      asked AS MATERIALIZED (
        SELECT a.place, a.user_id, a.group_id, CASE
            WHEN a.verdict IS NULL AND a.by_look_up THEN CASE WHEN ${IS_DIRECT} THEN 'm' ELSE 'n' END
            ELSE a.verdict END AS verdict
        FROM (
          SELECT q.place, u.id AS user_id, g.id AS group_id, q.direct_only OR NOT g.nested AS by_look_up,
            CASE WHEN u.hits > 1 OR g.hits > 1 THEN 'a'
              WHEN u.inactive AND NOT q.include_inactive THEN 'i'
              WHEN u.id IS NULL OR g.id IS NULL THEN 'n' END AS verdict
          FROM unnest(${userPlaces}::int[], ${groupPlaces}::int[], ${directOnly}::boolean[], ${includeInactive}::boolean[])
            WITH ORDINALITY q (user_place, group_place, direct_only, include_inactive, place)
          LEFT JOIN found_users u ON u.place = q.user_place
          LEFT JOIN found_groups g ON g.place = q.group_place
        ) a
      )`,
    kinds: `${users.kinds}.${groups.kinds}`,
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
