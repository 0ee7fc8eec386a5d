import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets the owner of the database alone read the secret key: whoever gets hold of a connection of the service does not. */
export class SecretKeyOfOwner1770868800000 implements MigrationInterface {
  readonly name = 'SecretKeyOfOwner1770868800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('REVOKE EXECUTE ON FUNCTION ensure_secret_key() FROM rollcall_service');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('GRANT EXECUTE ON FUNCTION ensure_secret_key() TO rollcall_service');
  }
}
