import { type Connection } from './connection.js';
import { FormatError, PositionRefusedError, RefusedError } from './errors.js';
import { companyPath } from './feed.js';
import { type Change, type ChangedMember, type FeedPage, type Member } from './messages.js';

const COUNT = 1000;

/** All members that came and went by a change, from the item where it has all of them, or page by page. */
export async function* changedMembers(
  connection: Connection,
  { id, company, members }: Change,
  signal: AbortSignal | undefined,
  attempts?: number,
): AsyncGenerator<ChangedMember, void, undefined> {
  if (members === undefined) return;
  if (members.omitted === 0) {
    for (const member of members.removed) yield { ...member, change: 'removed' };
    for (const member of members.added) yield { ...member, change: 'added' };
    return;
  }
  // Not `members.url`, which has the public address, where this reader may use another one.
  const path = `${companyPath(company.id)}/changes/${encodeURIComponent(id)}/members`;
  let cursor: string | undefined;
  do {
    const page = (await connection.json({ path, query: { count: COUNT, cursor }, signal }, attempts)) as {
      readonly items?: readonly ChangedMember[];
      readonly next?: string | null;
    } | null;
    if (!Array.isArray(page?.items)) throw new FormatError(`GET ${path}: no page of members.`);
    yield* page.items as readonly ChangedMember[];
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

/**
 * The page with all members in its items.
 *
 * @throws PositionRefusedError where the members of an item are kept no longer
 */
export async function withAllMembers(
  connection: Connection,
  page: FeedPage,
  signal: AbortSignal | undefined,
): Promise<FeedPage> {
  if (page.changes.every(({ members }) => (members?.omitted ?? 0) === 0)) return page;
  const changes: Change[] = [];
  for (const change of page.changes) changes.push(await withMembers(connection, change, signal));
  return { ...page, changes };
}

async function withMembers(
  connection: Connection,
  change: Change,
  signal: AbortSignal | undefined,
): Promise<Change> {
  if (change.members === undefined || change.members.omitted === 0) return change;
  const told: Record<ChangedMember['change'], Member[]> = { added: [], removed: [] };
  try {
    for await (const { change: sign, ...member } of changedMembers(connection, change, signal, Infinity)) {
      told[sign].push(member);
    }
  } catch (error) {
    // Without them nothing behind this item is right.
    if (error instanceof RefusedError && error.status === 404) throw new PositionRefusedError(error);
    throw error;
  }
  return { ...change, members: { ...told, omitted: 0 } };
}
