import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Creates the table of users and groups that were deleted, from which they can be brought back for a time. */
export class DeletedResources1773100000000 implements MigrationInterface {
  readonly name = 'DeletedResources1773100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DELETED_RESOURCES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE deleted_resources');
  }
}

/** What was unique of a deleted resource is free for others, so no index of it is unique. */
const DELETED_RESOURCES = `
  CREATE TABLE deleted_resources (
    company_id bigint NOT NULL,
    id bigint NOT NULL,
    type text NOT NULL,
    version bigint NOT NULL,
    created timestamptz(3) NOT NULL,
    deleted timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    attributes jsonb NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    external_id text COLLATE "C",
    CONSTRAINT deleted_resources_pkey PRIMARY KEY (company_id, id),
    CONSTRAINT deleted_resources_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT deleted_resources_type_choice CHECK (type IN ('User', 'Group'))
  );
  CREATE INDEX deleted_resources_name_index ON deleted_resources (company_id, type, name_key);
  CREATE INDEX deleted_resources_external_id_index ON deleted_resources (company_id, type, external_id)
    WHERE external_id IS NOT NULL;
  CREATE INDEX deleted_resources_deleted_index ON deleted_resources (company_id, deleted);

  ALTER TABLE deleted_resources ENABLE ROW LEVEL SECURITY;
  ALTER TABLE deleted_resources FORCE ROW LEVEL SECURITY;
  CREATE POLICY deleted_resources_of_company ON deleted_resources TO rollcall_service
    USING (company_id = current_company()) WITH CHECK (company_id = current_company());
  GRANT SELECT, INSERT, UPDATE, DELETE ON deleted_resources TO rollcall_service;
`;
