import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, type Registry } from 'prom-client';
import { type WebhookWorker } from '../webhooks/webhook-worker.js';
import { type WebhooksStore } from '../webhooks/webhooks.store.js';

const FRESH_MS = 5000;
/** How long a scrape waits for the database, in milliseconds. */
const PATIENCE_MS = 500;

/** What delivers events, and what counts them. */
export interface Webhooks {
  readonly worker: WebhookWorker;
  readonly store: WebhooksStore;
}

/**
 * Registers how webhooks do. They are counted at most every five seconds; while the database does not answer, the last
 * count stays.
 */
export function registerWebhooks(registry: Registry, { worker, store }: Webhooks): void {
  const attempts = new Counter({
    name: 'rollcall_webhook_attempts_total',
    help: 'Attempts at deliveries: answered with 2xx, with another status, or not at all.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  worker.onAttempt = (outcome) => attempts.inc({ outcome });
  let counted = -Infinity;
  let counting: Promise<void> | undefined;
  const refresh = async (): Promise<void> => {
    if (performance.now() - counted < FRESH_MS) return;
    counting ??= count().finally(() => (counting = undefined));
    await Promise.race([counting, sleep(PATIENCE_MS, undefined, { ref: false })]);
  };
  const pending = new Gauge({
    name: 'rollcall_webhook_deliveries_pending',
    help: 'Deliveries to webhooks that are to be made.',
    registers: [registry],
    // Each process counts all of them.
    aggregator: 'max',
    collect: refresh,
  });
  const webhooks = new Gauge({
    name: 'rollcall_webhooks',
    help: 'Webhooks of all companies: failing ones are those whose last attempt has failed.',
    labelNames: ['state'],
    registers: [registry],
    aggregator: 'max',
    collect: refresh,
  });
  async function count(): Promise<void> {
    try {
      const { pending: waiting, ...states } = await store.count();
      for (const [state, number] of Object.entries(states)) webhooks.set({ state }, number);
      pending.set(waiting);
      counted = performance.now();
    } catch {
      // The next scrape asks again.
    }
  }
}
