import { Webhook as WebhookRow } from '../persistence/entities/webhook.entity.js';
import { readResourceId } from '../persistence/sql/resource-id.js';
import { AdministrationError } from './administration.error.js';
import { type OwnerConnection } from './owner-connection.js';
import { shownId } from './shown-id.js';

/**
 * The row of a company's webhook, held until the transaction ends.
 *
 * @throws AdministrationError where there is none
 */
export async function findWebhook(
  connection: OwnerConnection,
  { slug, companyId }: { readonly slug: string; readonly companyId: string },
  webhookId: string,
): Promise<WebhookRow> {
  const id = readResourceId(webhookId);
  const row =
    id === undefined
      ? null
      : await connection
          .repository(WebhookRow)
          .findOne({ where: { companyId, id }, lock: { mode: 'pessimistic_write' } });
  if (row) return row;
  throw new AdministrationError(
    `Company ${slug} has no webhook ${shownId(webhookId)}.`,
    'unknown',
    `webhook list ${slug}`,
  );
}
