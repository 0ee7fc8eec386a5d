import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import { type FeedWatch } from '../feed/feed-watch.js';
import { type FeedLag } from '../health/feed-lag.js';

/** How long a scrape waits for the database, in milliseconds. */
const PATIENCE_MS = 500;

/** Where changes are on their way to those who follow them. */
export interface FollowedFeed {
  readonly lag: FeedLag;
  readonly watch: FeedWatch;
}

/** Registers how far the feed is behind, and how many wait for it. While the database does not answer, the last lag stays. */
export function registerFeed(registry: Registry, { lag, watch }: FollowedFeed): void {
  const registers = [registry];
  new Gauge({
    name: 'rollcall_feed_waiters',
    help: 'Requests that wait for changes (long polls).',
    registers,
    collect() {
      this.set(watch.size);
    },
  });
  const gauge = new Gauge({
    name: 'rollcall_feed_lag_seconds',
    help: 'How long the oldest change has waited that has no place in the feed yet.',
    registers,
    // Each process asks for the same.
    aggregator: 'max',
    async collect() {
      await Promise.race([measure(), sleep(PATIENCE_MS, undefined, { ref: false })]);
    },
  });
  async function measure(): Promise<void> {
    try {
      gauge.set(await lag.seconds());
    } catch {
      // The next scrape asks again.
    }
  }
}
