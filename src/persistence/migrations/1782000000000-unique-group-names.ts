import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets a write of a group see whether names have to differ in its company, as the setting is in the moment of the write. */
export class UniqueGroupNames1782000000000 implements MigrationInterface {
  readonly name = 'UniqueGroupNames1782000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UNIQUE_GROUP_NAMES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION group_names_are_unique()');
  }
}

/** Like `external_ids_are_unique`: the service can only reach the control tables through functions. */
const UNIQUE_GROUP_NAMES = `
  CREATE FUNCTION group_names_are_unique() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(
      (SELECT NOT c.duplicate_group_names FROM public.companies c WHERE c.id = public.current_company()), true)
  $$;
  REVOKE ALL ON FUNCTION group_names_are_unique() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION group_names_are_unique() TO rollcall_service;
`;
