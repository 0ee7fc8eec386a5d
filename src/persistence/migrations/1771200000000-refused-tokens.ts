import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Adds the look-up of tokens that are in force no more, by which the log names them. It is a function of its own, so that
 * what `find_token` answers is in force whoever asks.
 */
export class RefusedTokens1771200000000 implements MigrationInterface {
  readonly name = 'RefusedTokens1771200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(LOOK_UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION find_refused_token(bytea)');
  }
}

const LOOK_UP = `
  CREATE FUNCTION find_refused_token(token_hash bytea) RETURNS TABLE (
    token_id bigint, token_name text, slug text, expires timestamptz, revoked timestamptz
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.id, t.name, c.slug, t.expires, t.revoked
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash
      AND (t.revoked IS NOT NULL OR t.expires <= pg_catalog.clock_timestamp())
  $$;
  REVOKE ALL ON FUNCTION find_refused_token(bytea) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_refused_token(bytea) TO rollcall_service;
`;
