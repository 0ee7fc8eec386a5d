import { setTimeout as sleep } from 'node:timers/promises';
import { originOf } from '../config/origin.js';
import { type Settings } from '../config/settings.js';
import { type Attempt, isSuccess, judgeAttempt } from './attempts.js';
import { chatBodyOf, chatTest } from './chat-messages.js';
import { type SecretBox, UnreadableSecretError } from './secret-box.js';
import { type Turns } from './turns.js';
import { type Answer, type WebhookClient } from './webhook-client.js';
import { eventOf, type WebhookEvent, type WebhookEvents } from './webhook-events.js';
import { urlSubject } from './webhook-url.js';
import {
  type ClaimedDelivery,
  type DueWebhook,
  type Lane,
  type WebhooksStore,
  type WebhookTurn,
} from './webhooks.store.js';

/** How many calls of one endpoint are under way at once, and how many while it fails or none has succeeded yet. */
const HEALTHY = 8;
const UNPROVEN = 1;
/** How long the result of a call waits for others, to be recorded with them. */
const GATHER_MS = 5;
/** How much longer than a call may take its claim lasts, in milliseconds. */
const LEASE_MARGIN_MS = 5000;
/** How often recording is tried while the database can't be used. After that, another process makes the calls again. */
const TRIES = 5;
const RETRY_MS = 1000;

/** What the calls of an endpoint need. */
export interface RunContext {
  readonly store: WebhooksStore;
  readonly events: WebhookEvents;
  readonly secrets: SecretBox;
  readonly client: WebhookClient;
  readonly settings: Settings;
  readonly stopped: AbortSignal;
  /** Bound how many runs of a lane use the database at once. */
  readonly turns: Readonly<Record<Lane, Turns>>;
  readonly onAttempt: (outcome: 'delivered' | 'refused' | 'unanswered') => void;
}

/** Where messages go, and what they are signed with. */
interface Target {
  readonly url: string;
  readonly secrets: readonly string[];
}

/** Looks after one endpoint until there is nothing to do for it. */
export class EndpointRun {
  /** By how the last call went. */
  lane: Lane;
  private results: Attempt[] = [];
  private inFlight = 0;
  /** Why nothing more is begun. */
  private failure: { readonly error: unknown } | undefined;
  private notify: () => void = () => undefined;

  constructor(
    private readonly webhook: DueWebhook,
    private readonly context: RunContext,
  ) {
    this.lane = webhook.lane;
  }

  /** @throws what made it stop, once the results of all calls that were under way are recorded */
  async finish(): Promise<void> {
    for (;;) {
      const results = this.results.splice(0);
      const begun = await this.goOn(results).catch((error: unknown) => {
        this.failure ??= { error };
        return 0;
      });
      if (begun === 0 && results.length === 0 && this.inFlight === 0 && this.results.length === 0) break;
      if (this.results.length === 0 && this.inFlight > 0) await this.somethingEnds();
    }
    if (this.failure) throw this.failure.error;
  }

  /** @returns how many deliveries were begun */
  private async goOn(results: readonly Attempt[]): Promise<number> {
    const turn = await this.takeTurn(results);
    if (turn === undefined || turn.deliveries.length === 0) return 0;
    await this.begin(turn).catch((error: unknown) => {
      for (const { id } of turn.deliveries) this.end({ deliveryId: id, outcome: 'released', ...NOT_SENT });
      throw error;
    });
    return turn.deliveries.length;
  }

  private async takeTurn(results: readonly Attempt[]): Promise<WebhookTurn | undefined> {
    const { store, settings, stopped } = this.context;
    const most = stopped.aborted || this.failure ? 0 : HEALTHY - this.inFlight;
    if (most === 0 && results.length === 0) return undefined;
    const limits = {
      most,
      healthy: HEALTHY,
      unproven: UNPROVEN,
      lease: settings.webhookTimeout + LEASE_MARGIN_MS,
      hold: settings.webhookHold,
    };
    for (let left = TRIES; ; left -= 1) {
      try {
        return await this.turns.take(() => store.takeTurn(this.webhook, results, limits));
      } catch (error) {
        if (left === 1 || results.length === 0 || stopped.aborted) throw error;
      }
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  }

  /** Begins all deliveries, or throws and begins none. */
  private async begin(turn: WebhookTurn): Promise<void> {
    const { format, types, deliveries } = turn;
    const entries = deliveries.flatMap(({ entry }) => entry ?? []);
    const events = await this.turns.take(() => this.context.events.read(this.webhook.scope, entries, format));
    const target = await this.open(turn);
    for (const delivery of deliveries) {
      const { entry } = delivery;
      const event = entry === undefined ? this.test(delivery, turn) : events.get(entry.entryId);
      const isWanted = event && (types === undefined || entry === undefined || types.includes(event.type));
      if (!isWanted) this.end({ deliveryId: delivery.id, outcome: 'dropped', ...NOT_SENT });
      else void this.attempt(delivery, event, target);
    }
  }

  private async attempt(
    { id, attempts }: ClaimedDelivery,
    { type, body }: WebhookEvent,
    target: Target | UnreadableSecretError,
  ): Promise<void> {
    this.inFlight += 1;
    const { client, settings, stopped } = this.context;
    const started = performance.now();
    const message = { id: `msg_${id}`, timestamp: Math.floor(Date.now() / 1000), body };
    const answer: Answer =
      target instanceof UnreadableSecretError
        ? { status: undefined, retryAfter: undefined, error: target.message, excerpt: undefined }
        : await client.post(target.url, message, target.secrets, stopped);
    this.inFlight -= 1;
    if (stopped.aborted && answer.status === undefined) {
      return this.end({ deliveryId: id, outcome: 'released', ...NOT_SENT });
    }
    this.lane = isSuccess(answer) ? 'proven' : 'failing';
    const durationMs = Math.round(performance.now() - started);
    this.context.onAttempt(
      isSuccess(answer) ? 'delivered' : answer.status === undefined ? 'unanswered' : 'refused',
    );
    this.end({
      deliveryId: id,
      type,
      answer,
      durationMs,
      ...judgeAttempt(answer, attempts, settings.webhookRetries),
    });
  }

  private get turns(): Turns {
    return this.context.turns[this.lane];
  }

  private end(attempt: Attempt): void {
    this.results.push(attempt);
    this.notify();
  }

  private async somethingEnds(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.notify = resolve;
    });
    this.notify = () => undefined;
    await sleep(GATHER_MS);
  }

  private async open({ url, sealedUrl, secrets }: WebhookTurn): Promise<Target | UnreadableSecretError> {
    const { id } = this.webhook;
    const box = this.context.secrets;
    try {
      return {
        url: sealedUrl === undefined ? url : await box.open(sealedUrl, urlSubject(id)),
        secrets: await Promise.all(secrets.map((each) => box.open(each, id))),
      };
    } catch (error) {
      if (error instanceof UnreadableSecretError) return error;
      throw error;
    }
  }

  private test({ created }: ClaimedDelivery, { name, format }: WebhookTurn): WebhookEvent {
    const { id, scope } = this.webhook;
    if (format !== 'standard') {
      const { settings } = this.context;
      const message = chatTest(scope.slug, originOf(settings, settings.port));
      return { type: TEST_EVENT, body: chatBodyOf(format, message) };
    }
    const company = { slug: scope.slug };
    return eventOf(TEST_EVENT, created.toISOString(), { company, webhook: { id, name } });
  }
}

/** The type of the event that an administrator sends to try an endpoint. */
const TEST_EVENT = 'webhook.test';

const NOT_SENT = { type: undefined, answer: undefined, durationMs: 0, wait: 0 } as const;
