---- findDue: of all lanes

-- prepared once: webhooks.due
SELECT company_id, slug, webhook_id, lane FROM find_due_webhooks($1, $2, $3, $4::bigint[]);

---- takeTurn: a first one

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true);

-- prepared once: webhooks.lock.skip
SELECT url, sealed_url, name, format, types, failures, disabled IS NOT NULL AS is_disabled,
last_success IS NULL AS is_untried FROM webhooks
WHERE company_id = $1::bigint AND id = $2::bigint FOR UPDATE SKIP LOCKED;

-- prepared once: webhooks.plan
WITH waiting AS (
  SELECT count(*) AS waiting, count(*) FILTER (WHERE p.attempts = 0) AS fresh FROM (
    SELECT attempts FROM webhook_deliveries
    WHERE company_id = $1::bigint AND webhook_id = $2::bigint AND state = 'pending'
    ORDER BY id LIMIT $3) p
), behind AS MATERIALIZED (
  SELECT f.position, f.activity_id FROM feed f
  WHERE f.company_id = $1::bigint
  AND f.position > (SELECT w.position FROM webhooks w WHERE w.company_id = $1::bigint AND w.id = $2::bigint)
  AND (SELECT w.fresh < $4 AND w.waiting < $5 FROM waiting w)
  ORDER BY f.position LIMIT $6
), planned AS (
  INSERT INTO webhook_deliveries (company_id, webhook_id, position, activity_id, resource_id)
  SELECT $1::bigint, $2::bigint, b.position, a.id, a.resource_id
  FROM behind b JOIN activity a ON a.company_id = $1::bigint AND a.id = b.activity_id
  ORDER BY b.position)
UPDATE webhooks SET claimed = clock_timestamp(),
position = greatest(position, (SELECT max(b.position) FROM behind b))
WHERE company_id = $1::bigint AND id = $2::bigint;

-- prepared once: webhooks.claim
WITH claimable AS MATERIALIZED (
  SELECT d.id FROM webhook_deliveries d
  WHERE d.company_id = $1::bigint AND d.webhook_id = $2::bigint AND d.state = 'pending' AND d.due <= clock_timestamp()
  AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())
  AND NOT EXISTS (SELECT FROM webhook_deliveries e
    WHERE e.company_id = $1::bigint AND e.webhook_id = $2::bigint AND e.state = 'pending'
    AND e.resource_id = d.resource_id
    AND (e.leased_until > clock_timestamp() OR e.id < d.id AND (e.due <= clock_timestamp()
        OR coalesce(e.first_failed > clock_timestamp() - $3::double precision * interval '1 ms', true))))
  ORDER BY d.id
  LIMIT greatest(0, least($4::bigint, $5::bigint - (
        SELECT count(*) FROM webhook_deliveries l WHERE l.company_id = $1::bigint AND l.webhook_id = $2::bigint
        AND l.state = 'pending' AND l.leased_until > clock_timestamp())))
  FOR UPDATE SKIP LOCKED)
UPDATE webhook_deliveries d SET leased_until = clock_timestamp() + $6::double precision * interval '1 ms' FROM claimable c
WHERE d.company_id = $1::bigint AND d.webhook_id = $2::bigint AND d.id = c.id
RETURNING format_resource_id(d.id) AS id, d.position, format_resource_id(d.activity_id) AS activity, d.attempts,
d.created;

-- prepared once: webhooks.secrets
SELECT secret FROM webhook_secrets WHERE company_id = $1::bigint AND webhook_id = $2::bigint
AND (expires IS NULL OR expires > clock_timestamp())
ORDER BY id DESC;

COMMIT;

---- takeTurn: one that notes what came of a call

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true);

-- prepared once: webhooks.lock
SELECT url, sealed_url, name, format, types, failures, disabled IS NOT NULL AS is_disabled,
last_success IS NULL AS is_untried FROM webhooks
WHERE company_id = $1::bigint AND id = $2::bigint FOR UPDATE;

-- prepared once: webhooks.settle
WITH r AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, outcome text,
    type text, status smallint, error text, excerpt text, duration integer, wait double precision)
), dropped AS (
  DELETE FROM webhook_deliveries d USING r WHERE r.outcome = 'dropped' AND d.company_id = $2::bigint
  AND d.webhook_id = $3::bigint AND d.id = r.id)
