import { type QueryResultRow } from 'pg';
import { type MemberStream } from '../../protocol/resource/resource.js';
import { type Paging, type StorePage } from '../../scim/lists/list-plan.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { foundRows, pageFacts } from '../sql/page-rows.js';
import { type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { MemberCursor } from './member-cursor.js';
import { hasManyMembers, MEMBERS_PER_BATCH, selectMembersOfPage } from './select-groups.js';

/** How a page of resources, some of them groups, is read. */
export interface PageReading<T> {
  /** The common table expressions of `pageQuery`. */
  readonly page: SqlFragment;
  readonly paging: Paging;
  /** Whether groups are read with their members. */
  readonly members: boolean;
  readonly select: (members: boolean) => SqlFragment;
  readonly toResource: (row: QueryResultRow) => T;
  /** The resource, if it is a group, with members that are still to be read. */
  readonly withMembers: (resource: T, members: MemberStream) => T;
}

/** Where the groups of the page have more members together than one answer holds, all members are streamed. */
export async function readPage<T>(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  reading: PageReading<T>,
): Promise<StorePage<T>> {
  const { paging, members, select, toResource } = reading;
  const [found] = await transaction.read(scope, [toStatement(select(members))]);
  const rows = found?.rows ?? [];
  if (hasManyMembers(rows)) return streamPage(transaction, scope, reading);
  return { ...pageFacts(rows, paging), resources: foundRows(rows).map(toResource) };
}

async function streamPage<T>(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  reading: PageReading<T>,
): Promise<StorePage<T>> {
  const { first, batches } = await transaction.stream(
    scope,
    [toStatement(reading.select(false))],
    toStatement(selectMembersOfPage(scope, reading.page)),
    MEMBERS_PER_BATCH,
  );
  const rows = first[0]?.rows ?? [];
  return {
    ...pageFacts(rows, reading.paging),
    resources: oneByOne(foundRows(rows), reading, new MemberCursor(batches)),
  };
}

async function* oneByOne<T>(
  rows: readonly QueryResultRow[],
  { toResource, withMembers }: PageReading<T>,
  cursor: MemberCursor,
): AsyncGenerator<T> {
  try {
    for (const row of rows) yield withMembers(toResource(row), cursor.membersAt(Number(row['position'])));
  } finally {
    await cursor.close();
  }
}
