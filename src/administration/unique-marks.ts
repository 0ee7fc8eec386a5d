import { ADVISORY_LOCK } from '../persistence/database/advisory-locks.js';
import { AdministrationError } from './administration.error.js';
import { type OwnerConnection } from './owner-connection.js';

/** How many values an error lists; of an externalId how many users, and how much of both. */
const LISTED = { values: 20, users: 5, characters: 100 };

/** How many rows are marked in one transaction while writes go on, so that none of them waits long. */
const MARKED_AT_ONCE = 1_000;

/** Smaller than every id. */
const FIRST = '0';

/** What a setting of a company asks to be unique. Rows are marked for a unique index, which holds those alone. */
export interface Uniqueness {
  readonly table: 'users' | 'groups';
  /** The assignment that marks a row. */
  readonly mark: string;
  /** The condition of the rows that are to be marked and are not. */
  readonly unmarked: string;
  /** @throws AdministrationError where several resources of the company have one value */
  readonly requireUnshared: (connection: OwnerConnection, companyId: string) => Promise<void>;
}

export const EXTERNAL_IDS: Uniqueness = {
  table: 'users',
  mark: 'external_id_is_unique = true',
  unmarked: 'external_id IS NOT NULL AND NOT external_id_is_unique',
  requireUnshared: requireUnsharedExternalIds,
};

export const GROUP_NAMES: Uniqueness = {
  table: 'groups',
  mark: 'duplicate_slot = 0',
  unmarked: 'duplicate_slot <> 0',
  requireUnshared: requireUnsharedNames,
};

/**
 * Marks the resources of a company for the unique index, part by part, while its requests go on: most of the work is done
 * before anybody has to wait. The marks mean nothing as long as the setting allows what it is to forbid.
 *
 * @throws AdministrationError where several of them have one value
 */
export async function markUnmarked(
  connection: OwnerConnection,
  companyId: string,
  unique: Uniqueness,
): Promise<void> {
  await connection.inCompany(companyId, () => unique.requireUnshared(connection, companyId));
  let last: string | null = FIRST;
  while (last !== null) {
    const part: MarkedPart = { after: last, limit: MARKED_AT_ONCE };
    last = await connection.change(async () => {
      await connection.becomeService(companyId);
      return mark(connection, companyId, unique, part);
    });
  }
}

/**
 * Marks the rest while nobody writes, so that nothing escapes between the last look and the setting, which the rest of the
 * open transaction changes. Where resources have come to share a value since they were looked at, the unique index refuses
 * the mark. All companies' writes wait meanwhile, so nothing is done here that the index does.
 */
export async function markRest(
  connection: OwnerConnection,
  companyId: string,
  wanted: readonly Uniqueness[],
): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK.writers]);
  await connection.becomeService(companyId);
  for (const unique of wanted) await mark(connection, companyId, unique, { after: FIRST, limit: null });
  await connection.becomeOwner();
}

/** An externalId that several users have. */
interface SharedExternalId {
  readonly external_id: string;
  readonly users: readonly string[];
  readonly count: string;
}

async function requireUnsharedExternalIds(connection: OwnerConnection, companyId: string): Promise<void> {
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

async function requireUnsharedNames(connection: OwnerConnection, companyId: string): Promise<void> {
  const { rows } = await connection.query<{ display_name: string; count: string }>(
    `SELECT min(display_name) AS display_name, count(*) AS count FROM groups WHERE company_id = $1
     GROUP BY display_name_key HAVING count(*) > 1 ORDER BY display_name_key LIMIT ${LISTED.values}`,
    [companyId],
  );
  if (rows.length === 0) return;
  const clashes = rows.map(({ display_name, count }) => `${JSON.stringify(display_name)} (${count} groups)`);
  throw new AdministrationError(
    `Group names can't be made unique while these clash: ${clashes.join(', ')}.`,
    'conflict',
  );
}

/** Resources behind an id in the order of ids, so many at most; null means all. */
interface MarkedPart {
  readonly after: string;
  readonly limit: number | null;
}

/** Marks what is not yet. Answers the last one's id; null where there was none. */
async function mark(
  connection: OwnerConnection,
  companyId: string,
  { table, mark: assignment, unmarked }: Uniqueness,
  { after, limit }: MarkedPart,
): Promise<string | null> {
  const { rows } = await connection.query<{ last: string | null }>(
    `WITH marked AS (
       UPDATE ${table} SET ${assignment}
       WHERE company_id = $1 AND id = ANY (ARRAY(
         SELECT id FROM ${table} WHERE company_id = $1 AND id > $2 AND ${unmarked}
         ORDER BY id LIMIT $3))
       RETURNING id)
     SELECT max(id) AS last FROM marked`,
    [companyId, after, limit],
  );
  return rows[0]?.last ?? null;
}
