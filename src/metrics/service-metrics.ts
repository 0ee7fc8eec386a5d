import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type AccessTokensStore } from '../access/access-tokens.store.js';
import { findProgramPackage } from '../config/program-package.js';
import { type Answered } from '../surfaces/http/answered.js';
import { registerCredentials } from './credential-metrics.js';
import { registerGuards } from './guard-metrics.js';
import { type FollowedFeed, registerFeed } from './feed-metrics.js';
import { RequestMetrics } from './request-metrics.js';
import { registerWebhooks, type Webhooks } from './webhook-metrics.js';
import { registerResources, type Resources } from './resource-metrics.js';

/** All that this process measures. */
export class ServiceMetrics {
  readonly registry = new Registry();
  private readonly requests = new RequestMetrics(this.registry);

  constructor(
    resources: Resources & FollowedFeed & { readonly tokens: AccessTokensStore; readonly webhooks: Webhooks },
  ) {
    registerResources(this.registry, resources);
    registerFeed(this.registry, resources);
    registerCredentials(this.registry, resources.tokens);
    registerGuards(this.registry, resources.transactions);
    registerWebhooks(this.registry, resources.webhooks);
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'rollcall_build_info',
      help: 'The version of the program; the value is always 1.',
      labelNames: ['version'],
      registers: [this.registry],
      aggregator: 'first',
    }).set({ version: findProgramPackage().version }, 1);
  }

  /** Counts a request whose answer has ended. */
  write(answered: Answered): void {
    this.requests.note(answered);
  }
}
