import { type MemberStream, type StoredGroup } from '../../protocol/resource/resource.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type KeyEquality } from '../sql/key-equality.js';
import { foundRows } from '../sql/page-rows.js';
import { toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction, type Statement } from '../transaction/company-transaction.js';
import { MemberCursor } from './member-cursor.js';
import {
  hasManyMembers,
  MEMBERS_PER_BATCH,
  pageOfKey,
  pageOfOne,
  selectGroups,
  selectMembers,
  toStoredGroup,
} from './select-groups.js';

/** The statement that reads one group; the position in its row is NULL where the company has no such group. */
export function selectGroup(scope: CompanyScope, groupId: string, read: GroupRead): Statement {
  return toStatement(selectGroups(scope, pageOfOne(scope, groupId), read), nameOfGroupRead('find', read));
}

/** Distinguishes the texts that `selectGroups` makes, for the names of statements. */
function nameOfGroupRead(kind: string, { members, userNames }: GroupRead): string {
  return [
    'groups',
    kind,
    ...(members ? ['members'] : []),
    ...(members && userNames ? ['userNames'] : []),
  ].join('.');
}

/** The groups of which the equality holds; undefined where there are more than one, or its members are many. */
export async function readGroupsByKey(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  equality: KeyEquality,
  read: GroupRead,
): Promise<readonly StoredGroup[] | undefined> {
  const name = nameOfGroupRead(`key.${equality.attribute}`, read);
  const page = pageOfKey(scope, equality);
  const [found] = await transaction.read(scope, [toStatement(selectGroups(scope, page, read), name)]);
  const rows = foundRows(found?.rows);
  return rows.length > 1 || hasManyMembers(rows) ? undefined : rows.map(toStoredGroup);
}

/** Undefined where the company has no such group. */
export async function readGroup(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  groupId: string,
  read: GroupRead,
): Promise<StoredGroup | undefined> {
  const [found] = await transaction.read(scope, [selectGroup(scope, groupId, read)]);
  const rows = foundRows(found?.rows);
  if (hasManyMembers(rows)) return streamGroup(transaction, scope, groupId, read);
  return rows[0] && toStoredGroup(rows[0]);
}

/** Reads the group and streams its members in one snapshot. Undefined where the company has no such group. */
export async function streamGroup(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  groupId: string,
  read: Omit<GroupRead, 'members'>,
): Promise<StoredGroup | undefined> {
  const { first, batches } = await transaction.stream(
    scope,
    [selectGroup(scope, groupId, { members: false })],
    toStatement(selectMembers(scope, groupId, read)),
    MEMBERS_PER_BATCH,
  );
  const cursor = new MemberCursor(batches);
  const [row] = foundRows(first[0]?.rows);
  if (row) return { ...toStoredGroup(row), members: closing(cursor, cursor.membersAt(1)) };
  await cursor.close();
  return undefined;
}

/** Members that throw the error when they are iterated. */
export function unreadable(error: unknown): MemberStream {
  const cause = error instanceof Error ? error : new Error('the members could not be read', { cause: error });
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }) };
}

async function* closing(cursor: MemberCursor, members: MemberStream): MemberStream {
  try {
    yield* members;
  } finally {
    await cursor.close();
  }
}
