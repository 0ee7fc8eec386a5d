import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets a transaction of the service confirm a platform credential that it remembers, as it does tokens. */
export class ConfirmPlatformCredential1778000000000 implements MigrationInterface {
  readonly name = 'ConfirmPlatformCredential1778000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FUNCTIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP FUNCTION platform_credential_state(bytea, bigint), confirm_platform_credential(bytea, xid, xid)',
    );
  }
}

/**
 * The state of a platform credential, for one company, is which transactions wrote its row and that of the company. Whether
 * the credential is for the company is looked up each time: that is a row of its own. The company is that of the transaction.
 */
const FUNCTIONS = `
  CREATE FUNCTION platform_credential_state(credential_hash bytea, company bigint)
  RETURNS TABLE (credential_row xid, company_row xid)
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT p.xmin, c.xmin FROM public.platform_credentials p JOIN public.companies c ON c.id = company
    WHERE p.hash = credential_hash
  $$;

  CREATE FUNCTION confirm_platform_credential(credential_hash bytea, credential_row xid, company_row xid) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    IF NOT EXISTS (
      SELECT FROM public.platform_credentials p JOIN public.companies c ON c.id = public.current_company()
      WHERE p.hash = credential_hash AND p.xmin = credential_row AND c.xmin = company_row
        AND p.revoked IS NULL AND (p.expires IS NULL OR p.expires > clock_timestamp())
        AND (p.all_companies OR EXISTS (
          SELECT FROM public.platform_credential_companies l WHERE l.credential_id = p.id AND l.company_id = c.id))
    ) THEN
      RAISE EXCEPTION 'the credential or the company has changed' USING ERRCODE = 'RC002';
    END IF;
  END
  $$;

  REVOKE ALL ON FUNCTION platform_credential_state(bytea, bigint), confirm_platform_credential(bytea, xid, xid)
    FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION platform_credential_state(bytea, bigint), confirm_platform_credential(bytea, xid, xid)
    TO rollcall_service;
`;
