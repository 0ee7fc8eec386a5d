import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tells how far the feed is behind, which the service can't see: it may only add to `outbox`. */
export class OutboxLag1772050000000 implements MigrationInterface {
  readonly name = 'OutboxLag1772050000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(LAG);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION outbox_lag()');
  }
}

const LAG = `
  CREATE FUNCTION outbox_lag() RETURNS double precision
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce((
      SELECT greatest(0, extract(epoch FROM clock_timestamp() - public.resource_id_time(o.activity_id)))
      FROM public.outbox o ORDER BY o.seq LIMIT 1), 0)
  $$;
  REVOKE ALL ON FUNCTION outbox_lag() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION outbox_lag() TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION outbox_lag() OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;
