import { type Attempt, type EndpointState } from '../../webhooks/attempts.js';
import { type TurnLimits } from '../../webhooks/webhooks.store.js';
import { idParameter } from '../sql/resource-id.js';
import { parameter, sql, type SqlFragment, toStatement } from '../sql/sql-fragment.js';
import { type Statement } from '../transaction/company-transaction.js';

/** How many changes become deliveries at once, and up to how many that were not tried yet. */
const MOST_PLANNED = 200;
/** How many deliveries of an endpoint may wait. Further events stay in the feed. */
const MOST_WAITING = 10_000;

/** What statements name an endpoint by: its company in decimal, and its id in hex digits. */
export interface WebhookKey {
  readonly companyId: string;
  readonly id: string;
}

const companyOf = ({ companyId }: WebhookKey): SqlFragment => sql`${parameter(companyId)}::bigint`;
const ms = (value: number): SqlFragment => sql`${parameter(value)}::double precision * interval '1 ms'`;

/** Locks the endpoint until the transaction ends. */
export function lockWebhook(key: WebhookKey, { skip }: { readonly skip: boolean }): Statement {
  return toStatement(
    sql`SELECT url, sealed_url, name, format, types, failures, disabled IS NOT NULL AS is_disabled,
        last_success IS NULL AS is_untried FROM webhooks
      WHERE company_id = ${companyOf(key)} AND id = ${idParameter(key.id)} FOR UPDATE ${skip ? sql`SKIP LOCKED` : sql``}`,
    skip ? 'webhooks.lock.skip' : 'webhooks.lock',
  );
}

/** Records the results of attempts. */
export function settleAttempts(key: WebhookKey, attempts: readonly Attempt[]): Statement {
  const rows = attempts.map(({ deliveryId, outcome, type, answer, durationMs, wait }) => ({
    id: BigInt(`0x${deliveryId}`).toString(),
    outcome,
    type,
    status: answer?.status,
    error: answer?.error,
    excerpt: outcome === 'delivered' ? undefined : answer?.excerpt,
    duration: durationMs,
    wait,
  }));
  return toStatement(
    sql`WITH r AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${parameter(JSON.stringify(rows))}::jsonb) AS r (id bigint, outcome text,
          type text, status smallint, error text, excerpt text, duration integer, wait double precision)
      ), dropped AS (
        DELETE FROM webhook_deliveries d USING r WHERE r.outcome = 'dropped' AND d.company_id = ${companyOf(key)}
          AND d.webhook_id = ${idParameter(key.id)} AND d.id = r.id)
      UPDATE webhook_deliveries d SET leased_until = NULL,
        state = CASE WHEN r.outcome IN ('delivered', 'failed') THEN r.outcome ELSE 'pending' END,
        due = clock_timestamp() + r.wait * interval '1 ms',
        first_failed = CASE WHEN r.outcome IN ('retry', 'failed') THEN coalesce(d.first_failed, clock_timestamp())
          ELSE d.first_failed END,
        attempts = CASE r.outcome WHEN 'released' THEN d.attempts ELSE d.attempts + 1 END,
        type = coalesce(r.type, d.type),
        last_attempt = CASE r.outcome WHEN 'released' THEN d.last_attempt ELSE clock_timestamp() END,
        duration_ms = r.duration, status = r.status, error = r.error, excerpt = r.excerpt
      FROM r WHERE r.outcome <> 'dropped' AND d.company_id = ${companyOf(key)}
        AND d.webhook_id = ${idParameter(key.id)} AND d.id = r.id AND d.state = 'pending'`,
    'webhooks.settle',
  );
}

/** Records the state of an endpoint. */
export function setState(
  key: WebhookKey,
  { failures, pause, disabled, succeeded }: EndpointState,
): Statement {
  const reason = sql`${parameter(disabled ?? null)}::text`;
  return toStatement(
    sql`UPDATE webhooks SET failures = ${parameter(failures)}::integer,
        failing_since = CASE WHEN ${parameter(failures)}::integer > 0 THEN coalesce(failing_since, clock_timestamp()) END,
        last_success = CASE WHEN ${parameter(succeeded)}::boolean THEN clock_timestamp() ELSE last_success END,
        paused_until = clock_timestamp() + ${ms(pause)},
        disabled = CASE WHEN ${reason} IS NULL THEN disabled ELSE coalesce(disabled, clock_timestamp()) END,
        disabled_reason = coalesce(disabled_reason, ${reason})
      WHERE company_id = ${companyOf(key)} AND id = ${idParameter(key.id)}`,
    'webhooks.state',
  );
}

