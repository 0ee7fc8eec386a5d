import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Creates webhooks: where events of a company are sent, the secrets that they are signed with, and what was delivered. */
export class Webhooks1773300000000 implements MigrationInterface {
  readonly name = 'Webhooks1773300000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const section of [TABLES, RIGHTS, FUNCTIONS]) await queryRunner.query(section);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(REMOVAL);
  }
}

/**
 * `position` is the place of the feed behind which an endpoint has to be told; `failures` counts the attempts that
 * failed since the last that did not. A delivery refers to the journal: its body is made for each attempt. It is in
 * flight while `leased_until` is to come, and outlives its endpoint for a while, without a foreign key.
 */
const TABLES = `
  CREATE TABLE webhooks (
    company_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT next_resource_id(),
    name text NOT NULL,
    url text NOT NULL,
    types text[],
    created timestamptz(3) NOT NULL DEFAULT now(),
    disabled timestamptz(3),
    disabled_reason text,
    position bigint NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz(3),
    last_success timestamptz(3),
    paused_until timestamptz(3),
    claimed timestamptz(3),
    CONSTRAINT webhooks_pkey PRIMARY KEY (company_id, id),
    CONSTRAINT webhooks_company_fkey FOREIGN KEY (company_id) REFERENCES companies (id) ON DELETE CASCADE,
    CONSTRAINT webhooks_url_length CHECK (length(url) <= 2048),
    CONSTRAINT webhooks_reason_choice CHECK (disabled_reason IN ('administrator', 'gone', 'failing'))
  );

  CREATE TABLE webhook_secrets (
    company_id bigint NOT NULL,
    webhook_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT next_resource_id(),
    secret text NOT NULL,
    created timestamptz(3) NOT NULL DEFAULT now(),
    expires timestamptz(3),
    CONSTRAINT webhook_secrets_pkey PRIMARY KEY (company_id, webhook_id, id),
    CONSTRAINT webhook_secrets_webhook_fkey FOREIGN KEY (company_id, webhook_id)
      REFERENCES webhooks (company_id, id) ON DELETE CASCADE
  );

  CREATE TABLE webhook_deliveries (
    company_id bigint NOT NULL,
    webhook_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT next_resource_id(),
    position bigint,
    activity_id bigint,
    resource_id bigint,
    type text,
    state text NOT NULL DEFAULT 'pending',
    created timestamptz(3) NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    due timestamptz(3) NOT NULL DEFAULT now(),
    first_failed timestamptz(3),
    leased_until timestamptz(3),
    last_attempt timestamptz(3),
    duration_ms integer,
    status smallint,
    error text,
    excerpt text,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (company_id, webhook_id, id),
    CONSTRAINT webhook_deliveries_state_choice CHECK (state IN ('pending', 'delivered', 'failed'))
  ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX webhook_deliveries_pending_index ON webhook_deliveries (company_id, webhook_id, id)
    WHERE state = 'pending';
  CREATE INDEX webhook_deliveries_resource_index ON webhook_deliveries (company_id, webhook_id, resource_id, id)
    WHERE state = 'pending';
  CREATE INDEX webhook_deliveries_excerpt_index ON webhook_deliveries (company_id, resource_id)
    WHERE excerpt IS NOT NULL;
`;

const WEBHOOK_TABLES = ['webhooks', 'webhook_secrets', 'webhook_deliveries'];

/** The service delivers, and makes no endpoint: that is administration, which works on the journal of all companies. */
const RIGHTS = [
  ...WEBHOOK_TABLES.map(
    (table) => `
  ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
  ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
  CREATE POLICY ${table}_of_company ON ${table} TO rollcall_service
    USING (company_id = current_company()) WITH CHECK (company_id = current_company());
  CREATE POLICY ${table}_of_all ON ${table} TO rollcall_journal USING (true) WITH CHECK (true);
  GRANT SELECT ON ${table} TO rollcall_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO rollcall_journal;
`,
  ),
  `
  GRANT UPDATE (position, failures, failing_since, last_success, paused_until, claimed, disabled, disabled_reason)
    ON webhooks TO rollcall_service;
  GRANT INSERT, UPDATE, DELETE ON webhook_deliveries TO rollcall_service;
  GRANT SELECT (delete_after) ON companies TO rollcall_journal;
`,
].join('');

/**
 * `find_due_webhooks` names endpoints for which there is something to do, those first that had to wait longest:
 * `failing` are those whose last attempt has failed. `trim_webhook_deliveries` removes deliveries that are over, and
 * those of endpoints that are gone, at most `most` of an endpoint.
 */
