import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Adds what is known of the life of tokens: their last use, and the last warning of their end. It is a table of its own,
 * so that the rows by which each request finds its token are never written.
 */
export class TokenActivity1771027200001 implements MigrationInterface {
  readonly name = 'TokenActivity1771027200001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(ACTIVITY);
    await queryRunner.query(FUNCTIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP FUNCTION note_token_uses(bigint[], text[]), claim_expiry_warnings(); DROP TABLE token_activity',
    );
  }
}

const ACTIVITY = `
  CREATE TABLE token_activity (
    token_id bigint NOT NULL,
    last_used timestamptz(3),
    client text,
    warned_on date,
    CONSTRAINT token_activity_pkey PRIMARY KEY (token_id),
    CONSTRAINT token_activity_token_fkey FOREIGN KEY (token_id) REFERENCES access_tokens (id) ON DELETE CASCADE,
    CONSTRAINT token_activity_client_length CHECK (length(client) <= 100)
  );
`;

/** The function as it is before there are OAuth clients. */
export const TOKEN_EXPIRY_WARNINGS = `CREATE FUNCTION claim_expiry_warnings() RETURNS TABLE (
    token_id bigint, token_name text, slug text, expires timestamptz, last_used timestamptz
  )
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY WITH claimed AS (
      INSERT INTO public.token_activity AS a (token_id, warned_on)
      SELECT t.id, (pg_catalog.clock_timestamp() AT TIME ZONE 'UTC')::date
      FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
      WHERE t.revoked IS NULL AND c.delete_after IS NULL AND t.expires > pg_catalog.clock_timestamp()
        AND t.expires <= pg_catalog.clock_timestamp() + interval '30 days'
      ORDER BY t.id
      ON CONFLICT (token_id) DO UPDATE SET warned_on = excluded.warned_on
      WHERE a.warned_on IS NULL OR a.warned_on < excluded.warned_on
      RETURNING a.token_id, a.last_used
    )
    SELECT t.id, t.name, c.slug, t.expires, claimed.last_used
    FROM claimed JOIN public.access_tokens t ON t.id = claimed.token_id JOIN public.companies c ON c.id = t.company_id
    ORDER BY t.expires, t.id;
  END
  $$;`;

/**
 * Like `find_token`: the service can only reach the control tables through functions.
 *
 * A use is written at most once a minute, whatever the number of processes that see some. Rows are locked in the order
 * of their ids, so that two processes never wait for each other. A warning belongs to the first process that asks on a
 * day; the function that gives it is in PL/pgSQL, since PostgreSQL 18 runs no trigger of a statement whose rows an SQL
 * function returns one by one.
 */
const FUNCTIONS = `
  CREATE FUNCTION note_token_uses(token_ids bigint[], clients text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.token_activity AS a (token_id, last_used, client)
    SELECT t.id, pg_catalog.clock_timestamp(), u.client
    FROM ROWS FROM (unnest(token_ids), unnest(clients)) AS u (id, client) JOIN public.access_tokens t USING (id)
    ORDER BY t.id
    ON CONFLICT (token_id) DO UPDATE SET last_used = excluded.last_used, client = excluded.client
    WHERE a.last_used IS NULL OR a.last_used <= excluded.last_used - interval '1 minute'
  $$;

  ${TOKEN_EXPIRY_WARNINGS}

  REVOKE ALL ON FUNCTION note_token_uses(bigint[], text[]), claim_expiry_warnings() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION note_token_uses(bigint[], text[]), claim_expiry_warnings() TO rollcall_service;
`;
