import { type MemberReference, UnknownMembersError } from '../../protocol/error/scim-error.js';
import { type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { readResourceId } from '../sql/resource-id.js';
import { parameter, sql, toStatement } from '../sql/sql-fragment.js';
import {
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';

/** Ids in decimal digits, each locked so that it stays until the transaction ends. */
export interface KnownMembers {
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
}

export interface LockedGroup {
  readonly version: string;
  readonly attributes: Attributes;
}

/** Decimal ids of everything that the plan may add. */
export function idsToAdd(plan: MembershipPlan): readonly string[] {
  const added = plan.steps.flatMap((step) => (step.kind === 'delta' ? step.add : []));
  const values = [...plan.references.map(({ value }) => value), ...added];
  const ids = values.map(readResourceId).filter((id) => id !== undefined);
  return [...new Set(ids)];
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
  const number = BigInt(groupId);
  const below = ids.filter((id) => BigInt(id) < number);
  const above = ids.filter((id) => BigInt(id) > number);
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
  const nextId = { name: 'groups.next_id', text: 'SELECT next_resource_id() AS id', values: [] };
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
  const unknown = plan.references.filter((reference) => knownId(reference, known) === undefined);
  const policy = plan.unknown ?? scope.settings.unknownMembers;
  if (unknown.length > 0 && policy === 'reject') throw new UnknownMembersError(unknown);
  return unknown;
}

/** The members that may be added: what a reference calls a user and is a group, or the reverse, is none of them. */
export function namedMembers(plan: MembershipPlan, known: KnownMembers): KnownMembers {
  const named = new Set(plan.references.map((reference) => knownId(reference, known)));
  const within = (ids: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...ids].filter((id) => named.has(id)));
  return { users: within(known.users), groups: within(known.groups) };
}

/** The decimal id of a member that there is, and that is of the kind that the reference names. */
function knownId({ value, type }: MemberReference, { users, groups }: KnownMembers): string | undefined {
  const id = readResourceId(value);
  if (id === undefined) return undefined;
  const isKnown = (type !== 'Group' && users.has(id)) || (type !== 'User' && groups.has(id));
  return isKnown ? id : undefined;
}

function lockForAdding(scope: CompanyScope, table: 'users' | 'groups', ids: readonly string[]): Statement {
  return toStatement(sql`SELECT r.id FROM ${table === 'users' ? sql`users` : sql`groups`} r
    WHERE r.company_id = ${parameter(scope.companyId)} AND r.id = ANY (${parameter(ids)}::bigint[])
    ORDER BY r.id FOR KEY SHARE`);
}

function lockTarget(scope: CompanyScope, groupId: string): Statement {
  return toStatement(
    sql`SELECT g.version, g.attributes FROM groups g
      WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${parameter(groupId)} FOR NO KEY UPDATE`,
    'groups.lock.update',
  );
}

function idsOf(result: StatementResult | undefined): ReadonlySet<string> {
  return new Set(((result?.rows ?? []) as { id: string }[]).map(({ id }) => id));
}
