import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { FOLDING_VERSION } from '../../protocol/text/fold-case.js';

/** The version of case folding in programs before this migration, which did not store it. */
const FIRST_FOLDING = 1;

/** Stores how the keys of the rows were made: the version of case folding, and the form of each attribute. */
export class Comparison1769644800000 implements MigrationInterface {
  readonly name = 'Comparison1769644800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FUNCTIONS);
    // Without companies there are no rows, and the present version of folding can be noted.
    await queryRunner.query(
      `INSERT INTO settings (key, value) VALUES ('comparison_generation', '1'), ('comparison', jsonb_build_object(
         'folding', CASE WHEN EXISTS (SELECT FROM companies) THEN $1::int ELSE $2::int END,
         'attributes', '{}'::jsonb)::text)`,
      [FIRST_FOLDING, FOLDING_VERSION],
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/**
 * Like `find_token`: the service can only reach the control tables through functions.
 *
 * Each write holds a shared lock until it ends. A change of the comparison takes the lock in exclusive mode, and so
 * waits for the writes that still use the former one. A later write compares its generation with the stored one, and
 * sees the new one, since each query of a VOLATILE function sees what was committed before it.
 */
const FUNCTIONS = `
  CREATE FUNCTION find_comparison() RETURNS TABLE (comparison text, generation bigint)
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.value, g.value::bigint FROM public.settings c, public.settings g
    WHERE c.key = 'comparison' AND g.key = 'comparison_generation'
  $$;

  CREATE FUNCTION record_comparison(seen bigint, comparison text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(7265012);
    UPDATE public.settings SET value = (seen + 1)::text
    WHERE key = 'comparison_generation' AND value = seen::text;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    UPDATE public.settings SET value = record_comparison.comparison WHERE key = 'comparison';
    RETURN seen + 1;
  END
  $$;

  CREATE FUNCTION join_writers(seen bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(7265012);
    IF NOT EXISTS (
      SELECT FROM public.settings WHERE key = 'comparison_generation' AND value = seen::text
    ) THEN
      RAISE EXCEPTION 'the comparison is no longer of generation %', seen USING ERRCODE = 'RC001';
    END IF;
  END
  $$;
${['find_comparison()', 'record_comparison(bigint, text)', 'join_writers(bigint)']
  .map(
    (name) => `
  REVOKE ALL ON FUNCTION ${name} FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ${name} TO rollcall_service;
`,
  )
  .join('')}`;

const REMOVAL = `
  DROP FUNCTION find_comparison(), record_comparison(bigint, text), join_writers(bigint);
  DELETE FROM settings WHERE key IN ('comparison', 'comparison_generation');
`;
