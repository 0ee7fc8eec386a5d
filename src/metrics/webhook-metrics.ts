import { Counter, Gauge, type Registry } from 'prom-client';
import { type WebhookWorker } from '../webhooks/webhook-worker.js';
import { type WebhooksStore } from '../webhooks/webhooks.store.js';
import { atMostEvery } from './at-most-every.js';

const FRESH_MS = 5000;

/** What delivers events, and what counts them. */
export interface Webhooks {
  readonly worker: WebhookWorker;
  readonly store: WebhooksStore;
}

/** Registers attempts at deliveries, and how many webhooks and deliveries there are, counted at most every five seconds. */
export function registerWebhooks(registry: Registry, { worker, store }: Webhooks): void {
  const attempts = new Counter({
    name: 'rollcall_webhook_attempts_total',
    help: 'Attempts at deliveries: answered with 2xx, with another status, or not at all.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  worker.onAttempt = (outcome) => attempts.inc({ outcome });
  const collect = atMostEvery(FRESH_MS, async () => {
    const { pending: waiting, ...states } = await store.count();
    for (const [state, number] of Object.entries(states)) webhooks.set({ state }, number);
    pending.set(waiting);
  });
  const pending = new Gauge({
    name: 'rollcall_webhook_deliveries_pending',
    help: 'Deliveries to webhooks that are to be made.',
    registers: [registry],
    // Each process counts all of them.
    aggregator: 'max',
    collect,
  });
  const webhooks = new Gauge({
    name: 'rollcall_webhooks',
    help: 'Webhooks of all companies: failing ones are those whose last attempt has failed.',
    labelNames: ['state'],
    registers: [registry],
    aggregator: 'max',
    collect,
  });
}