UPDATE webhook_deliveries d SET leased_until = NULL,
state = CASE WHEN r.outcome IN ('delivered', 'failed') THEN r.outcome ELSE 'pending' END,
due = clock_timestamp() + r.wait * interval '1 ms',
first_failed = CASE WHEN r.outcome IN ('retry', 'failed') THEN coalesce(d.first_failed, clock_timestamp())
ELSE d.first_failed END,
attempts = CASE r.outcome WHEN 'released' THEN d.attempts ELSE d.attempts + 1 END,
type = coalesce(r.type, d.type),
last_attempt = CASE r.outcome WHEN 'released' THEN d.last_attempt ELSE clock_timestamp() END,
duration_ms = r.duration, status = r.status, error = r.error, excerpt = r.excerpt
FROM r WHERE r.outcome <> 'dropped' AND d.company_id = $4::bigint
AND d.webhook_id = $5::bigint AND d.id = r.id AND d.state = 'pending';

-- prepared once: webhooks.state
UPDATE webhooks SET failures = $1::integer,
failing_since = CASE WHEN $2::integer > 0 THEN coalesce(failing_since, clock_timestamp()) END,
last_success = CASE WHEN $3::boolean THEN clock_timestamp() ELSE last_success END,
paused_until = clock_timestamp() + $4::double precision * interval '1 ms',
disabled = CASE WHEN $5::text IS NULL THEN disabled ELSE coalesce(disabled, clock_timestamp()) END,
disabled_reason = coalesce(disabled_reason, $5::text)
WHERE company_id = $6::bigint AND id = $7::bigint;

-- prepared once: webhooks.plan
WITH waiting AS (
  SELECT count(*) AS waiting, count(*) FILTER (WHERE p.attempts = 0) AS fresh FROM (
    SELECT attempts FROM webhook_deliveries
    WHERE company_id = $1::bigint AND webhook_id = $2::bigint AND state = 'pending'
    ORDER BY id LIMIT $3) p
), behind AS MATERIALIZED (
  SELECT f.position, f.activity_id FROM feed f
  WHERE f.company_id = $1::bigint
  AND f.position > (SELECT w.position FROM webhooks w WHERE w.company_id = $1::bigint AND w.id = $2::bigint)
  AND (SELECT w.fresh < $4 AND w.waiting < $5 FROM waiting w)
  ORDER BY f.position LIMIT $6
), planned AS (
  INSERT INTO webhook_deliveries (company_id, webhook_id, position, activity_id, resource_id)
  SELECT $1::bigint, $2::bigint, b.position, a.id, a.resource_id
  FROM behind b JOIN activity a ON a.company_id = $1::bigint AND a.id = b.activity_id
  ORDER BY b.position)
UPDATE webhooks SET claimed = clock_timestamp(),
position = greatest(position, (SELECT max(b.position) FROM behind b))
WHERE company_id = $1::bigint AND id = $2::bigint;

-- prepared once: webhooks.claim
WITH claimable AS MATERIALIZED (
  SELECT d.id FROM webhook_deliveries d
  WHERE d.company_id = $1::bigint AND d.webhook_id = $2::bigint AND d.state = 'pending' AND d.due <= clock_timestamp()
  AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())
  AND NOT EXISTS (SELECT FROM webhook_deliveries e
    WHERE e.company_id = $1::bigint AND e.webhook_id = $2::bigint AND e.state = 'pending'
    AND e.resource_id = d.resource_id
    AND (e.leased_until > clock_timestamp() OR e.id < d.id AND (e.due <= clock_timestamp()
        OR coalesce(e.first_failed > clock_timestamp() - $3::double precision * interval '1 ms', true))))
  ORDER BY d.id
  LIMIT greatest(0, least($4::bigint, $5::bigint - (
        SELECT count(*) FROM webhook_deliveries l WHERE l.company_id = $1::bigint AND l.webhook_id = $2::bigint
        AND l.state = 'pending' AND l.leased_until > clock_timestamp())))
  FOR UPDATE SKIP LOCKED)
UPDATE webhook_deliveries d SET leased_until = clock_timestamp() + $6::double precision * interval '1 ms' FROM claimable c
WHERE d.company_id = $1::bigint AND d.webhook_id = $2::bigint AND d.id = c.id
RETURNING format_resource_id(d.id) AS id, d.position, format_resource_id(d.activity_id) AS activity, d.attempts,
d.created;

-- prepared once: webhooks.secrets
SELECT secret FROM webhook_secrets WHERE company_id = $1::bigint AND webhook_id = $2::bigint
AND (expires IS NULL OR expires > clock_timestamp())
ORDER BY id DESC;

COMMIT;

---- takeTurn: one that notes that the receiver works again

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true);

