import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { readFeed, TOLD } from './1773200000001-feed-reading.js';

/** Tells in the journal of a company, and so in the feed, that no request has come for as long as it says. */
export class SilentCompanies1777000000000 implements MigrationInterface {
  readonly name = 'SilentCompanies1777000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [COLUMNS, stays(', silent_after_hours'), FUNCTIONS, ofPlatform(TOLD_WITH_SILENCE)])
      await queryRunner.query(section);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ofPlatform(TOLD));
    await queryRunner.query('DROP FUNCTION record_silences(jsonb), claim_silences()');
    await queryRunner.query(stays(''));
    await queryRunner.query('ALTER TABLE companies DROP COLUMN silence_told, DROP COLUMN silent_after_hours');
  }
}

/** `silence_told` is the last use behind which the silence was told. */
const COLUMNS = `
  ALTER TABLE companies
    ADD COLUMN silent_after_hours integer DEFAULT 24,
    ADD COLUMN silence_told timestamptz(3),
    ADD CONSTRAINT companies_silent_after_range CHECK (silent_after_hours BETWEEN 1 AND 8760)
`;

/** What of a company does not change while it moves, or was moved, to another cell. */
const stays = (column: string): string => `
  DROP TRIGGER companies_stay ON companies;
  CREATE TRIGGER companies_stay
    BEFORE UPDATE OF slug, name, duplicate_group_names, unknown_members, unique_external_id, suspended, paused_until,
      journal_retention_days, rate_limit, journal_values, recreate, reprovision${column} ON companies
    FOR EACH ROW EXECUTE FUNCTION keep_while_elsewhere();
`;

/**
 * `claim_silences` gives each silence to who asks first; who asks at the same time passes the row over, or finds it told.
 * What it gives is written by `record_silences`, in the same statement. A company that was never in use is not silent, nor is one
 * without a number of hours. Those that are silent already when this comes are told of after their next use.
 */
const FUNCTIONS = `
  CREATE FUNCTION claim_silences() RETURNS TABLE (company_id bigint, slug text, hours integer, last_used timestamptz)
  LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    WITH due AS (
      SELECT c.id, u.last_used
      FROM public.companies c CROSS JOIN LATERAL (SELECT greatest(
        (SELECT max(a.last_used) FROM public.access_tokens t JOIN public.token_activity a ON a.token_id = t.id
          WHERE t.company_id = c.id),
        (SELECT max(o.last_used) FROM public.oauth_clients o WHERE o.company_id = c.id)) AS last_used) u
      WHERE c.suspended IS NULL AND c.delete_after IS NULL AND c.elsewhere IS NULL
        AND (c.moving_until IS NULL OR c.moving_until <= clock_timestamp())
        AND u.last_used < clock_timestamp() - c.silent_after_hours * interval '1 hour'
        AND (c.silence_told IS NULL OR c.silence_told < u.last_used::timestamptz(3))
      ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
    )
    UPDATE public.companies c SET silence_told = d.last_used FROM due d WHERE c.id = d.id
    RETURNING c.id, c.slug, c.silent_after_hours, d.last_used
  $$;

  CREATE FUNCTION record_silences(silences jsonb) RETURNS integer
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH recorded AS (
      INSERT INTO public.activity (company_id, id, txn, operation, outcome, display, attributes, detail)
      SELECT s.company_id, public.next_resource_id(), gen_random_uuid()::text, 'company.silent', 'done', s.slug, '{}',
        jsonb_build_object('hours', s.hours, 'lastUsed',
          to_char(s.last_used AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
      FROM jsonb_to_recordset(silences) AS s (company_id bigint, slug text, hours integer, last_used timestamptz)
      RETURNING company_id, id
    ), told AS (
      INSERT INTO public.outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id
      RETURNING seq
    )
    SELECT count(*)::integer FROM told
  $$;

  REVOKE ALL ON FUNCTION claim_silences(), record_silences(jsonb) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION claim_silences(), record_silences(jsonb) TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION record_silences(jsonb) OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;

  SELECT count(*) FROM claim_silences();
`;

const TOLD_WITH_SILENCE = `${TOLD} OR k.operation = 'company.silent'`;

/** Changes which entries are told with their detail. */
const ofPlatform = (told: string): string => `
  GRANT CREATE ON SCHEMA public TO rollcall_platform;
  SET LOCAL ROLE rollcall_platform;
  ${readFeed({ create: 'CREATE OR REPLACE', told, set: '\n  SET jit = off' })}
  RESET ROLE;
  REVOKE CREATE ON SCHEMA public FROM rollcall_platform;
`;
