import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets a transaction of the service confirm a credential that it remembers, in place of a look-up in front of it. */
export class ConfirmToken1772720000000 implements MigrationInterface {
  readonly name = 'ConfirmToken1772720000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FUNCTIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION token_state(bytea), confirm_token(bytea, xid, xid)');
  }
}

/**
 * Like `find_token`: the service can only reach the control tables through functions.
 *
 * The state of a token is which transactions wrote its row and that of its company: any change of either is another one.
 * Whatever ends a credential changes one of the rows or removes it, except that a token expires.
 */
const FUNCTIONS = `
  CREATE FUNCTION token_state(token_hash bytea) RETURNS TABLE (token_row xid, company_row xid)
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT t.xmin, c.xmin FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.hash = token_hash
  $$;

  CREATE FUNCTION confirm_token(token_hash bytea, token_row xid, company_row xid) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    IF NOT EXISTS (
      SELECT FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
      WHERE t.hash = token_hash AND t.xmin = token_row AND c.xmin = company_row
        AND t.revoked IS NULL AND (t.expires IS NULL OR t.expires > clock_timestamp())
    ) THEN
      RAISE EXCEPTION 'the token or its company has changed' USING ERRCODE = 'RC002';
    END IF;
  END
  $$;

  REVOKE ALL ON FUNCTION token_state(bytea), confirm_token(bytea, xid, xid) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION token_state(bytea), confirm_token(bytea, xid, xid) TO rollcall_service;
`;
