import { In, IsNull, MoreThan, type Repository } from 'typeorm';
import { COMPANY_LOCK } from '../persistence/database/advisory-locks.js';
import { WebhookDelivery as DeliveryRow } from '../persistence/entities/webhook-delivery.entity.js';
import { WebhookSecret as SecretRow } from '../persistence/entities/webhook-secret.entity.js';
import { Webhook as WebhookRow } from '../persistence/entities/webhook.entity.js';
import { type CompanyChange } from '../persistence/journal/activity.js';
import { formatResourceId, readResourceId } from '../persistence/sql/resource-id.js';
import { ALERT_TYPES, CHANGE_TYPES } from '../feed/change-types.js';
import { type SecretBox } from '../webhooks/secret-box.js';
import { type WebhookFormat } from '../webhooks/webhook-format.js';
import { makeWebhookSecret } from '../webhooks/webhook-secret.js';
import { faultOfUrl, urlSubject } from '../webhooks/webhook-url.js';
import { AdministrationError } from './administration.error.js';
import { findCompanyId } from './find-company.js';
import { findWebhook } from './find-webhook.js';
import { type OwnerConnection } from './owner-connection.js';
import { type ListPart } from './rows.js';
import { AFRESH } from './webhook-deliveries.js';
import { shownUrl, toWebhook, type Webhook } from './webhook.js';
import { shownId } from './shown-id.js';

/** How many endpoints a company may have, and how many secrets of one may be in force. */
const MOST_WEBHOOKS = 20;
const MOST_SECRETS = 5;

/** What the operator decides about webhooks. */
export interface WebhookRules {
  readonly secrets: SecretBox;
  /** Hosts that may lead to any address, and need no TLS. */
  readonly hosts: readonly string[];
}

/** An endpoint to be made. */
export interface NewWebhook {
  readonly name: string;
  readonly url: string;
  /** Null for all; with the format of a chat, for all alerts. */
  readonly types: readonly string[] | null;
  /** By default `standard`. A chat is told of alerts alone. */
  readonly format?: WebhookFormat;
}

/** What is changed of an endpoint. */
export type WebhookChange = Partial<Omit<NewWebhook, 'format'>>;

/** An endpoint together with the text of its newest secret, which can't be shown again. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  readonly secret: string;
}

/**
 * The webhooks of companies. All methods throw {@link AdministrationError} where there is no company of the slug or id, or
 * nothing of the id in it.
 */
export class WebhookAdministration {
  constructor(private readonly connection: OwnerConnection) {}