-- prepared once: webhooks.lock
SELECT url, sealed_url, name, format, types, failures, disabled IS NOT NULL AS is_disabled,
last_success IS NULL AS is_untried FROM webhooks
WHERE company_id = $1::bigint AND id = $2::bigint FOR UPDATE;

-- prepared once: webhooks.settle
WITH r AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, outcome text,
    type text, status smallint, error text, excerpt text, duration integer, wait double precision)
), dropped AS (
  DELETE FROM webhook_deliveries d USING r WHERE r.outcome = 'dropped' AND d.company_id = $2::bigint
  AND d.webhook_id = $3::bigint AND d.id = r.id)
UPDATE webhook_deliveries d SET leased_until = NULL,
state = CASE WHEN r.outcome IN ('delivered', 'failed') THEN r.outcome ELSE 'pending' END,
due = clock_timestamp() + r.wait * interval '1 ms',
first_failed = CASE WHEN r.outcome IN ('retry', 'failed') THEN coalesce(d.first_failed, clock_timestamp())
ELSE d.first_failed END,
attempts = CASE r.outcome WHEN 'released' THEN d.attempts ELSE d.attempts + 1 END,
type = coalesce(r.type, d.type),
last_attempt = CASE r.outcome WHEN 'released' THEN d.last_attempt ELSE clock_timestamp() END,
duration_ms = r.duration, status = r.status, error = r.error, excerpt = r.excerpt
FROM r WHERE r.outcome <> 'dropped' AND d.company_id = $4::bigint
AND d.webhook_id = $5::bigint AND d.id = r.id AND d.state = 'pending';

-- prepared once: webhooks.state
UPDATE webhooks SET failures = $1::integer,
failing_since = CASE WHEN $2::integer > 0 THEN coalesce(failing_since, clock_timestamp()) END,
last_success = CASE WHEN $3::boolean THEN clock_timestamp() ELSE last_success END,
paused_until = clock_timestamp() + $4::double precision * interval '1 ms',
disabled = CASE WHEN $5::text IS NULL THEN disabled ELSE coalesce(disabled, clock_timestamp()) END,
disabled_reason = coalesce(disabled_reason, $5::text)
WHERE company_id = $6::bigint AND id = $7::bigint;

-- prepared once: webhooks.hurry
UPDATE webhook_deliveries SET due = clock_timestamp()
WHERE company_id = $1::bigint AND webhook_id = $2::bigint AND state = 'pending'
AND due > clock_timestamp();

-- prepared once: webhooks.plan
WITH waiting AS (
  SELECT count(*) AS waiting, count(*) FILTER (WHERE p.attempts = 0) AS fresh FROM (
    SELECT attempts FROM webhook_deliveries
    WHERE company_id = $1::bigint AND webhook_id = $2::bigint AND state = 'pending'
    ORDER BY id LIMIT $3) p
), behind AS MATERIALIZED (
  SELECT f.position, f.activity_id FROM feed f
  WHERE f.company_id = $1::bigint
  AND f.position > (SELECT w.position FROM webhooks w WHERE w.company_id = $1::bigint AND w.id = $2::bigint)
  AND (SELECT w.fresh < $4 AND w.waiting < $5 FROM waiting w)
  ORDER BY f.position LIMIT $6
), planned AS (
  INSERT INTO webhook_deliveries (company_id, webhook_id, position, activity_id, resource_id)
  SELECT $1::bigint, $2::bigint, b.position, a.id, a.resource_id
  FROM behind b JOIN activity a ON a.company_id = $1::bigint AND a.id = b.activity_id
  ORDER BY b.position)
UPDATE webhooks SET claimed = clock_timestamp(),
position = greatest(position, (SELECT max(b.position) FROM behind b))
WHERE company_id = $1::bigint AND id = $2::bigint;

-- prepared once: webhooks.claim
WITH claimable AS MATERIALIZED (
  SELECT d.id FROM webhook_deliveries d
  WHERE d.company_id = $1::bigint AND d.webhook_id = $2::bigint AND d.state = 'pending' AND d.due <= clock_timestamp()
  AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())
  AND NOT EXISTS (SELECT FROM webhook_deliveries e
    WHERE e.company_id = $1::bigint AND e.webhook_id = $2::bigint AND e.state = 'pending'
    AND e.resource_id = d.resource_id
    AND (e.leased_until > clock_timestamp() OR e.id < d.id AND (e.due <= clock_timestamp()
        OR coalesce(e.first_failed > clock_timestamp() - $3::double precision * interval '1 ms', true))))
  ORDER BY d.id
  LIMIT greatest(0, least($4::bigint, $5::bigint - (
        SELECT count(*) FROM webhook_deliveries l WHERE l.company_id = $1::bigint AND l.webhook_id = $2::bigint
        AND l.state = 'pending' AND l.leased_until > clock_timestamp())))
  FOR UPDATE SKIP LOCKED)
