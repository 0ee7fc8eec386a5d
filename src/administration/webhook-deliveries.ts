import { LessThan, type Repository } from 'typeorm';
import { WebhookDelivery as DeliveryRow } from '../persistence/entities/webhook-delivery.entity.js';
import { firstIdAt } from '../scim/id-times.js';
import { readResourceId } from '../persistence/sql/resource-id.js';
import { AdministrationError } from './administration.error.js';
import { findCompanyId } from './find-company.js';
import { findWebhook } from './find-webhook.js';
import { type OwnerConnection } from './owner-connection.js';
import { type ListPart } from './rows.js';
import { shownId } from './shown-id.js';
import { toDelivery, type WebhookDelivery } from './webhook.js';

/** How many deliveries are sent again by one call. */
const MOST_REPLAYED = 10_000;

/** The columns of a delivery that is to be made from the beginning. */
export const AFRESH = {
  state: 'pending',
  attempts: 0,
  due: () => 'now()',
  firstFailed: null,
} as const;

/** Which deliveries are asked for, the newest first. */
export interface DeliveriesPart extends Partial<ListPart> {
  readonly state?: WebhookDelivery['state'] | undefined;
}

/** When deliveries were made ready that are sent again. */
export interface ReplayedRange {
  readonly from: Date;
  /** The first moment that does not count; undefined for now. */
  readonly to?: Date | undefined;
  /** Only failed ones. */
  readonly failed?: boolean | undefined;
}

/**
 * What is sent to the webhooks of companies. All methods throw {@link AdministrationError} where there is no company of the slug
 * or id, or nothing of the id in it.
 */
export class WebhookDeliveries {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Sends an event `webhook.test`.
   *
   * @throws AdministrationError where the endpoint is disabled
   */
  async sendTest(slug: string, webhookId: string): Promise<WebhookDelivery> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inJournal(async () => {
      const { id, disabled } = await findWebhook(this.connection, { slug, companyId }, webhookId);
      if (disabled !== null) {
        throw new AdministrationError(
          `Webhook ${webhookId} is disabled; enable it first.`,
          'conflict',
          `webhook enable ${slug} ${webhookId}`,
        );
      }
      const { rows } = await this.connection.query<{ id: string }>(
        `INSERT INTO webhook_deliveries (company_id, webhook_id, type) VALUES ($1, $2, 'webhook.test') RETURNING id`,
        [companyId, id],
      );
      return toDelivery(await this.deliveries.findOneByOrFail({ companyId, webhookId: id, id: rows[0]!.id }));
    });
  }

  /** The deliveries to an endpoint, or a part of them, the newest first. */
  async list(
    slug: string,
    webhookId: string,
    { state, after, limit }: DeliveriesPart = {},
  ): Promise<readonly WebhookDelivery[]> {
    const companyId = await findCompanyId(this.connection, slug);
    const before = after === undefined ? undefined : readResourceId(after);
    return this.connection.inJournal(async () => {
      const { id } = await findWebhook(this.connection, { slug, companyId }, webhookId);
      const found = await this.deliveries.find({
        where: {
          companyId,
          webhookId: id,
          ...(state !== undefined && { state }),
          ...(before !== undefined && { id: LessThan(before) }),
        },
        order: { id: 'DESC' },
        ...(limit !== undefined && { take: limit }),
      });
      return found.map(toDelivery);
    });
  }

  /** Sends an event again, whatever came of it, with the same `webhook-id`. */
  async replay(slug: string, webhookId: string, deliveryId: string): Promise<WebhookDelivery> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inJournal(async () => {
      const { id } = await findWebhook(this.connection, { slug, companyId }, webhookId);
      const delivery = { companyId, webhookId: id, id: readResourceId(deliveryId) ?? '0' };
      await this.deliveries.update(delivery, AFRESH);
      const row = await this.deliveries.findOneBy(delivery);
      if (row) return toDelivery(row);
      throw new AdministrationError(
        `Webhook ${webhookId} has no delivery ${shownId(deliveryId)}.`,
        'unknown',
        `webhook deliveries ${slug} ${webhookId}`,
      );
    });
  }

  /**
   * Sends the events of a time again that are over, with the same `webhook-id`s.
   *
   * @returns how many
   * @throws AdministrationError where there are more than 10,000
   */
  async replayRange(slug: string, webhookId: string, { from, to, failed }: ReplayedRange): Promise<number> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inJournal(async () => {
      const { id } = await findWebhook(this.connection, { slug, companyId }, webhookId);
      const { rows } = await this.connection.query<{ id: string }>(
        `SELECT id FROM webhook_deliveries
         WHERE company_id = $1 AND webhook_id = $2 AND id >= $3 AND id < $4 AND state = ANY ($5)
         ORDER BY id LIMIT ${MOST_REPLAYED + 1} FOR UPDATE`,
        [
          companyId,
          id,
          firstIdAt(from),
          firstIdAt(to ?? new Date()),
          failed ? ['failed'] : ['failed', 'delivered'],
        ],
      );
      if (rows.length > MOST_REPLAYED) {
        throw new AdministrationError(
          `More than ${MOST_REPLAYED} deliveries are of this time; name a shorter one.`,
          'conflict',
        );
      }
      await this.connection.query(
        `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, due = now(), first_failed = NULL
         WHERE company_id = $1 AND webhook_id = $2 AND id = ANY ($3::bigint[])`,
        [companyId, id, rows.map((row) => row.id)],
      );
      return rows.length;
    });
  }

  private get deliveries(): Repository<DeliveryRow> {
    return this.connection.repository(DeliveryRow);
  }
}
