import { type MembershipChange } from '../../protocol/patch/change-set.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { SLICE, type Work } from '../../protocol/work.js';
import { type CompanyKey } from '../../scim/company-scope.js';
import { inPieces } from '../../scim/in-pieces.js';
import { type MemberSign, recordMembers } from '../journal/record-change.js';
import { memberFilterToSql } from '../sql/filter-to-sql.js';
import { idParameter, idsParameter, isResourceId, prepareIds, type PreparedIds } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import {
  type Statement,
  type StatementResult,
  type WriteTransaction,
} from '../transaction/company-transaction.js';
import { type KnownMembers } from './lock-members.js';

export interface MembersTarget {
  readonly scope: CompanyKey;
  readonly groupId: string;
  /** The change of which the members are a part, in the journal. */
  readonly activityId: string;
  readonly type: ResourceType;
}

interface MemberStatement {
  readonly change: 1 | -1;
  readonly statement: SqlFragment;
  /** By which its plan is kept; undefined where it would be a bad one for other numbers of ids. */
  readonly name?: string;
}

/** How many members a group has won and lost in the end. */
interface MemberCounts {
  readonly added: number;
  readonly removed: number;
}

/** What a change of members came to. */
export interface ChangedMembers extends MemberCounts {
  /** The members that the journal is still to have, together with the change; it has the others. */
  readonly unrecorded: readonly MemberSign[];
}

/** The version that a group has since its members have changed. */
export interface MovedVersion {
  readonly version: string;
  readonly last_modified: Date;
}

/** Up to how many named members the journal has them by the statement of the change. */
const FEW = 1000;

/**
 * The statements of all steps on a new group. Each works on a set in the database; no member is read into this program.
 * Where there is one step, as is usual, nobody has to be removed, and nobody is there already.
 */
export async function memberStatements(
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): Promise<readonly Statement[]> {
  const [step, ...others] = steps;
  const changes = await inPieces(
    step?.kind === 'delta' && others.length === 0
      ? firstMembers(target, step.add, known)
      : statementsOfAll(target, steps, known),
  );
  return changes.map(({ statement, name }) => toStatement(statement, name));
}

/**
 * Carries the steps out; the group must be locked. Who came and who went is written into the journal by the database
 * alone where it may be many. Otherwise it is told, so that the change and its members are one statement.
 */
export async function changeMembers(
  transaction: WriteTransaction,
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): Promise<ChangedMembers> {
  const [step] = steps;
  if (step === undefined) return { added: 0, removed: 0, unrecorded: [] };
  return steps.length === 1 && !isSmall(step)
    ? changeAndRecord(transaction, target, step, known)
    : changeInSteps(transaction, target, steps, known);
}

const isSmall = (step: MembershipChange): boolean =>
  step.kind === 'delta' && !step.clear && step.add.length + step.remove.length <= FEW;

async function changeAndRecord(
  transaction: WriteTransaction,
  target: MembersTarget,
  step: MembershipChange,
  known: KnownMembers,
): Promise<ChangedMembers> {
  const changes = await inPieces(statementsOf(target, step, known));
  const results = await transaction.runAll(
    changes.map(({ change, statement, name }) =>
      toStatement(recordMembers(target, change, statement), name && `${name}.recorded`),
    ),
  );
  const count = (sign: 1 | -1): number =>
    results.reduce((sum, { rowCount }, index) => (changes[index]?.change === sign ? sum + rowCount : sum), 0);
  return { added: count(1), removed: count(-1), unrecorded: [] };
}

/**
 * Carries the steps out on a group of which nothing else is changed, and moves its version if its members have changed;
 * the group must be locked. One small change and the version are one statement.
 */
export async function changeMembersAlone(
  transaction: WriteTransaction,
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): Promise<ChangedMembers & { readonly moved?: MovedVersion | undefined }> {
  const [step] = steps;
  const small =
    step && steps.length === 1 && isSmall(step) ? await inPieces(statementsOf(target, step, known)) : [];
  const [change] = small;
  if (change?.name === undefined || small.length > 1) {
    const members = await changeMembers(transaction, target, steps, known);
    if (members.added + members.removed === 0) return members;
    const { rows } = await transaction.run(toStatement(moveVersion(target), 'groups.move'));
    return { moved: rows[0] as MovedVersion | undefined, ...members };
  }
  const statement = sql`WITH changed AS (${returning(change)}), moved AS (
      ${moveVersion(target, sql`AND EXISTS (SELECT FROM changed)`)}
    ) SELECT c.member_id, c.member_user_id, m.version, m.last_modified FROM changed c CROSS JOIN moved m`;
  const result = await transaction.run(toStatement(statement, `${change.name}.alone`));
  return { moved: result.rows[0] as MovedVersion | undefined, ...countNet(netChanges([change], [result])) };
}

function moveVersion({ scope, groupId }: MembersTarget, condition = sql``): SqlFragment {
  return sql`UPDATE groups g SET version = g.version + 1, last_modified = clock_timestamp()
    WHERE g.company_id = ${parameter(scope.companyId)} AND g.id = ${idParameter(groupId)} ${condition}
    RETURNING g.version, g.last_modified`;
}

const returning = ({ statement }: MemberStatement): SqlFragment =>
  sql`${statement} RETURNING member_id, member_user_id`;

