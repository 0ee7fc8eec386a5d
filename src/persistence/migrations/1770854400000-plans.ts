import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Makes the plans of statements independent of how fresh the statistics are: a company that has just imported its
 * people is served by the same indexes as one that the statistics know.
 */
export class Plans1770854400000 implements MigrationInterface {
  readonly name = 'Plans1770854400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(indexes((column) => `WHERE ${column} IS NOT NULL`));
    await queryRunner.query(views('(SELECT public.current_company())'));
    await queryRunner.query(NESTED_GROUPS_BY_KEY);
    await queryRunner.query(AUTOVACUUM);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(NO_AUTOVACUUM);
    await queryRunner.query(NESTED_GROUPS_BY_JOIN);
    await queryRunner.query(views('public.current_company()'));
    await queryRunner.query(indexes(() => ''));
  }
}

const INDEXES = [
  ['users', 'external_id', 'users_external_id_index', '(company_id, external_id)'],
  ['users', 'display_name_key', 'users_display_name_index', '(company_id, display_name_key)'],
  [
    'users',
    'search',
    'users_search_index',
    'USING gin (company_id, search jsonb_path_ops) WITH (fastupdate = off)',
  ],
  [
    'users',
    'user_name_key',
    'users_user_name_trigrams',
    'USING gin (company_id, user_name_key gin_trgm_ops)',
  ],
  [
    'users',
    'display_name_key',
    'users_display_name_trigrams',
    'USING gin (company_id, display_name_key gin_trgm_ops)',
  ],
  ['users', 'email_keys', 'users_email_trigrams', 'USING gin (company_id, email_keys gin_trgm_ops)'],
  ['groups', 'external_id', 'groups_external_id_index', '(company_id, external_id)'],
  [
    'groups',
    'search',
    'groups_search_index',
    'USING gin (company_id, search jsonb_path_ops) WITH (fastupdate = off)',
  ],
  [
    'groups',
    'display_name_key',
    'groups_display_name_trigrams',
    'USING gin (company_id, display_name_key gin_trgm_ops)',
  ],
] as const;

/**
 * Every index begins with the company. Where the statistics say that a company has hardly any rows, all indexes cost
 * the same, and PostgreSQL may take one of them for its first column alone and read the whole company. An index with a
 * condition on its own column is only taken where the statement asks something of that column; that most of these
 * columns are never NULL does not matter.
 */
const indexes = (condition: (column: string) => string): string =>
  INDEXES.map(
    ([table, column, name, definition]) => `
  DROP INDEX ${name};
  CREATE INDEX ${name} ON ${table} ${definition} ${condition(column)};
`,
  ).join('');

/**
 * The planner evaluates a stable function to look its value up in the statistics, but not a subquery, which it
 * replaces by a parameter. So all companies are planned for as one of the average size.
 *
 * Only the owner of a view may replace it, and only with the right to create views in its schema.
 */
const views = (company: string): string => `
  GRANT CREATE ON SCHEMA scoped TO rollcall_reader;
  SET LOCAL ROLE rollcall_reader;
  CREATE OR REPLACE VIEW scoped.users AS
    SELECT id, version, created, last_modified, attributes, search, user_name_key, display_name_key,
      email_keys, external_id, display, display_key
    FROM public.users WHERE company_id = ${company};
  CREATE OR REPLACE VIEW scoped.groups AS
    SELECT id, version, created, last_modified, attributes, search, display_name, display_name_key, external_id
    FROM public.groups WHERE company_id = ${company};
  CREATE OR REPLACE VIEW scoped.memberships AS
    SELECT group_id, member_id, member_user_id, member_group_id
    FROM public.memberships WHERE company_id = ${company};
  RESET ROLE;
  REVOKE CREATE ON SCHEMA scoped FROM rollcall_reader;
`;

/** Each step of the recursion looks its memberships up; as a join it might read all those of the company. */
const nestedGroups = (step: (columns: string, condition: string) => string): string => `
  CREATE OR REPLACE FUNCTION scoped.groups_of(member bigint) RETURNS TABLE (group_id bigint, direct boolean)
  LANGUAGE sql STABLE ROWS 10 BEGIN ATOMIC
    WITH RECURSIVE own (group_id) AS (
      SELECT m.group_id FROM scoped.memberships m WHERE m.member_user_id = member
      UNION ALL
      SELECT m.group_id FROM scoped.memberships m WHERE m.member_group_id = member
    ), above (group_id) AS (
      SELECT o.group_id FROM own o
      UNION
      SELECT m.group_id FROM above a ${step('m.group_id', 'm.member_group_id = a.group_id')}
    )
    SELECT a.group_id, a.group_id IN (SELECT o.group_id FROM own o)
    FROM above a
    WHERE a.group_id <> member OR a.group_id IN (SELECT o.group_id FROM own o);
  END;

  CREATE OR REPLACE FUNCTION scoped.members_below(start_group bigint)
  RETURNS TABLE (member_id bigint, member_user_id bigint, direct boolean)
  LANGUAGE sql STABLE ROWS 1000 BEGIN ATOMIC
    WITH RECURSIVE below (group_id) AS (
      SELECT start_group
      UNION
      SELECT m.member_group_id FROM below b ${step('m.member_group_id', 'm.group_id = b.group_id')}
      WHERE m.member_group_id IS NOT NULL
    )
    SELECT m.member_id, m.member_user_id, bool_or(m.group_id = start_group)
    FROM below b ${step('m.member_id, m.member_user_id, m.group_id', 'm.group_id = b.group_id')}
    GROUP BY m.member_id, m.member_user_id
    HAVING m.member_id <> start_group OR bool_or(m.group_id = start_group);
  END;
`;

const NESTED_GROUPS_BY_KEY = nestedGroups(
  (columns, condition) =>
    `CROSS JOIN LATERAL (SELECT ${columns} FROM scoped.memberships m WHERE ${condition} OFFSET 0) m`,
);
const NESTED_GROUPS_BY_JOIN = nestedGroups(
  (_columns, condition) => `JOIN scoped.memberships m ON ${condition}`,
);

const GROWING_TABLES = ['users', 'groups', 'memberships', 'unique_values'];

/**
 * By default, a table is analysed when a tenth of it has changed, and vacuumed at a fifth. These tables hold all
 * companies, so that in a large deployment the arrival of a whole company would go unnoticed. Vacuuming also marks the
 * pages that index-only scans need not look at, which memberships are mostly read by.
 */
const STORAGE_PARAMETERS = {
  autovacuum_analyze_threshold: 500,
  autovacuum_analyze_scale_factor: 0.02,
  autovacuum_vacuum_scale_factor: 0.05,
  autovacuum_vacuum_insert_scale_factor: 0.05,
};

const AUTOVACUUM = GROWING_TABLES.map((table) => {
  const parameters = Object.entries(STORAGE_PARAMETERS).map(([name, value]) => `${name} = ${value}`);
  return `ALTER TABLE ${table} SET (${parameters.join(', ')});`;
}).join('\n');

const NO_AUTOVACUUM = GROWING_TABLES.map(
  (table) => `ALTER TABLE ${table} RESET (${Object.keys(STORAGE_PARAMETERS).join(', ')});`,
).join('\n');
