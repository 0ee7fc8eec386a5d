import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Tokens that stand for a user. The user is named without a foreign key: a token whose user was deleted has to go on
 * naming him, or it would become one of the company's. Ids are never given twice.
 */
export class UserTokens1769040000000 implements MigrationInterface {
  readonly name = 'UserTokens1769040000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE access_tokens ADD COLUMN user_id bigint');
    await queryRunner.query(lookUp(', user_id bigint', ', t.user_id'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Without the column they would open the whole company.
    await queryRunner.query('DELETE FROM access_tokens WHERE user_id IS NOT NULL');
    await queryRunner.query(lookUp('', ''));
    await queryRunner.query('ALTER TABLE access_tokens DROP COLUMN user_id');
  }
}

/** A function's columns cannot be changed, so it is made anew. */
const lookUp = (column: string, value: string): string => `
  DROP FUNCTION find_token(bytea);
  CREATE FUNCTION find_token(token_hash bytea) RETURNS TABLE (
    token_id bigint, token_name text, dialect text, scopes text[], expires timestamptz,
    company_id bigint, slug text, company_name text, duplicate_group_names boolean, unknown_members text${column}
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.id, t.name, t.dialect, t.scopes, t.expires,
      c.id, c.slug, c.name, c.duplicate_group_names, c.unknown_members${value}
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash AND t.revoked IS NULL
      AND (t.expires IS NULL OR t.expires > pg_catalog.clock_timestamp())
  $$;
  REVOKE ALL ON FUNCTION find_token(bytea) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_token(bytea) TO rollcall_service;
`;
