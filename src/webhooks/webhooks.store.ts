import { type CompanyScope } from '../scim/company-scope.js';
import { type Attempt } from './attempts.js';
import { type EntryPlace } from './webhook-events.js';
import { type WebhookFormat } from './webhook-format.js';

/** How an endpoint has done so far: its last attempt has failed, none has succeeded yet, or neither. */
export type Lane = 'proven' | 'untried' | 'failing';

/** An endpoint for which there is something to do. */
export interface DueWebhook {
  readonly scope: CompanyScope;
  /** 16 hex digits. */
  readonly id: string;
  readonly lane: Lane;
}

/** An event that is to be delivered now. Nobody else delivers it for a while. */
export interface ClaimedDelivery {
  /** 16 hex digits. */
  readonly id: string;
  /** What it tells of; undefined for a test. */
  readonly entry: EntryPlace | undefined;
  /** How many attempts were made before. */
  readonly attempts: number;
  readonly created: Date;
}

/** What an endpoint is to be sent now. */
export interface WebhookTurn {
  readonly url: string;
  /** The URL where it is a secret: encrypted for `urlSubject`. */
  readonly sealedUrl: string | undefined;
  readonly name: string;
  readonly format: WebhookFormat;
  /** The types of events that it wants; undefined for all. */
  readonly types: readonly string[] | undefined;
  /** Encrypted: see `SecretBox`. The newest comes first. */
  readonly secrets: readonly string[];
  readonly deliveries: readonly ClaimedDelivery[];
}

/** How deliveries are claimed; times are in milliseconds. */
export interface TurnLimits {
  /** How many deliveries may be claimed. */
  readonly most: number;
  /** How many of one endpoint are in flight at once, in all processes, and how many while it fails or has not succeeded yet. */
  readonly healthy: number;
  readonly unproven: number;
  /** For how long nobody else delivers what was claimed. */
  readonly lease: number;
  /** How long a delivery that failed holds later ones of its resource back. */
  readonly hold: number;
}

/** What is counted of webhooks, for metrics. */
export interface WebhookCounts {
  readonly live: number;
  readonly failing: number;
  readonly disabled: number;
  /** Deliveries that are to be made. */
  readonly pending: number;
}

/**
 * Where endpoints and deliveries are kept. The persistence module provides it. All methods throw an `UnavailableError` where
 * the database can't be used.
 */
export abstract class WebhooksStore {
  /**
   * Endpoints for which there is something to do, of each lane those first that had to wait longest.
   *
   * @param room how many of each lane, at most
   * @param busy ids of those that are left out
   */
  abstract findDue(
    room: Readonly<Record<Lane, number>>,
    busy: readonly string[],
  ): Promise<readonly DueWebhook[]>;

  /**
   * Notes what came of attempts, makes deliveries of what was changed since, and claims those that can be made now: the
   * oldest first, one of a resource at a time. It is one transaction, which holds the endpoint.
   *
   * @returns undefined where it is not called any more, or, without attempts to note, where another process is at it
   */
  abstract takeTurn(
    webhook: DueWebhook,
    attempts: readonly Attempt[],
    limits: TurnLimits,
  ): Promise<WebhookTurn | undefined>;

  /** Removes deliveries that are over for so many days, and those of endpoints that are gone. */
  abstract trim(days: number): Promise<void>;

  abstract count(): Promise<WebhookCounts>;
}
