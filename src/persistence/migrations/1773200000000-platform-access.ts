import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets the service find a platform credential by its hash, and note its use. */
export class PlatformAccess1773200000000 implements MigrationInterface {
  readonly name = 'PlatformAccess1773200000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FUNCTIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP FUNCTION find_platform_credential(bytea, text), note_platform_uses(text[], text[])',
    );
  }
}

/**
 * A credential is found whether it is in force or not, so that a refusal can be told of. A company is found with it where
 * it is the one that is named, and the credential is for it. Without a name, all companies of the credential are listed.
 *
 * A use of each credential is written once a minute, whichever process saw it.
 */
const FUNCTIONS = `
  CREATE FUNCTION find_platform_credential(credential_hash bytea, named text) RETURNS TABLE (
    credential_id bigint, credential_name text, scopes text[], expires timestamptz, revoked timestamptz,
    in_force boolean, all_companies boolean, companies bigint[],
    company_id bigint, slug text, duplicate_group_names boolean, unknown_members text, journal_values boolean,
    suspended boolean, rate_limit integer, pause_left integer
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT p.id, p.name, p.scopes, p.expires, p.revoked,
      p.revoked IS NULL AND (p.expires IS NULL OR p.expires > clock_timestamp()), p.all_companies,
      CASE WHEN named IS NULL AND NOT p.all_companies THEN ARRAY(
        SELECT l.company_id FROM public.platform_credential_companies l WHERE l.credential_id = p.id) ELSE '{}' END,
      c.company_id, c.slug, c.duplicate_group_names, c.unknown_members, c.journal_values, c.suspended, c.rate_limit,
      c.pause_left
    FROM public.platform_credentials p LEFT JOIN LATERAL (
      SELECT f.* FROM public.find_company(named) f
      WHERE p.all_companies OR EXISTS (
        SELECT FROM public.platform_credential_companies l WHERE l.credential_id = p.id AND l.company_id = f.company_id)
    ) c ON true
    WHERE p.hash = credential_hash
  $$;

  CREATE FUNCTION note_platform_uses(ids text[], clients text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    UPDATE public.platform_credentials p SET last_used = clock_timestamp(), client = left(u.client, 100)
    FROM unnest(ids, clients) AS u (id, client)
    WHERE p.id = substr(u.id, length('platform:') + 1)::bigint
      AND (p.last_used IS NULL OR p.last_used < clock_timestamp() - interval '1 minute')
  $$;

  REVOKE ALL ON FUNCTION find_platform_credential(bytea, text), note_platform_uses(text[], text[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_platform_credential(bytea, text), note_platform_uses(text[], text[])
    TO rollcall_service;
`;
