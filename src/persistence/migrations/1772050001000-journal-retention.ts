import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Adds how long the journal of a company is kept, and from when on it is whole: who was a member before that can't be
 * told. The keeper of the journal may take rows out of the default partitions, where those of months without a
 * partition are.
 */
export class JournalRetention1772050001000 implements MigrationInterface {
  readonly name = 'JournalRetention1772050001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(COLUMNS);
    for (const table of DEFAULT_PARTITIONS) {
      await queryRunner.query(`CREATE POLICY ${table}_of_all ON ${table} TO rollcall_journal USING (true)`);
      await queryRunner.query(`GRANT SELECT, DELETE ON ${table} TO rollcall_journal`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of DEFAULT_PARTITIONS) {
      await queryRunner.query(`DROP POLICY ${table}_of_all ON ${table}`);
      await queryRunner.query(`REVOKE ALL ON ${table} FROM rollcall_journal`);
    }
    await queryRunner.query(
      'ALTER TABLE companies DROP COLUMN journal_retention_days, DROP COLUMN journal_since',
    );
  }
}

const COLUMNS = `
  ALTER TABLE companies
    ADD COLUMN journal_retention_days integer NOT NULL DEFAULT 400
      CONSTRAINT companies_journal_retention_range CHECK (journal_retention_days >= 1 AND journal_retention_days <= 3650),
    ADD COLUMN journal_since timestamptz(3) NOT NULL DEFAULT now()
`;

const DEFAULT_PARTITIONS = ['activity_default', 'activity_members_default'];
