import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Names endpoints by how they have done so far, so that those that work wait for no others. */
export class WebhookLanes1774300000000 implements MigrationInterface {
  readonly name = 'WebhookLanes1774300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FUNCTIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/** Whether the company `c` is here: what is to be told of one that is moving is told where it goes. */
const HERE = '(c.elsewhere IS NULL AND (c.moving_until IS NULL OR c.moving_until <= clock_timestamp()))';

/**
 * `find_due_webhooks` names endpoints for which there is something to do, and of each lane those first that had to wait
 * longest. `failing`: the last attempt has failed. `untried`: none has succeeded so far. `proven`: the others.
 */
const FUNCTIONS = `
  DROP FUNCTION find_due_webhooks(boolean, integer, bigint[]);
  CREATE FUNCTION find_due_webhooks(proven integer, untried integer, failing integer, busy bigint[]) RETURNS TABLE (
    company_id bigint, slug text, webhook_id bigint, lane text
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT d.company_id, d.slug, d.webhook_id, d.lane
    FROM (
      SELECT w.company_id, c.slug, w.id AS webhook_id, l.lane, l.room,
        row_number() OVER (PARTITION BY l.lane ORDER BY w.claimed NULLS FIRST, w.id) AS place
      FROM public.webhooks w JOIN public.companies c ON c.id = w.company_id AND ${HERE}
        JOIN (VALUES ('proven', $1), ('untried', $2), ('failing', $3)) l (lane, room)
          ON l.lane = CASE WHEN w.failures > 0 THEN 'failing' WHEN w.last_success IS NULL THEN 'untried' ELSE 'proven' END
      WHERE l.room > 0 AND w.disabled IS NULL AND c.delete_after IS NULL AND w.id <> ALL (busy)
        AND (w.paused_until IS NULL OR w.paused_until <= clock_timestamp())
        AND (EXISTS (SELECT FROM public.feed f WHERE f.company_id = w.company_id AND f.position > w.position)
          OR EXISTS (SELECT FROM public.webhook_deliveries d
            WHERE d.company_id = w.company_id AND d.webhook_id = w.id AND d.state = 'pending'
              AND d.due <= clock_timestamp() AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())))
    ) d
    WHERE d.place <= d.room
    ORDER BY d.place
  $$;
  REVOKE ALL ON FUNCTION find_due_webhooks(integer, integer, integer, bigint[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_due_webhooks(integer, integer, integer, bigint[]) TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION find_due_webhooks(integer, integer, integer, bigint[]) OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

const REMOVAL = `
  DROP FUNCTION find_due_webhooks(integer, integer, integer, bigint[]);
  CREATE FUNCTION find_due_webhooks(failing boolean, most integer, busy bigint[]) RETURNS TABLE (
    company_id bigint, slug text, webhook_id bigint
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT w.company_id, c.slug, w.id
    FROM public.webhooks w JOIN public.companies c ON c.id = w.company_id AND ${HERE}
    WHERE w.disabled IS NULL AND c.delete_after IS NULL AND (w.failures > 0) = failing AND w.id <> ALL (busy)
      AND (w.paused_until IS NULL OR w.paused_until <= clock_timestamp())
      AND (EXISTS (SELECT FROM public.feed f WHERE f.company_id = w.company_id AND f.position > w.position)
        OR EXISTS (SELECT FROM public.webhook_deliveries d
          WHERE d.company_id = w.company_id AND d.webhook_id = w.id AND d.state = 'pending'
            AND d.due <= clock_timestamp() AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())))
    ORDER BY w.claimed NULLS FIRST, w.id
    LIMIT most
  $$;
  REVOKE ALL ON FUNCTION find_due_webhooks(boolean, integer, bigint[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_due_webhooks(boolean, integer, bigint[]) TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION find_due_webhooks(boolean, integer, bigint[]) OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;
