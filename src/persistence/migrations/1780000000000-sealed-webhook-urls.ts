import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Keeps the URLs of chats encrypted: whoever knows one can write there. */
export class SealedWebhookUrls1780000000000 implements MigrationInterface {
  readonly name = 'SealedWebhookUrls1780000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhooks ADD COLUMN sealed_url text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhooks DROP COLUMN sealed_url');
  }
}
