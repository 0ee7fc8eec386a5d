import { type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type ListPlan, type StorePage } from '../../scim/lists/list-plan.js';
import { type ResourceRead, type StoredResource } from '../../scim/resources/resources.store.js';
import { readGroupsOf } from '../groups/read-page.js';
import { groupByKey } from '../groups/select-groups.js';
import { pageQuery } from '../sql/page-query.js';
import { foundRows, pageFacts } from '../sql/page-rows.js';
import { readInPieces, type Piece, type PieceRow, weightOf } from '../sql/pieces.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type CompanyTransaction } from '../transaction/company-transaction.js';
import { pieceOfUsers, selectUsers } from '../users/read-page.js';
import { toStoredUser, userByKey } from '../users/select-users.js';

interface ResourceRow extends PieceRow {
  readonly type: StoredResource['type'];
}

/**
 * Reads a page of users and groups: the ids first, then the resources in pieces as they are consumed. Each is as it is when
 * its piece is read, and one that was deleted meanwhile is left out.
 */
export async function readResourcesPage(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  plan: ListPlan,
  read: ResourceRead,
): Promise<StorePage<StoredResource>> {
  const [found] = await transaction.read(scope, [toStatement(selectPage(scope, plan))]);
  const rows = found?.rows ?? [];
  const resources = readInPieces(foundRows(rows) as readonly ResourceRow[], (piece) =>
    readPiece(transaction, scope, piece, read),
  );
  return { resources, ...pageFacts(rows) };
}

function selectPage(scope: CompanyScope, plan: ListPlan): SqlFragment {
  const company = parameter(scope.companyId);
  return sql`WITH ${pageQuery(scope, plan)}
    SELECT t.total, t.more, p.position, p.key, p.type, format_resource_id(p.id) AS id,
      CASE p.type WHEN 'User' THEN ${weightOf(sql`u.attributes`)} ELSE ${weightOf(sql`g.attributes`)} END AS weight
    FROM total t LEFT JOIN page p ON true
      LEFT JOIN ${userByKey(company, sql`p.id`)} u ON p.type = 'User'
      LEFT JOIN ${groupByKey(company, sql`p.id`)} g ON p.type = 'Group'
    ORDER BY p.position`;
}

async function readPiece(
  transaction: CompanyTransaction,
  scope: CompanyScope,
  piece: readonly ResourceRow[],
  read: ResourceRead,
): Promise<Piece<StoredResource>> {
  const [ofUsers, ofGroups] = [piece.filter(isUser), piece.filter((row) => !isUser(row))];
  const [found] =
    ofUsers.length > 0 ? await transaction.read(scope, [selectUsers(scope, ofUsers, read.user)]) : [];
  const { resources: users, fitting } = pieceOfUsers((found?.rows ?? []).map(toStoredUser));
  const groups = ofGroups.length > 0 ? await readGroupsOf(transaction, scope, ofGroups, read.group) : [];
  return { resources: inOrder(piece, users, groups), fitting: users.length > 0 ? fitting : Infinity };
}

const isUser = ({ type }: ResourceRow): boolean => type === 'User';

/** Resources in the order of the rows. The members of a group must be consumed before the next resource is asked for. */
async function* inOrder(
  rows: readonly ResourceRow[],
  users: readonly StoredUser[],
  groups: Iterable<StoredGroup> | AsyncIterable<StoredGroup>,
): AsyncGenerator<StoredResource> {
  const placeOf = new Map(rows.map(({ id }, place) => [id, place]));
  const waiting = users.map((user) => ({ user, place: placeOf.get(user.id) ?? 0 }));
  function* usersBefore(place: number): Generator<StoredResource> {
    for (let next = waiting[0]; next && next.place < place; [next] = waiting) {
      waiting.shift();
      yield { type: 'User', user: next.user };
    }
  }
  for await (const group of groups) {
    yield* usersBefore(placeOf.get(group.id) ?? 0);
    yield { type: 'Group', group };
  }
  yield* usersBefore(rows.length);
}
