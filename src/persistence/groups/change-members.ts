import { type MembershipChange } from '../../protocol/patch/change-set.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { memberFilterToSql } from '../sql/filter-to-sql.js';
import { idParameter, idsParameter, isResourceId } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';
import { type KnownMembers } from './lock-members.js';

export interface MembersTarget {
  readonly scope: CompanyScope;
  readonly groupId: string;
  readonly type: ResourceType;
}

interface MemberStatement {
  readonly change: 1 | -1;
  readonly statement: SqlFragment;
}

/** The set-based statements of all steps; none of them reads members to this program. */
export function memberStatements(
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): readonly Statement[] {
  return steps
    .flatMap((step) => statementsOf(target, step, known))
    .map(({ statement }) => toStatement(statement));
}

/** Carries the steps out. The group is locked. True where the set of members is another one in the end. */
export async function changeMembers(
  transaction: WriteTransaction,
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): Promise<boolean> {
  const changes = steps.flatMap((step) => statementsOf(target, step, known));
  if (changes.length === 0) return false;
  if (steps.length === 1) {
    const results = await transaction.runAll(changes.map(({ statement }) => toStatement(statement)));
    return results.some(({ rowCount }) => rowCount > 0);
  }
  // What one step takes out a later one may put back: only then does it matter which members each one touched.
  const returning = changes.map(({ statement }) => toStatement(sql`${statement} RETURNING member_id`));
  return differsInTheEnd(changes, await transaction.runAll(returning));
}

function differsInTheEnd(changes: readonly MemberStatement[], results: readonly StatementResult[]): boolean {
  const net = new Map<string, number>();
  changes.forEach(({ change }, index) => {
    for (const { member_id } of (results[index]?.rows ?? []) as { member_id: string }[]) {
      net.set(member_id, (net.get(member_id) ?? 0) + change);
    }
  });
  return [...net.values()].some((sum) => sum !== 0);
}

function statementsOf(
  target: MembersTarget,
  step: MembershipChange,
  known: KnownMembers,
): readonly MemberStatement[] {
  if (step.kind === 'removeWhere') {
    const selected = memberFilterToSql(step.filter, target.type, target.groupId);
    return [{ change: -1, statement: removeMembers(target, sql`m.member_id IN (${selected})`) }];
  }
  const users = step.add.filter((id) => known.users.has(id));
  const groups = step.add.filter((id) => known.groups.has(id));
  const remove = step.remove.filter(isResourceId);
  const statements: MemberStatement[] = [];
  if (step.clear) {
    const keep = sql`NOT (m.member_id = ANY (${idsParameter([...users, ...groups])}))`;
    statements.push({ change: -1, statement: removeMembers(target, keep) });
  }
  if (remove.length > 0) {
    const named = sql`m.member_id = ANY (${idsParameter(remove)})`;
    statements.push({ change: -1, statement: removeMembers(target, named) });
  }
  if (users.length + groups.length > 0) {
    statements.push({ change: 1, statement: addMembers(target, users, groups) });
  }
  return statements;
}

function removeMembers({ scope, groupId }: MembersTarget, condition: SqlFragment): SqlFragment {
  return sql`DELETE FROM memberships m
    WHERE m.company_id = ${parameter(scope.companyId)} AND m.group_id = ${idParameter(groupId)} AND ${condition}`;
}

function addMembers(
  { scope, groupId }: MembersTarget,
  users: readonly string[],
  groups: readonly string[],
): SqlFragment {
  return sql`INSERT INTO memberships (company_id, group_id, member_id, member_user_id, member_group_id)
    SELECT ${parameter(scope.companyId)}::bigint, ${idParameter(groupId)},
      coalesce(a.user_id, a.group_id), a.user_id, a.group_id
    FROM (
      SELECT u.id, NULL::bigint FROM unnest(${idsParameter(users)}) u (id)
      UNION ALL
      SELECT NULL, g.id FROM unnest(${idsParameter(groups)}) g (id)
    ) a (user_id, group_id)
    ORDER BY 3 ON CONFLICT DO NOTHING`;
}
