import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Keeps when a signed token was last accepted for a company, so that a company whose clients have no others can be silent too. */
export class IssuerActivity1780000000001 implements MigrationInterface {
  readonly name = 'IssuerActivity1780000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLE);
    await queryRunner.query(
      claimSilences(`,
        (SELECT max(i.last_used) FROM public.issuer_activity i WHERE i.company_id = c.id)`),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(claimSilences(''));
    await queryRunner.query('DROP FUNCTION note_issuer_uses(bigint[], bigint[]); DROP TABLE issuer_activity');
  }
}

/** Like `note_token_uses`: a use is written at most once a minute, and rows are locked in one order. */
const TABLE = `
  CREATE TABLE issuer_activity (
    issuer_id bigint NOT NULL,
    company_id bigint NOT NULL,
    last_used timestamptz(3) NOT NULL,
    CONSTRAINT issuer_activity_pkey PRIMARY KEY (issuer_id, company_id),
    CONSTRAINT issuer_activity_issuer_fkey FOREIGN KEY (issuer_id) REFERENCES token_issuers (id) ON DELETE CASCADE,
    CONSTRAINT issuer_activity_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE
  );
  CREATE INDEX issuer_activity_company_index ON issuer_activity (company_id);

  CREATE FUNCTION note_issuer_uses(issuer_ids bigint[], company_ids bigint[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.issuer_activity AS a (issuer_id, company_id, last_used)
    SELECT i.id, c.id, pg_catalog.clock_timestamp()
    FROM ROWS FROM (unnest(issuer_ids), unnest(company_ids)) AS u (issuer, company)
      JOIN public.token_issuers i ON i.id = u.issuer JOIN public.companies c ON c.id = u.company
    ORDER BY i.id, c.id
    ON CONFLICT (issuer_id, company_id) DO UPDATE SET last_used = excluded.last_used
    WHERE a.last_used <= excluded.last_used - interval '1 minute'
  $$;

  REVOKE ALL ON FUNCTION note_issuer_uses(bigint[], bigint[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION note_issuer_uses(bigint[], bigint[]) TO rollcall_service;
`;

/** @param uses what else tells when the company `c` was last in use */
const claimSilences = (uses: string): string => `
  CREATE OR REPLACE FUNCTION claim_silences()
  RETURNS TABLE (company_id bigint, slug text, hours integer, last_used timestamptz)
  LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    WITH due AS (
      SELECT c.id, u.last_used
      FROM public.companies c CROSS JOIN LATERAL (SELECT greatest(
        (SELECT max(a.last_used) FROM public.access_tokens t JOIN public.token_activity a ON a.token_id = t.id
          WHERE t.company_id = c.id),
        (SELECT max(o.last_used) FROM public.oauth_clients o WHERE o.company_id = c.id)${uses}) AS last_used) u
      WHERE c.suspended IS NULL AND c.delete_after IS NULL AND c.elsewhere IS NULL
        AND (c.moving_until IS NULL OR c.moving_until <= clock_timestamp())
        AND u.last_used < clock_timestamp() - c.silent_after_hours * interval '1 hour'
        AND (c.silence_told IS NULL OR c.silence_told < u.last_used::timestamptz(3))
      ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
    )
    UPDATE public.companies c SET silence_told = d.last_used FROM due d WHERE c.id = d.id
    RETURNING c.id, c.slug, c.silent_after_hours, d.last_used
  $$;
`;