/** Makes all waiting deliveries due. */
export function hurryWaiting(key: WebhookKey): Statement {
  return toStatement(
    sql`UPDATE webhook_deliveries SET due = clock_timestamp()
      WHERE company_id = ${companyOf(key)} AND webhook_id = ${idParameter(key.id)} AND state = 'pending'
        AND due > clock_timestamp()`,
    'webhooks.hurry',
  );
}

/** Makes deliveries of what was changed behind the place up to which the endpoint was told, where there is room for them. */
export function planDeliveries(key: WebhookKey): Statement {
  const company = companyOf(key);
  const id = idParameter(key.id);
  return toStatement(
    sql`WITH waiting AS (
        SELECT count(*) AS waiting, count(*) FILTER (WHERE p.attempts = 0) AS fresh FROM (
          SELECT attempts FROM webhook_deliveries
          WHERE company_id = ${company} AND webhook_id = ${id} AND state = 'pending'
          ORDER BY id LIMIT ${parameter(MOST_WAITING)}) p
      ), behind AS MATERIALIZED (
        SELECT f.position, f.activity_id FROM feed f
        WHERE f.company_id = ${company}
          AND f.position > (SELECT w.position FROM webhooks w WHERE w.company_id = ${company} AND w.id = ${id})
          AND (SELECT w.fresh < ${parameter(MOST_PLANNED)} AND w.waiting < ${parameter(MOST_WAITING)} FROM waiting w)
        ORDER BY f.position LIMIT ${parameter(MOST_PLANNED)}
      ), planned AS (
        INSERT INTO webhook_deliveries (company_id, webhook_id, position, activity_id, resource_id)
        SELECT ${company}, ${id}, b.position, a.id, a.resource_id
        FROM behind b JOIN activity a ON a.company_id = ${company} AND a.id = b.activity_id
        ORDER BY b.position)
      UPDATE webhooks SET claimed = clock_timestamp(),
        position = greatest(position, (SELECT max(b.position) FROM behind b))
      WHERE company_id = ${company} AND id = ${id}`,
    'webhooks.plan',
  );
}

/**
 * Claims deliveries, the oldest first. One waits while another of its resource is in flight, and while an earlier one is
 * to be made: not tried yet, due, or failed so shortly ago that it holds others back.
 */
export function claimDeliveries(
  key: WebhookKey,
  { most, lease, hold }: TurnLimits,
  allowed: number,
): Statement {
  const company = companyOf(key);
  const id = idParameter(key.id);
  return toStatement(
    sql`WITH claimable AS MATERIALIZED (
        SELECT d.id FROM webhook_deliveries d
        WHERE d.company_id = ${company} AND d.webhook_id = ${id} AND d.state = 'pending' AND d.due <= clock_timestamp()
          AND (d.leased_until IS NULL OR d.leased_until <= clock_timestamp())
          AND NOT EXISTS (SELECT FROM webhook_deliveries e
            WHERE e.company_id = ${company} AND e.webhook_id = ${id} AND e.state = 'pending'
              AND e.resource_id = d.resource_id
              AND (e.leased_until > clock_timestamp() OR e.id < d.id AND (e.due <= clock_timestamp()
                OR coalesce(e.first_failed > clock_timestamp() - ${ms(hold)}, true))))
        ORDER BY d.id
        LIMIT greatest(0, least(${parameter(most)}::bigint, ${parameter(allowed)}::bigint - (
          SELECT count(*) FROM webhook_deliveries l WHERE l.company_id = ${company} AND l.webhook_id = ${id}
            AND l.state = 'pending' AND l.leased_until > clock_timestamp())))
        FOR UPDATE SKIP LOCKED)
      UPDATE webhook_deliveries d SET leased_until = clock_timestamp() + ${ms(lease)} FROM claimable c
      WHERE d.company_id = ${company} AND d.webhook_id = ${id} AND d.id = c.id
      RETURNING format_resource_id(d.id) AS id, d.position, format_resource_id(d.activity_id) AS activity, d.attempts,
        d.created`,
    'webhooks.claim',
  );
}

/** The secrets in force, the newest first. */
export function selectSecrets(key: WebhookKey): Statement {
  return toStatement(
    sql`SELECT secret FROM webhook_secrets WHERE company_id = ${companyOf(key)} AND webhook_id = ${idParameter(key.id)}
        AND (expires IS NULL OR expires > clock_timestamp())
      ORDER BY id DESC`,
    'webhooks.secrets',
  );
}
