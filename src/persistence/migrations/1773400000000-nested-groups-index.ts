import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the groups among the members of a group, without a look at its users. */
export class NestedGroupsIndex1773400000000 implements MigrationInterface {
  readonly name = 'NestedGroupsIndex1773400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX memberships_nested_index ON memberships (company_id, group_id, member_group_id)
        WHERE member_group_id IS NOT NULL
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX memberships_nested_index');
  }
}
