import { type QueryResultRow } from 'pg';
import { type StoredGroup } from '../../protocol/resource/resource.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { pageQuery } from '../sql/page-query.js';
import { foundRows, pageFacts } from '../sql/page-rows.js';
import { readInPieces, type PieceRow } from '../sql/pieces.js';
import { type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { MemberCursor } from './member-cursor.js';
import {
  hasManyMembers,
  MEMBERS_PER_BATCH,
  pageOfIds,
  selectGroups,
  selectListedGroups,
  selectMembersOfPage,
  toStoredGroup,
} from './select-groups.js';

/**
 * Reads a page of groups. Where they have too many members for one read, all members are streamed. Where their attributes
 * are too large, only the ids are read, and the groups in pieces as they are consumed.
 */
export async function readGroupsPage(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  plan: ListPlan,
  read: GroupRead,
): Promise<StorePage<StoredGroup>> {
  const page = pageQuery(scope, plan);
  const select = (asked: GroupRead): SqlFragment => selectListedGroups(scope, page, asked);
  const answer = (rows: readonly QueryResultRow[], groups: Groups): StorePage<StoredGroup> => ({
    resources: groups,
    ...pageFacts(rows),
  });
  const readPieces = (rows: readonly QueryResultRow[]): StorePage<StoredGroup> =>
    answer(
      rows,
      readInPieces(foundRows(rows) as readonly PieceRow[], async (piece) => ({
        resources: await readGroupsOf(transaction, scope, piece, read),
        fitting: Infinity,
      })),
    );
  const [found] = await transaction.read(scope, [toStatement(select(read))]);
  const rows = found?.rows ?? [];
  if (!isWhole(rows)) return readPieces(rows);
  if (!hasManyMembers(rows)) return answer(rows, foundRows(rows).map(toStoredGroup));
  const streamed = await streamMembers(transaction, scope, { page, select, read });
  if (isWhole(streamed.rows)) return answer(streamed.rows, oneByOne(streamed));
  await streamed.cursor.close();
  return readPieces(streamed.rows);
}

/** Whether the attributes of all groups of a page are in its rows. */
const isWhole = (rows: readonly QueryResultRow[]): boolean => rows[0]?.['whole'] === true;

type Groups = readonly StoredGroup[] | AsyncGenerator<StoredGroup>;

/** Groups in the order of the rows, without those that are not there any more. */
export async function readGroupsOf(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  piece: readonly PieceRow[],
  read: GroupRead,
): Promise<Groups> {
  const page = pageOfIds(piece);
  const select = (asked: GroupRead): SqlFragment => selectGroups(scope, page, asked);
  const [found] = await transaction.read(scope, [toStatement(select(read))]);
  const rows = found?.rows ?? [];
  if (!hasManyMembers(rows)) return foundRows(rows).map(toStoredGroup);
  return oneByOne(await streamMembers(transaction, scope, { page, select, read }));
}

interface GroupsReading {
  /** `total` and `page` as of `pageQuery`. */
  readonly page: SqlFragment;
  readonly select: (read: GroupRead) => SqlFragment;
  readonly read: GroupRead;
}

interface StreamedGroups {
  readonly rows: readonly QueryResultRow[];
  readonly cursor: MemberCursor;
}

/** Reads groups, and opens a cursor over their members in the same snapshot. */
async function streamMembers(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  { page, select, read }: GroupsReading,
): Promise<StreamedGroups> {
  const { first, batches } = await transaction.stream(
    scope,
    [toStatement(select({ members: false }))],
    toStatement(selectMembersOfPage(scope, page, read)),
    MEMBERS_PER_BATCH,
  );
  return { rows: first[0]?.rows ?? [], cursor: new MemberCursor(batches) };
}

async function* oneByOne({ rows, cursor }: StreamedGroups): AsyncGenerator<StoredGroup> {
  try {
    for (const row of foundRows(rows))
      yield { ...toStoredGroup(row), members: cursor.membersAt(Number(row['position'])) };
  } finally {
    await cursor.close();
  }
}
