import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the few entries of a rare operation, such as deletions, without a look at all others. */
export class ActivityOperations1783000000000 implements MigrationInterface {
  readonly name = 'ActivityOperations1783000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX activity_operation_index ON activity (company_id, operation, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX activity_operation_index');
  }
}
