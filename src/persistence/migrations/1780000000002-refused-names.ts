import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Keeps in the journal whom a refused request was to create. These names are found again, to be removed. */
export class RefusedNames1780000000002 implements MigrationInterface {
  readonly name = 'RefusedNames1780000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(INDEX);
    await queryRunner.query(
      noteRequests({ column: ' display,', value: ' r.display,', field: ' display text,' }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(noteRequests({ column: '', value: '', field: '' }));
    await queryRunner.query('DROP INDEX activity_refused_names_index');
  }
}

const INDEX = `
  CREATE INDEX activity_refused_names_index ON activity (company_id, id)
    WHERE outcome = 'refused' AND display IS NOT NULL;
`;

const noteRequests = (display: Readonly<Record<'column' | 'value' | 'field', string>>): string => `
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  SET LOCAL ROLE rollcall_journal;

  CREATE OR REPLACE FUNCTION note_requests(requests jsonb) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO public.activity (company_id, id, txn, credential_id, credential_name, client, surface, request_id,
      trace_id, operation, outcome, status, scim_type, resource_type, resource_id,${display.column} duration_ms, detail)
    SELECT c.id, public.next_resource_id(), r.txn, r.credential_id, r.credential_name, r.client, r.surface, r.request_id,
      r.trace_id, r.operation, r.outcome, r.status, r.scim_type, r.resource_type,
      public.read_resource_id(r.resource_id),${display.value} r.duration_ms, r.detail
    FROM jsonb_to_recordset(requests) AS r (company_id bigint, slug text, txn text, credential_id text,
      credential_name text, client text, surface text, request_id text, trace_id text, operation text, outcome text,
      status smallint, scim_type text, resource_type text, resource_id text,${display.field} duration_ms integer, detail jsonb)
    JOIN public.companies c ON (c.id = r.company_id OR r.company_id IS NULL AND c.slug = r.slug)
      AND c.elsewhere IS NULL AND (c.moving_until IS NULL OR c.moving_until <= clock_timestamp())
  $$;

  RESET ROLE;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;