UPDATE webhook_deliveries d SET leased_until = clock_timestamp() + $6::double precision * interval '1 ms' FROM claimable c
WHERE d.company_id = $1::bigint AND d.webhook_id = $2::bigint AND d.id = c.id
RETURNING format_resource_id(d.id) AS id, d.position, format_resource_id(d.activity_id) AS activity, d.attempts,
d.created;

-- prepared once: webhooks.secrets
SELECT secret FROM webhook_secrets WHERE company_id = $1::bigint AND webhook_id = $2::bigint
AND (expires IS NULL OR expires > clock_timestamp())
ORDER BY id DESC;

COMMIT;

---- takeTurn: one that ends it

BEGIN ISOLATION LEVEL READ COMMITTED;

-- prepared once: set_write_scope
SELECT set_config('role', 'rollcall_service', true), set_config('rollcall.company_id', $1, true), set_config('statement_timeout', $2, true), set_config('idle_in_transaction_session_timeout', $3, true), join_writers($4);

SELECT set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true);

-- prepared once: webhooks.lock
SELECT url, sealed_url, name, format, types, failures, disabled IS NOT NULL AS is_disabled,
last_success IS NULL AS is_untried FROM webhooks
WHERE company_id = $1::bigint AND id = $2::bigint FOR UPDATE;

-- prepared once: webhooks.settle
WITH r AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (id bigint, outcome text,
    type text, status smallint, error text, excerpt text, duration integer, wait double precision)
), dropped AS (
  DELETE FROM webhook_deliveries d USING r WHERE r.outcome = 'dropped' AND d.company_id = $2::bigint
  AND d.webhook_id = $3::bigint AND d.id = r.id)
UPDATE webhook_deliveries d SET leased_until = NULL,
state = CASE WHEN r.outcome IN ('delivered', 'failed') THEN r.outcome ELSE 'pending' END,
due = clock_timestamp() + r.wait * interval '1 ms',
first_failed = CASE WHEN r.outcome IN ('retry', 'failed') THEN coalesce(d.first_failed, clock_timestamp())
ELSE d.first_failed END,
attempts = CASE r.outcome WHEN 'released' THEN d.attempts ELSE d.attempts + 1 END,
type = coalesce(r.type, d.type),
last_attempt = CASE r.outcome WHEN 'released' THEN d.last_attempt ELSE clock_timestamp() END,
duration_ms = r.duration, status = r.status, error = r.error, excerpt = r.excerpt
FROM r WHERE r.outcome <> 'dropped' AND d.company_id = $4::bigint
AND d.webhook_id = $5::bigint AND d.id = r.id AND d.state = 'pending';

-- prepared once: webhooks.state
UPDATE webhooks SET failures = $1::integer,
failing_since = CASE WHEN $2::integer > 0 THEN coalesce(failing_since, clock_timestamp()) END,
last_success = CASE WHEN $3::boolean THEN clock_timestamp() ELSE last_success END,
paused_until = clock_timestamp() + $4::double precision * interval '1 ms',
disabled = CASE WHEN $5::text IS NULL THEN disabled ELSE coalesce(disabled, clock_timestamp()) END,
disabled_reason = coalesce(disabled_reason, $5::text)
WHERE company_id = $6::bigint AND id = $7::bigint;

-- prepared once: journal.record.company
WITH recorded AS (
  INSERT INTO activity (company_id, txn, credential_id, credential_name, client, surface, request_id, trace_id, duration_ms, id, operation, outcome, resource_type, resource_id, display,
    attributes, detail)
  VALUES ($1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::integer, next_resource_id(), $10::text, 'done', NULL, NULL, $11::text,
    $12::text[], $13::jsonb)
  RETURNING company_id, id)
INSERT INTO outbox (company_id, activity_id) SELECT r.company_id, r.id FROM recorded r ORDER BY r.id;

COMMIT;

---- trim: what is over

-- prepared once: webhooks.trim
SELECT trim_webhook_deliveries(make_interval(days => $1), 1000) AS removed;

---- count: all

-- prepared once: webhooks.count
SELECT live, failing, disabled, pending FROM count_webhooks();
