import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets the writes of a company be refused for a time. */
export class CompanyPause1772200000000 implements MigrationInterface {
  readonly name = 'CompanyPause1772200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE companies ADD COLUMN paused_until timestamptz(3)');
    await queryRunner.query(lookUps(', pause_left integer', `, ${PAUSE_LEFT}`));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(lookUps('', ''));
    await queryRunner.query('ALTER TABLE companies DROP COLUMN paused_until');
  }
}

/** How many seconds of the pause are left, by the clock of the database alone; null where there is none. */
const PAUSE_LEFT = `CASE WHEN c.paused_until > pg_catalog.clock_timestamp()
      THEN pg_catalog.ceil(extract(epoch FROM c.paused_until - pg_catalog.clock_timestamp()))::integer END`;

/** The result columns of a function cannot be changed, so all that tell of a company are dropped and created again. */
const lookUps = (column: string, value: string): string => `
  DROP FUNCTION find_token(bytea), find_issuers(text), find_company(text);

  CREATE FUNCTION find_token(token_hash bytea) RETURNS TABLE (
    token_id bigint, token_name text, dialect text, scopes text[], expires timestamptz,
    company_id bigint, slug text, company_name text, duplicate_group_names boolean, unknown_members text,
    user_id bigint, suspended boolean, client_id text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.id, t.name, t.dialect, t.scopes, t.expires,
      c.id, c.slug, c.name, c.duplicate_group_names, c.unknown_members, t.user_id,
      c.suspended IS NOT NULL OR c.delete_after IS NOT NULL, t.client_id${value}
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash AND t.revoked IS NULL
      AND (t.expires IS NULL OR t.expires > pg_catalog.clock_timestamp())
  $$;

  CREATE FUNCTION find_issuers(iss text) RETURNS TABLE (
    issuer_id bigint, issuer_name text, audience text, jwks_url text, keys text, required_scope text,
    company_claim text, dialect text, scopes text[],
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT i.id, i.name, i.audience, i.jwks_url, i.keys::text, i.required_scope, i.company_claim, i.dialect, i.scopes,
      c.id, c.slug, c.duplicate_group_names, c.unknown_members,
      c.suspended IS NOT NULL OR c.delete_after IS NOT NULL${value}
    FROM public.token_issuers i LEFT JOIN public.companies c ON c.id = i.company_id
    WHERE i.issuer = iss AND i.revoked IS NULL
  $$;

  CREATE FUNCTION find_company(slug_or_id text) RETURNS TABLE (
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.id, c.slug, c.duplicate_group_names, c.unknown_members,
      c.suspended IS NOT NULL OR c.delete_after IS NOT NULL${value}
    FROM public.companies c
    WHERE c.slug = slug_or_id OR c.id = public.read_resource_id(slug_or_id)
  $$;

  REVOKE ALL ON FUNCTION find_token(bytea), find_issuers(text), find_company(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_token(bytea), find_issuers(text), find_company(text) TO rollcall_service;
`;