  /**
   * Makes an endpoint, which is told of what is changed from now on.
   *
   * @throws AdministrationError where its URL or a type is not allowed, or the company has as many as it may
   */
  async create(
    slug: string,
    { name, url, types: wanted, format = 'standard' }: NewWebhook,
    rules: WebhookRules,
  ): Promise<WebhookWithSecret> {
    requireUrl(url, rules);
    const types = typesFor(format, wanted);
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inTransaction(async () => {
      const made = await this.connection.inJournal(async () => {
        await this.connection.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [
          COMPANY_LOCK.newWebhook,
          companyId,
        ]);
        if ((await this.webhooks.countBy({ companyId })) >= MOST_WEBHOOKS) {
          throw new AdministrationError(
            `Company ${slug} has ${MOST_WEBHOOKS} webhooks, the most there may be; delete one of them first.`,
            'conflict',
          );
        }
        const { rows } = await this.connection.query<{ id: string }>(
          `INSERT INTO webhooks (company_id, name, url, types, format, position)
           VALUES ($1, $2, $3, $4, $5, coalesce((SELECT max(position) FROM feed WHERE company_id = $1), 0)) RETURNING id`,
          [companyId, name, shownUrl(url, format), types, format],
        );
        const { id } = rows[0]!;
        await this.webhooks.update({ companyId, id }, await columnsOfUrl({ url, format, id }, rules));
        const secret = await this.addSecret(companyId, id, rules);
        return { webhook: await this.read(companyId, id), secret };
      });
      await this.record(companyId, 'webhook.created', made.webhook, { url: shownUrl(url, format) });
      return made;
    });
  }

  /** All endpoints of a company, or a part of them, in the order of their ids. */
  async list(slug: string, { after, limit }: Partial<ListPart> = {}): Promise<readonly Webhook[]> {
    const companyId = await findCompanyId(this.connection, slug);
    const behind = after === undefined ? undefined : readResourceId(after);
    return this.connection.inJournal(async () => {
      const found = await this.webhooks.find({
        where: { companyId, ...(behind !== undefined && { id: MoreThan(behind) }) },
        order: { id: 'ASC' },
        ...(limit !== undefined && { take: limit }),
      });
      const secrets = await this.readSecrets(
        companyId,
        found.map(({ id }) => id),
      );
      return found.map((row) =>
        toWebhook(
          row,
          secrets.filter(({ webhookId }) => webhookId === row.id),
        ),
      );
    });
  }

  async show(slug: string, webhookId: string): Promise<Webhook> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inJournal(async () => {
      const row = await findWebhook(this.connection, { slug, companyId }, webhookId);
      return this.read(companyId, row.id);
    });
  }

  /**
   * Changes an endpoint. With another URL, what failed at the old one is tried afresh.
   *
   * @throws AdministrationError where its URL is not allowed
   */
  async change(
    slug: string,
    webhookId: string,
    changed: WebhookChange,
    rules: WebhookRules,
  ): Promise<Webhook> {
    const { name, url, types } = changed;
    if (url !== undefined) requireUrl(url, rules);
    const attributes = Object.keys(changed).filter(
      (key) => changed[key as keyof WebhookChange] !== undefined,
    );
    return this.update(
      slug,
      webhookId,
      'webhook.changed',
      { attributes },
      async ({ companyId, id, format }) => {
        const columns = {
          ...(name !== undefined && { name }),
          ...(url !== undefined && (await columnsOfUrl({ url, format, id }, rules))),
          ...(types !== undefined && { types: typesFor(format, types) }),
        };
        if (Object.keys(columns).length > 0) await this.webhooks.update({ companyId, id }, columns);
        if (url !== undefined) await this.begin(companyId, id);
      },
    );
  }

  /** Sends it nothing any more. What it misses it is told when it is enabled, as long as the journal is kept. */
  disable(slug: string, webhookId: string): Promise<Webhook> {
    const change = { detail: { reason: 'administrator' } };
    return this.update(slug, webhookId, 'webhook.disabled', change, async ({ companyId, id }) => {
      await this.webhooks.update(
        { companyId, id, disabled: IsNull() },
        { disabled: () => 'now()', disabledReason: 'administrator' },
      );
    });
  }

  /** Goes on where it stopped: with what was not delivered, and with what was changed since. */
  enable(slug: string, webhookId: string): Promise<Webhook> {
    return this.update(slug, webhookId, 'webhook.enabled', {}, async ({ companyId, id }) => {
      await this.webhooks.update({ companyId, id }, { disabled: null, disabledReason: null });
      await this.begin(companyId, id);
    });
  }

  /** Removes it with its secrets; there is no way back. */
  async delete(slug: string, webhookId: string): Promise<void> {
    await this.update(slug, webhookId, 'webhook.deleted', {}, async ({ companyId, id }) => {
      await this.webhooks.delete({ companyId, id });
    });
  }

  /**
   * Makes a secret, and lets all others end when the overlap is over. Until then messages are signed with each.
   *
   * @throws AdministrationError where too many are in force
   */
  async rotateSecret(
    slug: string,
    webhookId: string,
    overlapHours: number,
    rules: WebhookRules,
  ): Promise<WebhookWithSecret> {
    let secret = '';
    const change = { attributes: ['secret'], detail: { overlapHours } };
    const webhook = await this.update(
      slug,
      webhookId,
      'webhook.changed',
      change,
      async ({ companyId, id }) => {
        await this.connection.query(
          'DELETE FROM webhook_secrets WHERE company_id = $1 AND webhook_id = $2 AND expires <= now()',
          [companyId, id],
        );
        await this.connection.query(
          `UPDATE webhook_secrets SET expires = least(expires, now() + make_interval(hours => $3))
         WHERE company_id = $1 AND webhook_id = $2`,
          [companyId, id, overlapHours],
        );
        const inForce = await this.readSecrets(companyId, [id]);
        if (inForce.length >= MOST_SECRETS) {
          throw new AdministrationError(
            `Webhook ${webhookId} has ${MOST_SECRETS} secrets in force, the most there may be; wait until one ends, or rotate without overlap.`,
            'conflict',
          );
        }
        secret = await this.addSecret(companyId, id, rules);
      },
    );
    return { webhook, secret };
  }

  /** Changes an endpoint and records it, in one transaction, which holds the endpoint. */
  private async update(
    slug: string,
    webhookId: string,
    operation: CompanyChange['operation'],
    change: Pick<CompanyChange, 'attributes' | 'detail'>,
    work: (row: WebhookRow) => Promise<void>,
  ): Promise<Webhook> {
    const companyId = await findCompanyId(this.connection, slug);
    return this.connection.inTransaction(async () => {
      const changed = await this.connection.inJournal(async () => {
        const row = await findWebhook(this.connection, { slug, companyId }, webhookId);
        const before = await this.read(companyId, row.id);
        await work(row);
        return operation === 'webhook.deleted' ? before : this.read(companyId, row.id);
      });
      await this.record(companyId, operation, changed, change.detail, change.attributes);
      return changed;
    });
  }

  /** Treats an endpoint as if it had never been called, and makes its pending deliveries due. */
  private async begin(companyId: string, webhookId: string): Promise<void> {
    await this.webhooks.update(
      { companyId, id: webhookId },
      { failures: 0, failingSince: null, pausedUntil: null, lastSuccess: null },
    );
    await this.connection.repository(DeliveryRow).update({ companyId, webhookId, state: 'pending' }, AFRESH);
  }

  /** @returns its text */
  private async addSecret(companyId: string, webhookId: string, { secrets }: WebhookRules): Promise<string> {
    const secret = makeWebhookSecret();
    await this.connection.query(
      'INSERT INTO webhook_secrets (company_id, webhook_id, secret) VALUES ($1, $2, $3)',
      [companyId, webhookId, await secrets.seal(secret, formatResourceId(webhookId))],
    );
    return secret;
  }

  private async read(companyId: string, id: string): Promise<Webhook> {
    const row = await this.webhooks.findOneByOrFail({ companyId, id });
    return toWebhook(row, await this.readSecrets(companyId, [id]));
  }

  /** The secrets in force. */
  private readSecrets(companyId: string, webhookIds: readonly string[]): Promise<SecretRow[]> {
    return this.connection.repository(SecretRow).find({
      where: [
        { companyId, webhookId: In(webhookIds), expires: IsNull() },
        { companyId, webhookId: In(webhookIds), expires: MoreThan(new Date()) },
      ],
      order: { id: 'DESC' },
    });
  }

  private record(
    companyId: string,
    operation: CompanyChange['operation'],
    { id, name }: Webhook,
    detail: CompanyChange['detail'] = {},
    attributes: readonly string[] = [],
  ): Promise<void> {
    return this.connection.record(companyId, {
      operation,
      display: name,
      attributes,
      detail: { id, ...detail },
    });
  }

  private get webhooks(): Repository<WebhookRow> {
    return this.connection.repository(WebhookRow);
  }
}

