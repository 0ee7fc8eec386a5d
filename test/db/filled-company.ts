import type pg from 'pg';
import { bindFilter } from '../../src/protocol/filter/bind-filter.js';
import { FilterParser } from '../../src/protocol/filter/filter.parser.js';
import { resolveAttribute } from '../../src/protocol/schema/attribute-path.js';
import { type ResourceType } from '../../src/protocol/schema/schema.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type Paging } from '../../src/scim/lists/list-plan.js';
import { type Statement } from '../../src/persistence/transaction/company-transaction.js';
import { type PlannedStatements } from './recorded-statements.js';
import { listOf } from './store-rig.js';

/** More than any look-up needs, and far less than a filled company has. */
const FEW = 60;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The ids of a user with a manager, and of a group that he and another user are in. */
export interface Known {
  readonly userId: string;
  readonly groupId: string;
}

/** Users 1 to `size`, managed by the next one, and as many groups: group n has users n and n + 1. */
export async function fill(client: pg.Client, { companyId }: CompanyScope, size: number): Promise<Known> {
  await client.query('BEGIN');
  await client.query(
    `CREATE TEMPORARY TABLE made ON COMMIT DROP AS
       SELECT *, lead(user_id, 1, user_id) OVER (ORDER BY n) AS next_id
       FROM (SELECT n, next_resource_id() AS user_id, next_resource_id() AS group_id
         FROM generate_series(1, $1::int) n OFFSET 0) numbered`,
    [size],
  );
  await client.query(
    `INSERT INTO users (company_id, id, attributes, search, user_name_key, display_name_key, email_keys, external_id, display, display_key)
     SELECT $1, user_id, d, d, d->>'userName', d->>'displayName', d#>>'{emails,0,value}', d->>'externalId', 'x', 'x'
     FROM made CROSS JOIN LATERAL jsonb_build_object(
       'userName', 'user' || n || '@example.com', 'displayName', 'display ' || md5(n::text), 'externalId', 'ext' || n,
       'emails', jsonb_build_array(jsonb_build_object('value', 'mail' || md5(n::text) || '@example.com', 'type', 'work')),
       $2::text, jsonb_build_object('manager', jsonb_build_object('value', format_resource_id(next_id)))) d`,
    [companyId, ENTERPRISE],
  );
  await client.query(
    `INSERT INTO groups (company_id, id, attributes, search, display_name, display_name_key, external_id)
     SELECT $1, group_id, d, d, d->>'displayName', d->>'displayName', d->>'externalId' FROM made
     CROSS JOIN LATERAL jsonb_build_object('displayName', 'group ' || md5(n::text), 'externalId', 'g' || n) d`,
    [companyId],
  );
  await client.query(
    `INSERT INTO memberships (company_id, group_id, member_id, member_user_id)
     SELECT $1::bigint, group_id, user_id, user_id FROM made
     UNION SELECT $1::bigint, group_id, next_id, next_id FROM made`,
    [companyId],
  );
  const { rows } = await client.query<Known>(
    `SELECT format_resource_id(user_id) AS "userId", format_resource_id(group_id) AS "groupId" FROM made
     ORDER BY abs(n - 7) LIMIT 1`,
  );
  await client.query('COMMIT');
  return rows[0] as Known;
}

const BASE = 'https://x/v2';

/** The plan of a list by a filter; of all where that is empty. */
export function listing(
  type: ResourceType,
  text: string,
  paging: Partial<Paging> = {},
  sorting?: string,
): ReturnType<typeof listOf> {
  const filter =
    text === ''
      ? undefined
      : bindFilter(new FilterParser().parse(text, { dialect: 'strict' }), type, {
          dialect: 'lenient',
          baseUri: BASE,
        });
  const resolution = sorting === undefined ? undefined : resolveAttribute(type, sorting);
  const sorted =
    resolution?.kind === 'attribute' ? { sortBy: resolution.target, sort: { descending: false } } : {};
  return listOf(type, { ...(filter && { filter }), ...sorted, baseUri: BASE, ...paging });
}

/** A statement that looks at too much. */
export interface Problem {
  readonly text: string;
  readonly visited: number;
  readonly scanned: readonly string[];
  readonly indexes: readonly string[];
}

/** Those of the statements that look at many rows of a company, or read a whole table of companies. */
export async function problemsOf(
  plans: PlannedStatements,
  statements: readonly Statement[],
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (const statement of statements) {
    const { visited, scanned, indexes } = await plans.explain(statement);
    const companies = scanned.filter((table) => table !== 'resource_counts');
    if (visited > FEW || companies.length > 0)
      found.push({ text: statement.text.replaceAll(/\s+/g, ' ').slice(0, 200), visited, scanned, indexes });
  }
  return found;
}
