import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Lets a database be one of several cells. What is numbered and may meet the numbers of another cell, when a company moves
 * there, has the cell's number in its high bits. A database with companies is cell 0, and goes on as before.
 */
export class Cells1774100000000 implements MigrationInterface {
  readonly name = 'Cells1774100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FUNCTIONS);
    await queryRunner.query(`
      INSERT INTO settings (key, value) SELECT 'cell', '0' WHERE EXISTS (SELECT FROM companies)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION fix_cell(integer)');
    await queryRunner.query(`DELETE FROM settings WHERE key = 'cell'`);
  }
}

/**
 * A cell has 2^43 numbers of each kind, which makes all numbers of 1,024 cells integers that a double holds exactly.
 *
 * Places in the feed are compared with those of other cells, since followers keep theirs when a company moves. So they rise
 * in steps of 1,024 and have the cell in their low bits, and a cell is set ahead of the one that a company comes from.
 * They begin at 2^42, behind those of databases that were there before there were cells.
 */
const FUNCTIONS = `
  CREATE FUNCTION fix_cell(cell integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    fixed integer;
    first bigint := cell::bigint << 43;
    sequence text;
  BEGIN
    SELECT value::integer INTO fixed FROM public.settings WHERE key = 'cell';
    IF FOUND THEN
      RETURN fixed;
    END IF;
    INSERT INTO public.settings (key, value) VALUES ('cell', cell::text) ON CONFLICT (key) DO NOTHING;
    IF NOT FOUND THEN
      RETURN (SELECT value::integer FROM public.settings WHERE key = 'cell');
    END IF;
    IF cell > 0 THEN
      FOREACH sequence IN ARRAY ARRAY['companies_id_seq', 'access_tokens_id_seq', 'admin_credentials_id_seq',
        'platform_credentials_id_seq', 'oauth_client_secrets_id_seq', 'oauth_federated_credentials_id_seq',
        'token_issuers_id_seq'] LOOP
        EXECUTE format('ALTER SEQUENCE public.%I MINVALUE %s MAXVALUE %s START %s RESTART', sequence,
          first + 1, first + (1::bigint << 43) - 1, first + 1);
      END LOOP;
      EXECUTE format('ALTER SEQUENCE public.feed_position_seq INCREMENT BY 1024 START %1$s RESTART',
        (1::bigint << 42) + cell);
    END IF;
    RETURN cell;
  END
  $$;

  REVOKE ALL ON FUNCTION fix_cell(integer) FROM PUBLIC;
`;
