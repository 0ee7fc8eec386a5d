import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Adds companies that are suspended, or deleted with a time in which they can be brought back. */
export class CompanySuspension1771027200000 implements MigrationInterface {
  readonly name = 'CompanySuspension1771027200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE companies ADD COLUMN suspended timestamptz(3), ADD COLUMN delete_after timestamptz(3)',
    );
    await queryRunner.query(
      lookUps(', suspended boolean', ', c.suspended IS NOT NULL OR c.delete_after IS NOT NULL'),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Without the columns, these credentials would open their companies again.
    for (const table of ['access_tokens', 'token_issuers']) {
      await queryRunner.query(
        `UPDATE ${table} t SET revoked = now() FROM companies c WHERE c.id = t.company_id AND t.revoked IS NULL
           AND (c.suspended IS NOT NULL OR c.delete_after IS NOT NULL)`,
      );
    }
    await queryRunner.query(lookUps('', ''));
    await queryRunner.query('ALTER TABLE companies DROP COLUMN suspended, DROP COLUMN delete_after');
  }
}

/** The result columns of a function cannot be changed, so all that tell of a company are dropped and created again. */
const lookUps = (column: string, value: string): string => `
  DROP FUNCTION find_token(bytea), find_issuers(text), find_company(text);

  CREATE FUNCTION find_token(token_hash bytea) RETURNS TABLE (
    token_id bigint, token_name text, dialect text, scopes text[], expires timestamptz,
    company_id bigint, slug text, company_name text, duplicate_group_names boolean, unknown_members text,
    user_id bigint${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.id, t.name, t.dialect, t.scopes, t.expires,
      c.id, c.slug, c.name, c.duplicate_group_names, c.unknown_members, t.user_id${value}
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash AND t.revoked IS NULL
      AND (t.expires IS NULL OR t.expires > pg_catalog.clock_timestamp())
  $$;

  CREATE FUNCTION find_issuers(iss text) RETURNS TABLE (
    issuer_id bigint, issuer_name text, audience text, jwks_url text, keys text, required_scope text,
    company_claim text, dialect text, scopes text[],
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT i.id, i.name, i.audience, i.jwks_url, i.keys::text, i.required_scope, i.company_claim, i.dialect, i.scopes,
      c.id, c.slug, c.duplicate_group_names, c.unknown_members${value}
    FROM public.token_issuers i LEFT JOIN public.companies c ON c.id = i.company_id
    WHERE i.issuer = iss AND i.revoked IS NULL
  $$;

  CREATE FUNCTION find_company(slug_or_id text) RETURNS TABLE (
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.id, c.slug, c.duplicate_group_names, c.unknown_members${value}
    FROM public.companies c
    WHERE c.slug = slug_or_id OR c.id = public.read_resource_id(slug_or_id)
  $$;

  REVOKE ALL ON FUNCTION find_token(bytea), find_issuers(text), find_company(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_token(bytea), find_issuers(text), find_company(text) TO rollcall_service;
`;
