import { Gauge, type Registry } from 'prom-client';
import { type FeedWatch } from '../feed/feed-watch.js';
import { type FeedLag } from '../health/feed-lag.js';
import { atMostEvery } from './at-most-every.js';

/** What is measured of the feed. */
export interface FollowedFeed {
  readonly lag: FeedLag;
  readonly watch: FeedWatch;
}

/** Registers how far the feed is behind, asked at each scrape, and how many requests wait for changes. */
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
  const gauge: Gauge = new Gauge({
    name: 'rollcall_feed_lag_seconds',
    help: 'How long the oldest change has waited that has no place in the feed yet.',
    registers,
    // All processes measure the same.
    aggregator: 'max',
    collect: atMostEvery(0, async () => gauge.set(await lag.seconds())),
  });
}
