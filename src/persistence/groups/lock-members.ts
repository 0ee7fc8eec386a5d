import { type MemberReference, UnknownMembersError } from '../../protocol/error/scim-error.js';
import { type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { idParameter, idsParameter, isResourceId } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import {
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';

/** Ids of users and groups that are there, each locked so that it stays until the transaction ends. */
export interface KnownMembers {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

export interface LockedGroup {
  readonly version: string;
  readonly attributes: Attributes;
}

/** The ids of everything that the plan may add; what has another shape names nobody. */
export function idsToAdd(plan: MembershipPlan): readonly string[] {
  const added = plan.steps.flatMap((step) => (step.kind === 'delta' ? step.add : []));
  const ids = new Set([...plan.references.map(({ value }) => value), ...added]);
  return [...ids].filter(isResourceId);
}

/**
 * Locks users, then groups, each by ascending id: the order of every transaction, so that none waits in a ring.
 * The group itself stands among the others by its id. It is undefined where it does not exist.
 */
export async function lockGroupAndMembers(
  transaction: WriteTransaction,
  scope: CompanyScope,
  groupId: string,
  ids: readonly string[],
): Promise<{ group: LockedGroup | undefined; known: KnownMembers }> {
  const target = lockTarget(scope, groupId);
  if (ids.length === 0) {
    const { rows } = await transaction.run(target);
    return { group: rows[0] as LockedGroup | undefined, known: { users: new Set(), groups: new Set() } };
  }
  // Ids have one length, so that their texts are in the order of their numbers.
  const below = ids.filter((id) => id < groupId);
  const above = ids.filter((id) => id > groupId);
  const [users, lower, self, higher] = await transaction.runAll([
    lockForAdding(scope, 'users', ids),
    lockForAdding(scope, 'groups', below),
    target,
    lockForAdding(scope, 'groups', above),
  ]);
  const group = self?.rows[0] as LockedGroup | undefined;
  const own = group && ids.includes(groupId) ? [groupId] : [];
  const known = { users: idsOf(users), groups: new Set([...idsOf(lower), ...idsOf(higher), ...own]) };
  return { group, known };
}

/** The same for a group that is yet to be made; also takes its id. */
export async function lockMembersOfNewGroup(
  transaction: WriteTransaction,
  scope: CompanyScope,
  ids: readonly string[],
): Promise<{ groupId: string; known: KnownMembers }> {
  const nextId = {
    name: 'groups.next_id',
    text: 'SELECT format_resource_id(next_resource_id()) AS id',
    values: [],
  };
  const locks =
    ids.length === 0 ? [] : [lockForAdding(scope, 'users', ids), lockForAdding(scope, 'groups', ids)];
  const [next, users, groups] = await transaction.runAll([nextId, ...locks]);
  const [groupId] = idsOf(next);
  if (groupId === undefined) throw new Error('next_resource_id() returned no row');
  return { groupId, known: { users: idsOf(users), groups: idsOf(groups) } };
}

/**
 * References that name neither a user nor a group of the company.
 * @throws UnknownMembersError where there are any and the company does not ignore them
 */
export function unknownMembers(
  scope: CompanyScope,
  plan: MembershipPlan,
  known: KnownMembers,
): readonly MemberReference[] {
  const unknown = plan.references.filter((reference) => !isKnown(reference, known));
  const policy = plan.unknown ?? scope.settings.unknownMembers;
  if (unknown.length > 0 && policy === 'reject') throw new UnknownMembersError(unknown);
  return unknown;
}

/** The members that may be added: what a reference calls a user and is a group, or the reverse, is none of them. */
export function namedMembers(plan: MembershipPlan, known: KnownMembers): KnownMembers {
  const references = plan.references.filter((reference) => isKnown(reference, known));
  const named = new Set(references.map(({ value }) => value));
  const within = (ids: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...ids].filter((id) => named.has(id)));
  return { users: within(known.users), groups: within(known.groups) };
}

/** Whether there is such a member, of the kind that the reference names. */
function isKnown({ value, type }: MemberReference, { users, groups }: KnownMembers): boolean {
  return (type !== 'Group' && users.has(value)) || (type !== 'User' && groups.has(value));
}

function lockForAdding(scope: CompanyScope, table: 'users' | 'groups', ids: readonly string[]): Statement {
  return toStatement(sql`SELECT format_resource_id(r.id) AS id FROM ${table === 'users' ? sql`users` : sql`groups`} r
    WHERE r.company_id = ${parameter(scope.companyId)} AND r.id = ANY (${idsParameter(ids)})
    ORDER BY r.id FOR KEY SHARE`);
}

function lockTarget(scope: CompanyScope, groupId: string): Statement {
  return toStatement(
    sql`SELECT g.version, g.attributes FROM groups g
      WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)} FOR NO KEY UPDATE`,
    'groups.lock.update',
  );
}

function idsOf(result: StatementResult | undefined): ReadonlySet<string> {
  return new Set(((result?.rows ?? []) as { id: string }[]).map(({ id }) => id));
}
