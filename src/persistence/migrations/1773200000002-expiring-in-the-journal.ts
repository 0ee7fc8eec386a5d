import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets credentials that end soon be told of in the journal of their companies, with each warning of the log. */
export class ExpiringInTheJournal1773200000002 implements MigrationInterface {
  readonly name = 'ExpiringInTheJournal1773200000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(RECORDED);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION record_expiring(jsonb)');
  }
}

/** Each names its company by slug; what names none that exists is left out. */
const RECORDED = `
  CREATE FUNCTION record_expiring(credentials jsonb) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    WITH recorded AS (
      INSERT INTO public.activity (company_id, id, txn, operation, outcome, display, attributes, detail)
      SELECT c.id, public.next_resource_id(), gen_random_uuid()::text, 'credential.expiring', 'done', r.credential_name, '{}',
        jsonb_strip_nulls(jsonb_build_object('id', r.credential_id, 'name', r.credential_name, 'secretId', r.secret_id,
          'expires', r.expires))
      FROM jsonb_to_recordset(credentials) AS r (slug text, credential_id text, credential_name text, secret_id text,
        expires text)
      JOIN public.companies c ON c.slug = r.slug
      RETURNING company_id, id)
    INSERT INTO public.outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id
  $$;
  REVOKE ALL ON FUNCTION record_expiring(jsonb) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION record_expiring(jsonb) TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION record_expiring(jsonb) OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;
