import { type MemberReference, UnknownMembersError } from '../../protocol/error/scim-error.js';
import { type MembershipPlan } from '../../protocol/patch/change-set.js';
import { type Attributes } from '../../protocol/resource/resource.js';
import { SLICE, type Work } from '../../protocol/work.js';
import { type CompanyKey, type CompanyScope } from '../../scim/company-scope.js';
import {
  ID_LENGTH,
  idParameter,
  idsParameter,
  isResourceId,
  prepareIds,
  type PreparedIds,
} from '../sql/resource-id.js';
import { inPieces } from '../../scim/in-pieces.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';

/** Ids that may be asked for one by one. */
interface IdSet {
  has(id: string): boolean;
}

/** Which of the asked ids are users, and which groups. Each is locked so that none is deleted before the transaction ends. */
export interface KnownMembers {
  readonly users: IdSet;
  readonly groups: IdSet;
}

export interface LockedGroup {
  readonly version: string;
  readonly created: Date;
  readonly last_modified: Date;
  readonly attributes: Attributes;
  /** The id that a change of the group has in the journal, drawn behind the lock. */
  readonly activity_id: string;
}

/** The groups on one side of another one, in the order of ids. */
interface PartOfGroups {
  readonly side: 'below' | 'above';
  readonly groupId: string;
}

/** The ids that the plan may add, without those that have not the form of an id. */
export function* idsToAdd({ references }: MembershipPlan): Work<readonly string[]> {
  const ids: string[] = [];
  for (const [index, { value }] of references.entries()) {
    if (isResourceId(value)) ids.push(value);
    if (index % SLICE === 0) yield;
  }
  return ids;
}

/**
 * Locks users, then groups, each by ascending id. Every transaction locks in this order, so that there are no
 * deadlocks. The group itself is locked among the others by its id; it is undefined where it does not exist.
 */
export async function lockGroupAndMembers(
  transaction: WriteTransaction,
  scope: CompanyKey,
  groupId: string,
  ids: readonly string[],
): Promise<{ group: LockedGroup | undefined; known: KnownMembers }> {
  const target = lockTarget(scope, groupId);
  if (ids.length === 0) {
    const { rows } = await transaction.run(target);
    return { group: rows[0] as LockedGroup | undefined, known: { users: new Set(), groups: new Set() } };
  }
  const asked = await inPieces(prepareIds(ids));
  const lockSide = (side: PartOfGroups['side'], has: boolean): Statement[] =>
    has ? [lockForAdding(scope, asked, 'groups', { side, groupId })] : [];
  const below = lockSide(
    'below',
    ids.some((id) => id < groupId),
  );
  const above = lockSide(
    'above',
    ids.some((id) => id > groupId),
  );
  const [users, ...others] = await transaction.runAll([
    lockForAdding(scope, asked, 'users'),
    ...below,
    target,
    ...above,
  ]);
  const [self] = others.splice(below.length, 1);
  const group = self?.rows[0] as LockedGroup | undefined;
  const sides = await Promise.all(others.map(lockedIds));
  const groups = { has: (id: string) => id === groupId || sides.some((side) => side.has(id)) };
  return { group, known: { users: await lockedIds(users), groups } };
}

/** Locks the members of a group that is to be inserted, and takes a new id for it and for its entry in the journal. */
export async function lockMembersOfNewGroup(
  transaction: WriteTransaction,
  scope: CompanyScope,
  ids: readonly string[],
): Promise<{ newId: string; activityId: string; known: KnownMembers }> {
  const nextId = {
    name: 'groups.next_id',
    text: 'SELECT format_resource_id(next_resource_id()) AS id, format_resource_id(next_resource_id()) AS activity_id',
    values: [],
  };
  const asked = await inPieces(prepareIds(ids));
  const locks =
    ids.length === 0 ? [] : [lockForAdding(scope, asked, 'users'), lockForAdding(scope, asked, 'groups')];
  const [next, users, groups] = await transaction.runAll([nextId, ...locks]);
  const [row] = (next?.rows ?? []) as { id: string; activity_id: string }[];
  if (row === undefined) throw new Error('next_resource_id() returned no row');
  return {
    newId: row.id,
    activityId: row.activity_id,
    known: { users: await lockedIds(users), groups: await lockedIds(groups) },
  };
}

