import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets a company have the values of changes in its journal, which comes with its credentials. */
export class JournalValues1772710000001 implements MigrationInterface {
  readonly name = 'JournalValues1772710000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE companies ADD COLUMN journal_values boolean NOT NULL DEFAULT false');
    await queryRunner.query(lookUps(', journal_values boolean', ', c.journal_values'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(lookUps('', ''));
    await queryRunner.query('ALTER TABLE companies DROP COLUMN journal_values');
  }
}

/** How many seconds of a pause are left; see the migration of pauses. */
const PAUSE_LEFT = `CASE WHEN c.paused_until > pg_catalog.clock_timestamp()
      THEN pg_catalog.ceil(extract(epoch FROM c.paused_until - pg_catalog.clock_timestamp()))::integer END`;

/** The result columns of a function cannot be changed, so all that tell of a company are dropped and created again. */
const lookUps = (column: string, value: string): string => `
  DROP FUNCTION find_token(bytea), find_issuers(text), find_company(text);

  CREATE FUNCTION find_token(token_hash bytea) RETURNS TABLE (
    token_id bigint, token_name text, dialect text, scopes text[], expires timestamptz,
    company_id bigint, slug text, company_name text, duplicate_group_names boolean, unknown_members text,
    user_id bigint, suspended boolean, client_id text, pause_left integer, rate_limit integer${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.id, t.name, t.dialect, t.scopes, t.expires,
      c.id, c.slug, c.name, c.duplicate_group_names, c.unknown_members, t.user_id,
      c.suspended IS NOT NULL OR c.delete_after IS NOT NULL, t.client_id, ${PAUSE_LEFT},
      c.rate_limit${value}
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash AND t.revoked IS NULL
      AND (t.expires IS NULL OR t.expires > pg_catalog.clock_timestamp())
  $$;

  CREATE FUNCTION find_issuers(iss text) RETURNS TABLE (
    issuer_id bigint, issuer_name text, audience text, jwks_url text, keys text, required_scope text,
    company_claim text, dialect text, scopes text[],
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean, pause_left integer, rate_limit integer${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT i.id, i.name, i.audience, i.jwks_url, i.keys::text, i.required_scope, i.company_claim, i.dialect, i.scopes,
      c.id, c.slug, c.duplicate_group_names, c.unknown_members, c.suspended IS NOT NULL OR c.delete_after IS NOT NULL, ${PAUSE_LEFT},
      c.rate_limit${value}
    FROM public.token_issuers i LEFT JOIN public.companies c ON c.id = i.company_id
    WHERE i.issuer = iss AND i.revoked IS NULL
  $$;

  CREATE FUNCTION find_company(slug_or_id text) RETURNS TABLE (
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, suspended boolean, pause_left integer, rate_limit integer${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.id, c.slug, c.duplicate_group_names, c.unknown_members, c.suspended IS NOT NULL OR c.delete_after IS NOT NULL, ${PAUSE_LEFT},
      c.rate_limit${value}
    FROM public.companies c
    WHERE c.slug = slug_or_id OR c.id = public.read_resource_id(slug_or_id)
  $$;

  REVOKE ALL ON FUNCTION find_token(bytea), find_issuers(text), find_company(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_token(bytea), find_issuers(text), find_company(text) TO rollcall_service;
`;
