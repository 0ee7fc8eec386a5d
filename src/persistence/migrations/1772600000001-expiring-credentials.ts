import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { EXPIRY_WARNINGS } from './1772100000000-oauth-clients.js';

/**
 * Says in one place which credentials expire soon, for the warnings, the metrics and administrators: one that has a
 * successor does not count, nor do the tokens of OAuth clients, which live for an hour.
 */
export class ExpiringCredentials1772600000001 implements MigrationInterface {
  readonly name = 'ExpiringCredentials1772600000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [EXPIRING, WARNINGS, COUNT]) await queryRunner.query(section);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION count_expiring_credentials(), expiring_credentials(interval)');
    await queryRunner.query(EXPIRY_WARNINGS);
  }
}

/**
 * The successor of a token is one of the same company and name that ends later, may do at least the same, and stands for the
 * same user; that of a secret is another one of its client that ends later. It is no function of the service's: only the
 * owner calls it, and the functions that work as the owner.
 */
const EXPIRING = `
  CREATE FUNCTION expiring_credentials(horizon interval) RETURNS TABLE (
    company_id bigint, slug text, credential_id text, credential_name text, token_id bigint, secret_id bigint,
    expires timestamptz
  )
  LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT c.id, c.slug, t.id::text, t.name, t.id, NULL::bigint, t.expires
    FROM public.access_tokens t JOIN public.companies c ON c.id = t.company_id
    WHERE t.client_id IS NULL AND t.revoked IS NULL AND c.delete_after IS NULL
      AND t.expires > clock_timestamp() AND t.expires <= clock_timestamp() + horizon
      AND NOT EXISTS (SELECT FROM public.access_tokens n
        WHERE n.company_id = t.company_id AND n.client_id IS NULL AND n.name = t.name AND n.revoked IS NULL
          AND (n.expires IS NULL OR n.expires > t.expires)
          AND n.scopes @> t.scopes AND n.user_id IS NOT DISTINCT FROM t.user_id)
    UNION ALL
    SELECT c.id, c.slug, o.id, o.name, NULL, s.id, s.expires
    FROM public.oauth_client_secrets s JOIN public.oauth_clients o ON o.id = s.client_id
      JOIN public.companies c ON c.id = o.company_id
    WHERE s.revoked IS NULL AND o.disabled IS NULL AND c.delete_after IS NULL
      AND s.expires > clock_timestamp() AND s.expires <= clock_timestamp() + horizon
      AND NOT EXISTS (SELECT FROM public.oauth_client_secrets n
        WHERE n.client_id = s.client_id AND n.revoked IS NULL AND n.expires > s.expires)
  $$;
  REVOKE ALL ON FUNCTION expiring_credentials(interval) FROM PUBLIC;
`;

/** A warning belongs to the first process that asks on a day. */
const WARNINGS = `
  CREATE OR REPLACE FUNCTION claim_expiry_warnings() RETURNS TABLE (
    credential_id text, credential_name text, secret_id bigint, slug text, expires timestamptz, last_used timestamptz
  )
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
  #variable_conflict use_column
  DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
  BEGIN
    RETURN QUERY WITH expiring AS MATERIALIZED (
      SELECT * FROM public.expiring_credentials(interval '30 days')
    ), tokens AS (
      INSERT INTO public.token_activity AS a (token_id, warned_on)
      SELECT e.token_id, today FROM expiring e WHERE e.token_id IS NOT NULL ORDER BY e.token_id
      ON CONFLICT (token_id) DO UPDATE SET warned_on = excluded.warned_on
      WHERE a.warned_on IS NULL OR a.warned_on < excluded.warned_on
      RETURNING a.token_id, a.last_used
    ), due AS (
      SELECT s.id FROM public.oauth_client_secrets s
      WHERE s.id IN (SELECT e.secret_id FROM expiring e) AND (s.warned_on IS NULL OR s.warned_on < today)
      ORDER BY s.id FOR NO KEY UPDATE
    ), secrets AS (
      UPDATE public.oauth_client_secrets s SET warned_on = today FROM due WHERE s.id = due.id
      RETURNING s.id, s.last_used
    )
    SELECT e.credential_id, e.credential_name, e.secret_id, e.slug, e.expires, coalesce(t.last_used, s.last_used)
    FROM expiring e LEFT JOIN tokens t ON t.token_id = e.token_id LEFT JOIN secrets s ON s.id = e.secret_id
    WHERE t.token_id IS NOT NULL OR s.id IS NOT NULL
    ORDER BY e.expires, e.credential_id;
  END
  $$;
`;

const COUNT = `
  CREATE FUNCTION count_expiring_credentials() RETURNS TABLE (days integer, credentials bigint)
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.days, count(e.credential_id)
    FROM (VALUES (1), (7), (30)) AS d (days)
      LEFT JOIN public.expiring_credentials(interval '30 days') e
        ON e.expires <= clock_timestamp() + d.days * interval '1 day'
    GROUP BY d.days
    ORDER BY d.days
  $$;
  REVOKE ALL ON FUNCTION count_expiring_credentials() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION count_expiring_credentials() TO rollcall_service;
`;
