import { formatResourceId, isResourceId, readResourceId } from '../persistence/sql/resource-id.js';
import { foldCase } from '../protocol/text/fold-case.js';
import { problemOfText } from '../protocol/text/check-value.js';
import { AdministrationError, type AdministrationFault } from './administration.error.js';
import { type OwnerConnection } from './owner-connection.js';

/** How much of a name that nobody has an error repeats. */
const SHOWN_NAME = 100;

/**
 * The id of a user, in 16 hex digits. If one user has the text as id and another as userName, the id wins.
 *
 * @param named a userName or an id
 * @param fault what it is where there is none
 * @throws AdministrationError where the company has no such user
 */
export async function findUserId(
  connection: OwnerConnection,
  companyId: string,
  named: string,
  fault: AdministrationFault = 'unknown',
): Promise<string> {
  const user = await lookForUser(connection, companyId, named);
  if (user !== undefined) return user;
  throw new AdministrationError(
    `The company has no user ${shown(named)}; name one by userName or id.`,
    fault,
  );
}

/** {@link findUserId}, or undefined where there is none. */
export async function lookForUser(
  connection: OwnerConnection,
  companyId: string,
  named: string,
): Promise<string | undefined> {
  const [user] = await find(connection, companyId, 'users', 'user_name_key', named);
  return user;
}

/**
 * The id of a group, in 16 hex digits; see {@link findUserId}.
 *
 * @param named a displayName or an id
 * @throws AdministrationError where the company has no such group, or several of the name
 */
export async function findGroupId(
  connection: OwnerConnection,
  companyId: string,
  named: string,
): Promise<string> {
  const [group, other] = await find(connection, companyId, 'groups', 'display_name_key', named);
  if (group === undefined) {
    throw new AdministrationError(
      `The company has no group ${shown(named)}; name one by displayName or id.`,
      'unknown',
    );
  }
  if (other !== undefined && group !== named) {
    throw new AdministrationError(
      `The company has several groups ${shown(named)}; name one by its id.`,
      'conflict',
    );
  }
  return group;
}

/**
 * The id of a user or a group, in 16 hex digits; see {@link findUserId}.
 *
 * @param named a userName, a displayName of a group, or an id
 * @throws AdministrationError where the company has neither, or several of the name
 */
async function findResourceId(
  connection: OwnerConnection,
  companyId: string,
  named: string,
): Promise<string> {
  const users = await find(connection, companyId, 'users', 'user_name_key', named);
  const groups = await find(connection, companyId, 'groups', 'display_name_key', named);
  const [found, other] = [...users, ...groups];
  if (found === undefined) {
    throw new AdministrationError(
      `The company has no user or group ${shown(named)}; name a user by userName, a group by displayName, and what is ` +
        'deleted by id.',
      'unknown',
    );
  }
  if (other !== undefined) {
    throw new AdministrationError(
      `The company has several users or groups ${shown(named)}; name one by its id.`,
      'conflict',
    );
  }
  return found;
}

/** The command that tells the ids of what a company had. */
export const deletedIn = (slug: string): string =>
  `activity tail ${slug} --operation delete --no-follow --json`;

/** A company by its id, in decimal digits, and the name for people. */
export interface NamedCompany {
  readonly companyId: string;
  readonly slug: string;
}

/** Which resources a name may stand for, and how those are found that there are. */
const KINDS = {
  user: { find: findUserId, types: ['User'], key: 'userName' },
  group: { find: findGroupId, types: ['Group'], key: 'displayName' },
  'user or group': { find: findResourceId, types: ['User', 'Group'], key: 'userName or displayName' },
} as const;

/**
 * The id of what the journal may know although it is deleted or has another name: an id is taken as it is. A name that
 * nothing has at present is looked for among those that the journal has.
 *
 * @throws AdministrationError where there is no such name, or several resources have or had it
 */
export async function findEvenIfGone(
  kind: keyof typeof KINDS,
  connection: OwnerConnection,
  { companyId, slug }: NamedCompany,
  named: string,
): Promise<string> {
  if (isResourceId(named)) return named;
  const { find: findPresent, types, key } = KINDS[kind];
  try {
    return await findPresent(connection, companyId, named);
  } catch (error) {
    if (!(error instanceof AdministrationError) || error.fault !== 'unknown') throw error;
  }
  const [found, other] = await findInJournal(connection, companyId, types, named);
  if (found !== undefined && other === undefined) return found;
  throw new AdministrationError(
    found === undefined
      ? `The company has no ${kind} ${shown(named)}, and its journal none of this name; name one by ${key}, and what is ` +
          'deleted by id or by its name in the journal.'
      : `The journal has several of the name ${shown(named)}; name one by its id.`,
    found === undefined ? 'unknown' : 'conflict',
    deletedIn(slug),
  );
}

/** At most two. */
async function findInJournal(
  connection: OwnerConnection,
  companyId: string,
  types: readonly string[],
  display: string,
): Promise<readonly string[]> {
  if (problemOfText(display) !== undefined) return [];
  const { rows } = await connection.inCompany(companyId, () =>
    connection.query<{ resource_id: string }>(
      `SELECT DISTINCT resource_id FROM activity
       WHERE company_id = $1 AND display = $2 AND resource_type = ANY ($3) AND resource_id IS NOT NULL LIMIT 2`,
      [companyId, display, types],
    ),
  );
  return rows.map((row) => formatResourceId(row.resource_id));
}

/** At most two: the one whose id the text is comes first. */
async function find(
  connection: OwnerConnection,
  companyId: string,
  table: 'users' | 'groups',
  key: string,
  named: string,
): Promise<readonly string[]> {
  const canBeStored = problemOfText(named) === undefined;
  const { rows } = await connection.inCompany(companyId, () =>
    connection.query<{ id: string }>(
      `SELECT id FROM ${table} WHERE company_id = $1 AND (id = $2::bigint OR ${key} = $3)
       ORDER BY id = $2::bigint DESC NULLS LAST LIMIT 2`,
      [companyId, readResourceId(named) ?? null, canBeStored ? foldCase(named) : null],
    ),
  );
  return rows.map(({ id }) => formatResourceId(id));
}

/** What an error repeats of a name. */
export const shown = (named: string): string => JSON.stringify(named.slice(0, SHOWN_NAME));
