import { type WebhookDelivery as DeliveryRow } from '../persistence/entities/webhook-delivery.entity.js';
import { type WebhookSecret as SecretRow } from '../persistence/entities/webhook-secret.entity.js';
import { type Webhook as WebhookRow } from '../persistence/entities/webhook.entity.js';
import { type WebhookFormat } from '../webhooks/webhook-format.js';
import { formatResourceId } from '../persistence/sql/resource-id.js';

/** A secret of an endpoint without its text. */
export interface WebhookSecret {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** ISO 8601 in UTC; null for the one that has no successor. */
  readonly expires: string | null;
}

/** Where events of a company are sent. Times are in ISO 8601 and UTC. */
export interface Webhook {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** That of a chat is a secret, of which the host alone is shown. */
  readonly url: string;
  readonly format: WebhookFormat;
  /** The types of events that it is sent; null for all. */
  readonly types: readonly string[] | null;
  readonly created: string;
  readonly state: 'live' | 'failing' | 'disabled';
  /** Since when it is disabled; null if it is not. */
  readonly disabled: string | null;
  /** Who or what has disabled it: an administrator, an answer of 410, or a delivery whose last retry has failed. */
  readonly disabledReason: 'administrator' | 'gone' | 'failing' | null;
  /** How many attempts have failed since the last that did not. */
  readonly failures: number;
  readonly failingSince: string | null;
  /** Null if there was none since it was made, enabled or given another URL. */
  readonly lastSuccess: string | null;
  /** Those in force, the newest first. */
  readonly secrets: readonly WebhookSecret[];
}

/** An event for an endpoint, and what came of it. Times are in ISO 8601 and UTC. */
export interface WebhookDelivery {
  /** 16 hexadecimal digits; `webhook-id` is `msg_` and this. */
  readonly id: string;
  /** The entry of the journal that it tells of; null for a test. */
  readonly activity: string | null;
  /** The id of the user or group that the event is about; null for none. */
  readonly resource: string | null;
  /** The type of the event; null before the first attempt. */
  readonly type: string | null;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly created: string;
  readonly attempts: number;
  /** When the next attempt is made; null where there is none. */
  readonly nextAttempt: string | null;
  readonly lastAttempt: string | null;
  readonly durationMs: number | null;
  /** The status of the last answer; null where there was none. */
  readonly status: number | null;
  /** Why there was no answer. */
  readonly error: string | null;
  /** The begin of the last answer, where it was no success. Only operators may see it. */
  readonly excerpt: string | null;
}

/** Whoever knows the URL of a chat's incoming webhook may write there. */
export const shownUrl = (url: string, format: WebhookFormat): string =>
  format === 'standard' ? url : `${new URL(url).origin}/…`;

export const toWebhook = (row: WebhookRow, secrets: readonly SecretRow[]): Webhook => ({
  id: formatResourceId(row.id),
  name: row.name,
  url: shownUrl(row.url, row.format),
  format: row.format,
  types: row.types,
  created: row.created.toISOString(),
  state: row.disabled !== null ? 'disabled' : row.failures > 0 ? 'failing' : 'live',
  disabled: row.disabled?.toISOString() ?? null,
  disabledReason: row.disabledReason,
  failures: row.failures,
  failingSince: row.failingSince?.toISOString() ?? null,
  lastSuccess: row.lastSuccess?.toISOString() ?? null,
  secrets: secrets.map(({ id, created, expires }) => ({
    id: formatResourceId(id),
    created: created.toISOString(),
    expires: expires?.toISOString() ?? null,
  })),
});

export const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: formatResourceId(row.id),
  activity: row.activityId && formatResourceId(row.activityId),
  resource: row.resourceId && formatResourceId(row.resourceId),
  type: row.type,
  state: row.state,
  created: row.created.toISOString(),
  attempts: row.attempts,
  nextAttempt: row.state === 'pending' ? row.due.toISOString() : null,
  lastAttempt: row.lastAttempt?.toISOString() ?? null,
  durationMs: row.durationMs,
  status: row.status,
  error: row.error,
  excerpt: row.excerpt,
});
