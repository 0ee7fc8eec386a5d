import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RepeatedTask } from '../scim/repeated-task.js';
import { type Settings } from '../config/settings.js';
import { outsideOfSpans } from '../tracing/tracing.js';
import { EndpointRun } from './endpoint-run.js';
import { type SecretBox } from './secret-box.js';
import { WebhookClient } from './webhook-client.js';
import { Turns } from './turns.js';
import { type WebhookEvents } from './webhook-events.js';
import { type DueWebhook, type Lane, type WebhooksStore } from './webhooks.store.js';

/** How often endpoints that have something to be told are looked for. */
const LOOK_MS = 500;
/**
 * How many endpoints are looked after at once, and how many of them use the database at once, so that requests find
 * connections. Each lane has places of its own, so that those that work wait neither for many that never answer nor for
 * many that are new.
 */
const MOST: Readonly<Record<Lane, number>> = { proven: 200, untried: 100, failing: 100 };
const TURNS: Readonly<Record<Lane, number>> = { proven: 3, untried: 1, failing: 1 };
const TRIMMING = { first: 120_000, interval: 3_600_000 };

/** Delivers events to webhooks, beside the service. Every process does; the database shares the work among them. */
export class WebhookWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(WebhookWorker.name);
  private readonly client: WebhookClient;
  private readonly runs = new Map<string, { readonly run: EndpointRun; readonly done: Promise<void> }>();
  private readonly turns: Readonly<Record<Lane, Turns>> = {
    proven: new Turns(TURNS.proven),
    untried: new Turns(TURNS.untried),
    failing: new Turns(TURNS.failing),
  };
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private trimming: RepeatedTask | undefined;
  private failingToLook = false;
  /** Called with what came of each attempt. */
  onAttempt: (outcome: 'delivered' | 'refused' | 'unanswered') => void = () => undefined;

  constructor(
    private readonly store: WebhooksStore,
    private readonly events: WebhookEvents,
    private readonly secrets: SecretBox,
    private readonly settings: Settings,
  ) {
    this.client = new WebhookClient(settings);
  }

  onApplicationBootstrap(): void {
    this.lookAfter(0);
    this.trimming = new RepeatedTask(() => this.trim(), TRIMMING);
  }

  /** Calls under way are cut off, and made again by another process. */
  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    clearTimeout(this.timer);
    this.trimming?.stop();
    await this.looking;
    await Promise.all([...this.runs.values()].map(({ done }) => done));
  }

  private lookAfter(delay: number): void {
    this.timer = setTimeout(() => {
      this.looking = outsideOfSpans(() => this.look());
    }, delay).unref();
  }

  private async look(): Promise<void> {
    try {
      await this.begin();
      this.failingToLook = false;
    } catch (error) {
      if (!this.failingToLook)
        this.logger.warn(`Webhooks can't be looked after at present: ${String(error)}`);
      this.failingToLook = true;
    }
    if (!this.stop.signal.aborted) this.lookAfter(LOOK_MS);
  }

  private async begin(): Promise<void> {
    if (this.stop.signal.aborted) return;
    const room = { ...MOST };
    for (const { run } of this.runs.values()) room[run.lane] -= 1;
    for (const webhook of await this.store.findDue(room, [...this.runs.keys()])) this.run(webhook);
  }

  private run(webhook: DueWebhook): void {
    const run = new EndpointRun(webhook, {
      store: this.store,
      events: this.events,
      secrets: this.secrets,
      client: this.client,
      settings: this.settings,
      stopped: this.stop.signal,
      turns: this.turns,
      onAttempt: (outcome) => this.onAttempt(outcome),
    });
    const done = run
      .finish()
      .catch((error: unknown) => this.logger.warn(`A webhook could not be looked after: ${String(error)}`))
      .finally(() => this.runs.delete(webhook.id));
    this.runs.set(webhook.id, { run, done });
  }

  private async trim(): Promise<void> {
    await this.store.trim(this.settings.webhookLogDays).catch(() => undefined);
  }
}
