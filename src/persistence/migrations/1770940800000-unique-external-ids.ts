import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets a company ask that no two of its users have one `externalId`. */
export class UniqueExternalIds1770940800000 implements MigrationInterface {
  readonly name = 'UniqueExternalIds1770940800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UNIQUE_EXTERNAL_IDS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/**
 * The index holds the rows that are marked. A write marks its row by the setting as it is in the moment of the write:
 * what a request knew of its company when it came may be outdated. Columns with a constant default are added without a
 * rewrite of the table.
 *
 * Like `find_token`: the service can only reach the control tables through functions.
 */
const UNIQUE_EXTERNAL_IDS = `
  ALTER TABLE companies ADD COLUMN unique_external_id boolean NOT NULL DEFAULT false;
  ALTER TABLE users ADD COLUMN external_id_is_unique boolean NOT NULL DEFAULT false;
  CREATE UNIQUE INDEX users_external_id_unique ON users (company_id, external_id)
    WHERE external_id IS NOT NULL AND external_id_is_unique;

  CREATE FUNCTION external_ids_are_unique() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(
      (SELECT c.unique_external_id FROM public.companies c WHERE c.id = public.current_company()), false)
  $$;
  REVOKE ALL ON FUNCTION external_ids_are_unique() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION external_ids_are_unique() TO rollcall_service;
`;

const REMOVAL = `
  DROP INDEX users_external_id_unique;
  ALTER TABLE users DROP COLUMN external_id_is_unique;
  ALTER TABLE companies DROP COLUMN unique_external_id;
  DROP FUNCTION external_ids_are_unique();
`;
