import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Creates the list of users that were erased, by their ids alone. */
export class Erasures1772200000003 implements MigrationInterface {
  readonly name = 'Erasures1772200000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ERASURES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE erasures');
  }
}

const ERASURES = `
  CREATE TABLE erasures (
    company_id bigint NOT NULL,
    user_id bigint NOT NULL,
    erased timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT erasures_pkey PRIMARY KEY (company_id, user_id),
    CONSTRAINT erasures_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE
  );
  ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
  ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
  CREATE POLICY erasures_of_company ON erasures TO rollcall_service
    USING (company_id = current_company()) WITH CHECK (company_id = current_company());
  GRANT SELECT, INSERT, UPDATE, DELETE ON erasures TO rollcall_service;
`;
