import { type QueryResultRow } from 'pg';
import { type MemberStream, type StoredGroup } from '../../protocol/resource/resource.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type StorePage } from '../../scim/store-query.js';
import { type CompanyScope } from '../../tenancy/company-scope.js';
import { type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction, type Statement } from '../transaction/company-transaction.js';
import { MemberCursor } from './member-cursor.js';
import {
  hasManyMembers,
  MEMBERS_PER_BATCH,
  pageOfOne,
  selectGroups,
  selectMembers,
  selectMembersOfPage,
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

export async function readPage(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  page: SqlFragment,
  read: GroupRead,
): Promise<StorePage<StoredGroup>> {
  const [found] = await transaction.read(scope, [toStatement(selectGroups(scope, page, read))]);
  const rows = found?.rows ?? [];
  if (hasManyMembers(rows)) return streamPage(transaction, scope, page);
  return { totalResults: totalOf(rows), resources: foundRows(rows).map(toStoredGroup) };
}

async function streamPage(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  page: SqlFragment,
): Promise<StorePage<StoredGroup>> {
  const { first, batches } = await transaction.stream(
    scope,
    [toStatement(selectGroups(scope, page, NO_MEMBERS))],
    toStatement(selectMembersOfPage(scope, page)),
    MEMBERS_PER_BATCH,
  );
  const rows = first[0]?.rows ?? [];
  return {
    totalResults: totalOf(rows),
    resources: groupByGroup(foundRows(rows), new MemberCursor(batches)),
  };
}

async function* groupByGroup(
  rows: readonly QueryResultRow[],
  cursor: MemberCursor,
): AsyncGenerator<StoredGroup> {
  try {
    for (const row of rows) {
      yield { ...toStoredGroup(row), members: cursor.membersAt(Number(row['position'])) };
    }
  } finally {
    await cursor.close();
  }
}

async function* closing(cursor: MemberCursor, members: MemberStream): MemberStream {
  try {
    yield* members;
  } finally {
    await cursor.close();
  }
}

function totalOf(rows: readonly QueryResultRow[]): number {
  return Number(rows[0]?.['total'] ?? 0);
}

/** The one row of an empty page holds the total alone. */
export function foundRows(rows: readonly QueryResultRow[] | undefined): readonly QueryResultRow[] {
  return (rows ?? []).filter((row) => row['position'] !== null);
}