/** A later step may add what an earlier one removed: it counts what all of them come to. */
async function changeInSteps(
  transaction: WriteTransaction,
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): Promise<ChangedMembers> {
  const changes = await inPieces(statementsOfAll(target, steps, known));
  const statements = changes.map((change) =>
    toStatement(returning(change), change.name && `${change.name}.returning`),
  );
  return countNet(netChanges(changes, await transaction.runAll(statements)));
}

function countNet(unrecorded: readonly MemberSign[]): ChangedMembers {
  const added = unrecorded.filter(({ sign }) => sign === 1).length;
  return { added, removed: unrecorded.length - added, unrecorded };
}

function netChanges(
  changes: readonly MemberStatement[],
  results: readonly StatementResult[],
): readonly MemberSign[] {
  const net = new Map<string, { readonly isUser: boolean; sum: number }>();
  changes.forEach(({ change }, index) => {
    for (const row of (results[index]?.rows ?? []) as {
      member_id: string;
      member_user_id: string | null;
    }[]) {
      const member = net.get(row.member_id);
      if (member) member.sum += change;
      else net.set(row.member_id, { isUser: row.member_user_id !== null, sum: change });
    }
  });
  return [...net]
    .filter(([, { sum }]) => sum !== 0)
    .map(([memberId, { isUser, sum }]) => ({ memberId, isUser, sign: sum > 0 ? 1 : -1 }));
}

function* statementsOfAll(
  target: MembersTarget,
  steps: readonly MembershipChange[],
  known: KnownMembers,
): Work<readonly MemberStatement[]> {
  const statements: MemberStatement[] = [];
  for (const step of steps) {
    statements.push(...(yield* statementsOf(target, step, known)));
    yield;
  }
  return statements;
}

function* statementsOf(
  target: MembersTarget,
  step: MembershipChange,
  known: KnownMembers,
): Work<readonly MemberStatement[]> {
  if (step.kind === 'removeWhere') {
    const selected = memberFilterToSql(step.filter, target.type, target.groupId);
    return [{ change: -1, statement: removeMembers(target, sql`m.member_id = ANY (ARRAY(${selected}))`) }];
  }
  const added = yield* prepareMembers(step.add, known);
  const remove = yield* prepareIds(yield* select(step.remove, isResourceId));
  const statements: MemberStatement[] = [];
  if (step.clear) {
    const { users, groups } = added;
    const keep = sql`NOT (m.member_id = ANY (${idsParameter(users)} || ${idsParameter(groups)}))`;
    statements.push({ change: -1, statement: removeMembers(target, keep) });
  }
  if (remove.length > 0) {
    const named = sql`m.member_id = ANY (${idsParameter(remove)})`;
    statements.push({ change: -1, statement: removeMembers(target, named), name: 'memberships.remove' });
  }
  if (sizeOf(added) > 0) {
    const statement = sql`${addMembers(target, added)} ON CONFLICT DO NOTHING`;
    statements.push({ change: 1, statement, name: 'memberships.add' });
  }
  return statements;
}

function* firstMembers(
  target: MembersTarget,
  ids: readonly string[],
  known: KnownMembers,
): Work<readonly MemberStatement[]> {
  const added = yield* prepareMembers(ids, known);
  if (sizeOf(added) === 0) return [];
  return [{ change: 1, statement: addMembers(target, added), name: 'memberships.add.first' }];
}

interface PreparedMembers {
  readonly users: PreparedIds;
  readonly groups: PreparedIds;
}

function* prepareMembers(ids: readonly string[], { users, groups }: KnownMembers): Work<PreparedMembers> {
  return {
    users: yield* prepareIds(yield* select(ids, (id) => users.has(id))),
    groups: yield* prepareIds(yield* select(ids, (id) => groups.has(id))),
  };
}

const sizeOf = ({ users, groups }: PreparedMembers): number => users.length + groups.length;

function* select(ids: readonly string[], test: (id: string) => boolean): Work<readonly string[]> {
  const selected: string[] = [];
  for (const [index, id] of ids.entries()) {
    if (test(id)) selected.push(id);
    if (index % SLICE === 0) yield;
  }
  return selected;
}

function removeMembers({ scope, groupId }: MembersTarget, condition: SqlFragment): SqlFragment {
  return sql`DELETE FROM memberships m
    WHERE m.company_id = ${parameter(scope.companyId)} AND m.group_id = ${idParameter(groupId)} AND ${condition}`;
}

function addMembers(
  { scope, groupId, activityId }: MembersTarget,
  { users, groups }: PreparedMembers,
): SqlFragment {
  return sql`INSERT INTO memberships (company_id, group_id, member_id, member_user_id, member_group_id, added_at)
    SELECT DISTINCT ON (a.id) ${parameter(scope.companyId)}::bigint, ${idParameter(groupId)}, a.id, a.user_id, a.group_id,
      resource_id_time(${idParameter(activityId)})
    FROM (
      SELECT u.id, u.id, NULL::bigint FROM unnest(${idsParameter(users)}) u (id)
      UNION ALL
      SELECT g.id, NULL, g.id FROM unnest(${idsParameter(groups)}) g (id)
    ) a (id, user_id, group_id)
    ORDER BY a.id`;
}