const FUNCTIONS = `
  CREATE FUNCTION find_due_webhooks(failing boolean, most integer, busy bigint[]) RETURNS TABLE (
    company_id bigint, slug text, webhook_id bigint
  )
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT w.company_id, c.slug, w.id
    FROM public.webhooks w JOIN public.companies c ON c.id = w.company_id
    WHERE w.disabled IS NULL AND c.delete_after IS NULL AND (w.failures > 0) = failing AND w.id <> ALL (busy)
      AND (w.paused_until IS NULL OR w.paused_until <= clock_timestamp())
      AND (EXISTS (SELECT FROM public.feed f WHERE f.company_id = w.company_id AND f.position > w.position)
        OR EXISTS (SELECT FROM public.webhook_deliveries d
          WHERE d.company_id = w.company_id AND d.webhook_id = w.id AND d.state = 'pending'
            AND d.due <= clock_timestamp() AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())))
    ORDER BY w.claimed NULLS FIRST, w.id
    LIMIT most
  $$;

  CREATE FUNCTION trim_webhook_deliveries(kept interval, most integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
  DECLARE
    endpoint record;
    removed bigint;
    total bigint := 0;
    bound bigint := public.first_resource_id(clock_timestamp() - kept);
  BEGIN
    IF NOT pg_try_advisory_xact_lock(7265016) THEN
      RETURN 0;
    END IF;
    FOR endpoint IN
      WITH RECURSIVE endpoints AS (
        (SELECT d.company_id, d.webhook_id FROM public.webhook_deliveries d ORDER BY 1, 2 LIMIT 1)
        UNION ALL
        SELECT n.company_id, n.webhook_id FROM endpoints e CROSS JOIN LATERAL (
          SELECT d.company_id, d.webhook_id FROM public.webhook_deliveries d
          WHERE (d.company_id, d.webhook_id) > (e.company_id, e.webhook_id) ORDER BY 1, 2 LIMIT 1) n)
      SELECT e.company_id, e.webhook_id, w.id IS NULL AS gone
      FROM endpoints e LEFT JOIN public.webhooks w ON w.company_id = e.company_id AND w.id = e.webhook_id
    LOOP
      DELETE FROM public.webhook_deliveries d
      WHERE d.company_id = endpoint.company_id AND d.webhook_id = endpoint.webhook_id AND d.id IN (
        SELECT o.id FROM public.webhook_deliveries o
        WHERE o.company_id = endpoint.company_id AND o.webhook_id = endpoint.webhook_id
          AND (endpoint.gone OR o.id < bound AND o.state <> 'pending')
        ORDER BY o.id LIMIT most);
      GET DIAGNOSTICS removed = ROW_COUNT;
      total := total + removed;
    END LOOP;
    RETURN total;
  END
  $$;

  CREATE FUNCTION count_webhooks() RETURNS TABLE (live bigint, failing bigint, disabled bigint, pending bigint)
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT count(*) FILTER (WHERE w.disabled IS NULL AND w.failures = 0),
      count(*) FILTER (WHERE w.disabled IS NULL AND w.failures > 0), count(*) FILTER (WHERE w.disabled IS NOT NULL),
      (SELECT count(*) FROM public.webhook_deliveries d WHERE d.state = 'pending')
    FROM public.webhooks w
  $$;

  REVOKE ALL ON FUNCTION find_due_webhooks(boolean, integer, bigint[]), trim_webhook_deliveries(interval, integer),
    count_webhooks() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION find_due_webhooks(boolean, integer, bigint[]), trim_webhook_deliveries(interval, integer),
    count_webhooks() TO rollcall_service;
  GRANT CREATE ON SCHEMA public TO rollcall_journal;
  ALTER FUNCTION find_due_webhooks(boolean, integer, bigint[]) OWNER TO rollcall_journal;
  ALTER FUNCTION trim_webhook_deliveries(interval, integer) OWNER TO rollcall_journal;
  ALTER FUNCTION count_webhooks() OWNER TO rollcall_journal;
  REVOKE CREATE ON SCHEMA public FROM rollcall_journal;
`;

const REMOVAL = `
  DROP FUNCTION find_due_webhooks(boolean, integer, bigint[]), trim_webhook_deliveries(interval, integer), count_webhooks();
  DROP TABLE webhook_deliveries, webhook_secrets, webhooks;
  REVOKE SELECT (delete_after) ON companies FROM rollcall_journal;
`;
