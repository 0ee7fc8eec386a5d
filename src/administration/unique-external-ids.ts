import { AdministrationError } from './administration.error.js';
import { type OwnerConnection } from './owner-connection.js';
import { WRITERS_LOCK } from './writers-lock.js';

/** How many externalIds an error lists, how many users of each, and how much of both. */
const LISTED = { values: 20, users: 5, characters: 100 };

/** How many rows are marked in one transaction while writes go on, so that none of them waits long. */
const MARKED_AT_ONCE = 1_000;

/** Smaller than every id. */
const FIRST = '0';

/** An externalId that several users have. */
interface SharedExternalId {
  readonly external_id: string;
  readonly users: readonly string[];
  readonly count: string;
}

/**
 * Marks the users of a company for the unique index, part by part, while its requests go on: most of the work is done
 * before anybody has to wait. The marks mean nothing as long as the setting is off; see the migration.
 *
 * @throws AdministrationError where several users have one externalId
 */
export async function markUnmarked(connection: OwnerConnection, companyId: string): Promise<void> {
  await connection.inCompany(companyId, () => requireUnshared(connection, companyId));
  let last: string | null = FIRST;
  while (last !== null) {
    const part: MarkedPart = { after: last, limit: MARKED_AT_ONCE };
    last = await connection.change(async () => {
      await connection.becomeService(companyId);
      return mark(connection, companyId, part);
    });
  }
}

/**
 * Marks the rest while nobody writes, so that no user escapes between the last look and the setting, which the rest of the
 * open transaction changes. Where users have come to share an externalId since they were looked at, the unique index
 * refuses the mark. All companies' writes wait meanwhile, so nothing is done here that the index does.
 */
export async function makeExternalIdsUnique(connection: OwnerConnection, companyId: string): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1)', [WRITERS_LOCK]);
  await connection.becomeService(companyId);
  await mark(connection, companyId, { after: FIRST, limit: null });
  await connection.becomeOwner();
}

async function requireUnshared(connection: OwnerConnection, companyId: string): Promise<void> {
  const { rows } = await connection.query<SharedExternalId>(
    `SELECT external_id, count(*) AS count,
       (array_agg(attributes ->> 'userName' ORDER BY id))[1:${LISTED.users}] AS users
     FROM users WHERE company_id = $1 AND external_id IS NOT NULL
     GROUP BY external_id HAVING count(*) > 1 ORDER BY external_id LIMIT ${LISTED.values}`,
    [companyId],
  );
  if (rows.length === 0) return;
  throw new AdministrationError(
    `externalIds can't be made unique while users share them: ${rows.map(describeShared).join(', ')}.`,
    'conflict',
  );
}

function describeShared({ external_id, users, count }: SharedExternalId): string {
  const names = users.map((name) => name.slice(0, LISTED.characters)).join(', ');
  const more = Number(count) > users.length ? ` and ${Number(count) - users.length} more` : '';
  return `${JSON.stringify(external_id.slice(0, LISTED.characters))} (${names}${more})`;
}

/** Users behind an id in the order of ids, so many at most; null means all. */
interface MarkedPart {
  readonly after: string;
  readonly limit: number | null;
}

/** Marks users that are not yet. Answers the last one's id; null where there was none. */
async function mark(
  connection: OwnerConnection,
  companyId: string,
  { after, limit }: MarkedPart,
): Promise<string | null> {
  const { rows } = await connection.query<{ last: string | null }>(
    `WITH marked AS (
       UPDATE users SET external_id_is_unique = true
       WHERE company_id = $1 AND id = ANY (ARRAY(
         SELECT id FROM users
         WHERE company_id = $1 AND id > $2 AND external_id IS NOT NULL AND NOT external_id_is_unique
         ORDER BY id LIMIT $3))
       RETURNING id)
     SELECT max(id) AS last FROM marked`,
    [companyId, after, limit],
  );
  return rows[0]?.last ?? null;
}
