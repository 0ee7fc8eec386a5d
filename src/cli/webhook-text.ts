import { type Webhook, type WebhookDelivery } from '../administration/webhook.js';
import { commandOf } from '../config/command.js';
import { type Cell, printProperties, printTable, type Terminal } from './terminal.js';

/** A webhook for people. */
export const describeWebhook = (terminal: Terminal, webhook: Webhook): string =>
  printProperties(terminal, {
    Id: webhook.id,
    Name: webhook.name,
    URL: webhook.url,
    Format: webhook.format,
    Events: describeTypes(webhook),
    State: describeState(webhook),
    'Last success': webhook.lastSuccess ?? 'none',
    Secrets: webhook.secrets
      .map(({ created, expires }) => `made ${created}${expires === null ? '' : `, ends ${expires}`}`)
      .join('; '),
    Created: webhook.created,
  });

/** Webhooks for people, a line each. */
export function listWebhooks(terminal: Terminal, webhooks: readonly Webhook[]): string {
  if (webhooks.length === 0)
    return `No webhook yet; make one: ${commandOf('webhook create <company> <url>')}`;
  return printTable(
    terminal,
    ['Id', 'Name', 'URL', 'Events', 'State'],
    webhooks.map((webhook) => [
      webhook.id,
      webhook.name,
      webhook.url,
      describeTypes(webhook),
      describeState(webhook),
    ]),
  );
}

/** A webhook with its new secret. */
export const describeNewWebhook = (terminal: Terminal, webhook: Webhook, secret: string): string =>
  [
    describeWebhook(terminal, webhook),
    '',
    `  ${secret}`,
    '',
    "This is the secret by which the receiver verifies messages. It can't be shown again.",
  ].join('\n');

/** Deliveries for people, a line each. */
export function listDeliveries(terminal: Terminal, deliveries: readonly WebhookDelivery[]): string {
  if (deliveries.length === 0) return 'Nothing was sent yet.';
  return printTable(
    terminal,
    ['Id', 'Created', 'Event', 'Resource', 'State', 'Answer'],
    deliveries.map((delivery) => [
      delivery.id,
      shortTime(delivery.created),
      delivery.type ?? '',
      delivery.resource ?? '',
      describeDelivery(delivery),
      [delivery.status, delivery.error, delivery.excerpt].filter((part) => part !== null).join(' '),
    ]),
  );
}

const describeTypes = ({ types }: Webhook): string => types?.join(', ') ?? 'all';

function describeState({ state, disabled, disabledReason, failures, failingSince }: Webhook): Cell {
  if (state === 'live') return { text: 'live', colour: 'green' };
  if (state === 'failing') {
    return { text: `failing since ${failingSince}, ${failures} times in a row`, colour: 'yellow' };
  }
  return { text: `disabled ${disabled} (${REASONS[disabledReason ?? 'administrator']})`, colour: 'red' };
}

const REASONS = {
  administrator: 'by an administrator',
  gone: 'it answered 410',
  failing: 'the last retry of a delivery failed',
} as const;

function describeDelivery({ state, attempts, nextAttempt }: WebhookDelivery): Cell {
  const tried = attempts > 1 ? ` after ${attempts} attempts` : '';
  if (state === 'delivered') return { text: `delivered${tried}`, colour: 'green' };
  if (state === 'failed') return { text: `failed${tried}`, colour: 'red' };
  const next = nextAttempt === null ? '' : shortTime(nextAttempt);
  return { text: attempts === 0 ? 'waits' : `attempt ${attempts + 1} at ${next}`, colour: 'yellow' };
}

/** To the second, with a blank at which a narrow column breaks. */
const shortTime = (time: string): string => `${time.slice(0, 19).replace('T', ' ')}Z`;
