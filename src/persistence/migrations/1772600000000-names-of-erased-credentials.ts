import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets the keeper of the journal erase names of credentials: that of a token which stands for a user may be a person's. */
export class NamesOfErasedCredentials1772600000000 implements MigrationInterface {
  readonly name = 'NamesOfErasedCredentials1772600000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('GRANT UPDATE (credential_name) ON activity TO rollcall_journal');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('REVOKE UPDATE (credential_name) ON activity FROM rollcall_journal');
  }
}
