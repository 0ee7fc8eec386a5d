import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The secret that the instances of a deployment share where none is set for them. */
export class SecretKey1768435200000 implements MigrationInterface {
  readonly name = 'SecretKey1768435200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SECRET_KEY);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP FUNCTION ensure_secret_key(); DELETE FROM settings WHERE key = 'secret_key'`,
    );
  }
}

/**
 * As `find_token`: the service reaches the control tables by functions alone. Two UUIDs hold 244 random bits. The
 * second statement sees what another transaction committed while the first waited for it.
 */
const SECRET_KEY = `
  CREATE FUNCTION ensure_secret_key() RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.settings (key, value)
    VALUES ('secret_key', pg_catalog.replace(
      pg_catalog.gen_random_uuid()::text || pg_catalog.gen_random_uuid()::text, '-', ''))
    ON CONFLICT (key) DO NOTHING;
    SELECT value FROM public.settings WHERE key = 'secret_key';
  $$;
  REVOKE ALL ON FUNCTION ensure_secret_key() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ensure_secret_key() TO rollcall_service;
`;
