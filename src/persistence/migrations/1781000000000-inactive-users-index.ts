import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tells whether a user is inactive without a look at the user. */
export class InactiveUsersIndex1781000000000 implements MigrationInterface {
  readonly name = 'InactiveUsersIndex1781000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX users_inactive_index ON users (company_id, id) WHERE attributes -> 'active' = 'false'
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX users_inactive_index');
  }
}
