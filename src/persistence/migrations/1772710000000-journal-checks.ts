import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Removes the check constraints of the journal. PostgreSQL reads them anew for each statement, and the statements of
 * this program alone write what they checked.
 */
export class JournalChecks1772710000000 implements MigrationInterface {
  readonly name = 'JournalChecks1772710000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const { table, name } of CHECKS) {
      await queryRunner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const { table, name, check } of CHECKS) {
      await queryRunner.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${check})`);
    }
  }
}

const CHECKS = [
  {
    table: 'activity',
    name: 'activity_outcome_choice',
    check: "outcome IN ('done', 'unchanged', 'refused', 'ignored')",
  },
  { table: 'activity_members', name: 'activity_members_type_choice', check: "member_type IN ('U', 'G')" },
  { table: 'activity_members', name: 'activity_members_sign_choice', check: 'sign IN (1, -1)' },
] as const;