/** What a plan's references name. */
interface JudgedReferences {
  /** Those that name neither a user nor a group of the company, or one of another type than they say. */
  readonly unknown: readonly MemberReference[];
  /** The members that may be added: of the type that a reference says, if it says one. */
  readonly named: KnownMembers;
}

/** @throws UnknownMembersError where a reference names nobody and the request, or else the company, does not ignore them */
export function* judgeReferences(
  scope: CompanyScope,
  plan: MembershipPlan,
  known: KnownMembers,
): Work<JudgedReferences> {
  const unknown: MemberReference[] = [];
  const saysTypes = plan.references.some(({ type }) => type !== undefined);
  const ofType = { users: new Set<string>(), groups: new Set<string>() };
  for (const [index, reference] of plan.references.entries()) {
    const { value } = reference;
    if (!isKnown(reference, known)) unknown.push(reference);
    else if (saysTypes) ofType[known.users.has(value) ? 'users' : 'groups'].add(value);
    if (index % SLICE === 0) yield;
  }
  const policy = plan.unknown ?? scope.settings.unknownMembers;
  if (unknown.length > 0 && policy === 'reject') throw new UnknownMembersError(unknown);
  return { unknown, named: saysTypes ? ofType : known };
}

/** Whether the member exists and is of the type that the reference names, if it names one. */
function isKnown({ value, type }: MemberReference, { users, groups }: KnownMembers): boolean {
  return (type !== 'Group' && users.has(value)) || (type !== 'User' && groups.has(value));
}

/**
 * Locks those of the ids that are there. The answer names them, all in one text, since a row for each would cost the
 * driver far more to read; where all are there, as is usual, it only says so. The ids come from a sub-query, because
 * the planner would look at each one of a list of constants.
 */
function lockForAdding(
  scope: CompanyKey,
  asked: PreparedIds,
  table: 'users' | 'groups',
  part?: PartOfGroups,
): Statement {
  const ids = idsParameter(asked);
  const from = table === 'users' ? sql`users r` : sql`groups r`;
  return toStatement(
    sql`WITH locked AS MATERIALIZED (
      SELECT r.id FROM ${from}
      WHERE r.company_id = ${parameter(scope.companyId)} AND r.id = ANY (ARRAY(SELECT unnest(${ids})))${boundOf(part)}
      ORDER BY r.id FOR KEY SHARE
    )
    SELECT c.found = cardinality(${ids}) AS all, CASE WHEN c.found < cardinality(${ids})
      THEN (SELECT string_agg(format_resource_id(l.id), '') FROM locked l) END AS ids
    FROM (SELECT count(*) AS found FROM locked) c`,
    `${table}.lock.members${part ? `.${part.side}` : ''}`,
  );
}

function boundOf(part: PartOfGroups | undefined): SqlFragment {
  if (!part) return sql``;
  const group = idParameter(part.groupId);
  return part.side === 'below' ? sql` AND r.id < ${group}` : sql` AND r.id > ${group}`;
}

function lockTarget(scope: CompanyKey, groupId: string): Statement {
  return toStatement(
    sql`SELECT l.*, format_resource_id(next_resource_id()) AS activity_id FROM (
        SELECT g.version, g.created, g.last_modified, g.attributes FROM groups g
        WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)} FOR NO KEY UPDATE) l`,
    'groups.lock.update',
  );
}

/** Only ids that were asked for are looked up in it, or what has not the form of an id. */
async function lockedIds(result: StatementResult | undefined): Promise<IdSet> {
  const [row] = (result?.rows ?? []) as { all: boolean; ids: string | null }[];
  return row?.all === true ? { has: isResourceId } : inPieces(splitIds(row?.ids ?? ''));
}

function* splitIds(text: string): Work<IdSet> {
  const ids = new Set<string>();
  for (let start = 0; start < text.length; start += ID_LENGTH) {
    ids.add(text.slice(start, start + ID_LENGTH));
    if (ids.size % SLICE === 0) yield;
  }
  return ids;
}
