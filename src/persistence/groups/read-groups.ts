import { type MemberStream, type StoredGroup } from '../../protocol/resource/resource.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { foundRows } from '../sql/page-rows.js';
import { toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction, type Statement } from '../transaction/company-transaction.js';
import { MemberCursor } from './member-cursor.js';
import {
  hasManyMembers,
  MEMBERS_PER_BATCH,
  pageOfOne,
  selectGroups,
  selectMembers,
  toStoredGroup,
} from './select-groups.js';

const NO_MEMBERS: GroupRead = { members: false };

/** The statement that reads one group; its row has no position where the company has none. */
export function selectGroup(scope: CompanyScope, groupId: string, read: GroupRead): Statement {
  const name = read.members ? 'groups.find.members' : 'groups.find';
  return toStatement(selectGroups(scope, pageOfOne(scope, groupId), read), name);
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
  if (hasManyMembers(rows)) return streamGroup(transaction, scope, groupId);
  return rows[0] && toStoredGroup(rows[0]);
}

/** The group is read again, in the snapshot that its members come from. */
export async function streamGroup(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  groupId: string,
): Promise<StoredGroup | undefined> {
  const { first, batches } = await transaction.stream(
    scope,
    [selectGroup(scope, groupId, NO_MEMBERS)],
    toStatement(selectMembers(scope, groupId)),
    MEMBERS_PER_BATCH,
  );
  const cursor = new MemberCursor(batches);
  const [row] = foundRows(first[0]?.rows);
  if (row) return { ...toStoredGroup(row), members: closing(cursor, cursor.membersAt(1)) };
  await cursor.close();
  return undefined;
}

async function* closing(cursor: MemberCursor, members: MemberStream): MemberStream {
  try {
    yield* members;
  } finally {
    await cursor.close();
  }
}
