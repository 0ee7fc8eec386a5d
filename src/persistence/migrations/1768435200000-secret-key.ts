import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Creates the function that gives all instances of a deployment the same secret, if the settings have none. */
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
 * Like `find_token`: the service can only reach the control tables through functions. Two UUIDs have 244 random bits.
 * The second statement is separate, so that it sees the secret of a transaction for which the first one had to wait.
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
