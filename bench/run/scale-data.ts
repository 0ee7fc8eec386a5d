import { type Progress } from '../../src/demo/progress.js';
import { asCompany, type CompanyAccess, createCompany, fillCompany } from '../database.js';

const BATCH = 20_000;
/** So many users have three letters in their names that nobody else has. */
const MARKED = 10;
export const MARK = 'zqx';

/** A company of a certain size. */
export interface ScaledCompany extends CompanyAccess {
  readonly users: number;
  /** One user by id, and the last one, who is in no group. */
  readonly userId: string;
  readonly lastUserId: string;
  /** The group of all users but the last. */
  readonly groupId: string;
}

/** How many steps {@link makeCompany} takes. */
export const stepsOf = (users: number): number => 2 * Math.ceil(users / BATCH) + 1;

/** SQL for the name of user `n`. */
const userName = `CASE WHEN n <= ${MARKED} THEN '${MARK}' ELSE '' END || md5(n::text) || '@example.com'`;

/**
 * Makes a company with a group for each five users, and one of all users, by SQL. Large ones want to be made
 * `whileIndexesRest`.
 */
export async function makeCompany(
  url: string,
  slug: string,
  users: number,
  progress: Progress,
): Promise<ScaledCompany> {
  const company = await createCompany(url, slug);
  const inBatches = async (statement: (from: number, to: number) => string): Promise<void> => {
    for (let from = 1; from <= users; from += BATCH) {
      await fillCompany(url, company, [statement(from, Math.min(users, from + BATCH - 1))]);
      progress.advance(slug);
    }
  };
  await inBatches((from, to) => insertUsers(company, from, to));
  const groups = Math.floor(users / 5);
  await fillCompany(url, company, [
    insertGroups(company, groups),
    `INSERT INTO resource_counts VALUES (${company.id}, 'User', 0, ${users}), (${company.id}, 'Group', 0, ${groups + 1})`,
  ]);
  progress.advance(slug);
  await inBatches((from, to) => insertMembers(company, from, to, users));
  const { rows } = await asCompany(url, company, (database) =>
    database.query<Pick<ScaledCompany, 'userId' | 'lastUserId' | 'groupId'>>(
      `SELECT (SELECT format_resource_id(id) FROM users WHERE external_id = '7') AS "userId",
         (SELECT format_resource_id(id) FROM users WHERE external_id = $1) AS "lastUserId",
         (SELECT format_resource_id(id) FROM groups WHERE display_name = 'everybody') AS "groupId"`,
      [String(users)],
    ),
  );
  return { ...company, users, ...rows[0]! };
}

const insertUsers = ({ id }: CompanyAccess, from: number, to: number): string => `
  INSERT INTO users (company_id, attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key)
  SELECT ${id}, d, d, d ->> 'userName', d ->> 'displayName', d #>> '{emails,0,value}', d ->> 'externalId',
    d ->> 'displayName', d ->> 'displayName'
  FROM generate_series(${from}, ${to}) n CROSS JOIN LATERAL jsonb_build_object(
    'userName', ${userName}, 'externalId', n::text, 'displayName', 'person ' || md5(n::text), 'active', true,
    'emails', jsonb_build_array(jsonb_build_object('value', ${userName}, 'type', 'work'))) d`;

const insertGroups = ({ id }: CompanyAccess, groups: number): string => `
  INSERT INTO groups (company_id, attributes, search, display_name, display_name_key)
  SELECT ${id}, d, d, d ->> 'displayName', d ->> 'displayName'
  FROM (SELECT 'group ' || n FROM generate_series(1, ${groups}) n UNION ALL SELECT 'everybody') names (name)
  CROSS JOIN LATERAL jsonb_build_object('displayName', name) d`;

/** Adds users to the group of all, and each to one other group. Both are looked up by index, whatever the statistics say. */
const insertMembers = ({ id }: CompanyAccess, from: number, to: number, users: number): string => `
  INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
  SELECT ${id}, g.id, u.id, u.id
  FROM generate_series(${from}, ${Math.min(to, users - 1)}) n
  CROSS JOIN LATERAL (SELECT u.id FROM users u WHERE u.company_id = ${id} AND u.external_id = n::text LIMIT 1) u
  CROSS JOIN unnest(ARRAY['everybody', 'group ' || (n / 5 + 1)]) name
  CROSS JOIN LATERAL (SELECT g.id FROM groups g WHERE g.company_id = ${id} AND g.display_name_key = name LIMIT 1) g`;
