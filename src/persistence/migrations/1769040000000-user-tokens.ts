import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Adds tokens that stand for a user. The column is no foreign key: the token of a deleted user must keep the id, or
 * it would become a token for the whole company. Ids are never used again.
 */
export class UserTokens1769040000000 implements MigrationInterface {
  readonly name = 'UserTokens1769040000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE access_tokens ADD COLUMN user_id bigint');
    await queryRunner.query(lookUp(', user_id bigint', ', t.user_id'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Without the column, these tokens would open the whole company.
    await queryRunner.query('DELETE FROM access_tokens WHERE user_id IS NOT NULL');
    await queryRunner.query(lookUp('', ''));
    await queryRunner.query('ALTER TABLE access_tokens DROP COLUMN user_id');
  }
}

/** The result columns of a function cannot be changed, so it is dropped and created again. */
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
