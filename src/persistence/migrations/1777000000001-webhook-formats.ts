import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets alerts be sent in the forms that chats take. */
export class WebhookFormats1777000000001 implements MigrationInterface {
  readonly name = 'WebhookFormats1777000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE webhooks
        ADD COLUMN format text NOT NULL DEFAULT 'standard',
        ADD CONSTRAINT webhooks_format_choice CHECK (format IN ('standard', 'slack', 'teams'))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE webhooks DROP COLUMN format');
  }
}