/** The URL of a chat is kept encrypted, and what is shown of it beside that. */
async function columnsOfUrl(
  { url, format, id }: Pick<WebhookRow, 'url' | 'format' | 'id'>,
  { secrets }: WebhookRules,
): Promise<Pick<WebhookRow, 'url' | 'sealedUrl'>> {
  if (format === 'standard') return { url, sealedUrl: null };
  const sealedUrl = await secrets.seal(url, urlSubject(formatResourceId(id)));
  return { url: shownUrl(url, format), sealedUrl };
}

/** @throws AdministrationError */
function requireUrl(url: string, { hosts }: WebhookRules): void {
  const fault = faultOfUrl(url, hosts);
  if (fault !== undefined)
    throw new AdministrationError(`${JSON.stringify(url)} can't be a webhook: ${fault}.`);
}

/**
 * The types of events that an endpoint is sent, each once; null for all.
 *
 * @throws AdministrationError where one is none that is ever sent there
 */
function typesFor(format: WebhookFormat, types: readonly string[] | null): string[] | null {
  const known: readonly string[] = format === 'standard' ? CHANGE_TYPES : ALERT_TYPES;
  if (types === null) return format === 'standard' ? null : [...known];
  const unknown = types.find((type) => !known.includes(type));
  if (unknown === undefined) return [...new Set(types)];
  if (format !== 'standard' && (CHANGE_TYPES as readonly string[]).includes(unknown)) {
    throw new AdministrationError(
      `A chat is told of alerts alone, and ${unknown} is none; there are ${known.join(', ')}.`,
    );
  }
  throw new AdministrationError(
    `There is no type of events ${JSON.stringify(shownId(unknown))}; there are ${known.join(', ')}.`,
  );
}
