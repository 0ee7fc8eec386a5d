import { originWithoutRequest } from '../../scim/change-origin.js';
import { makeCompanyScope, type CompanyScope } from '../../scim/company-scope.js';
import { type Attempt, judgeEndpoint } from '../../webhooks/attempts.js';
import {
  type DueWebhook,
  type Lane,
  type TurnLimits,
  type WebhookCounts,
  WebhooksStore,
  type WebhookTurn,
} from '../../webhooks/webhooks.store.js';
import { type WebhookFormat } from '../../webhooks/webhook-format.js';
import { recordCompanyChange } from '../journal/record-change.js';
import { BY_INDEX } from '../sql/by-index.js';
import { formatResourceId } from '../sql/resource-id.js';
import { type CompanyTransaction, type WriteTransaction } from '../transaction/company-transaction.js';
import {
  claimDeliveries,
  hurryWaiting,
  lockWebhook,
  planDeliveries,
  selectSecrets,
  setState,
  settleAttempts,
  type WebhookKey,
} from './webhook-statements.js';

/** How many deliveries are removed in one transaction of each endpoint. */
const MOST_TRIMMED = 1000;
/** What does not depend on the company: deliveries touch no resource. */
const NO_SETTINGS = { duplicateGroupNames: false, unknownMembers: 'reject' } as const;

interface WebhookRow {
  readonly url: string;
  readonly sealed_url: string | null;
  readonly name: string;
  readonly format: WebhookFormat;
  readonly types: string[] | null;
  readonly failures: number;
  readonly is_disabled: boolean;
  readonly is_untried: boolean;
}

interface DeliveryRow {
  readonly id: string;
  readonly position: string | null;
  readonly activity: string | null;
  readonly attempts: number;
  readonly created: Date;
}

/** {@link WebhooksStore} in PostgreSQL. What concerns all companies is done by functions; the rest sees one company alone. */
export class PostgresWebhooksStore extends WebhooksStore {
  constructor(private readonly transaction: CompanyTransaction) {
    super();
  }

  override async findDue(
    { proven, untried, failing }: Readonly<Record<Lane, number>>,
    busy: readonly string[],
  ): Promise<readonly DueWebhook[]> {
    const ids = busy.map((id) => BigInt(`0x${id}`).toString());
    const { rows } = await this.transaction.runOutsideCompany({
      name: 'webhooks.due',
      text: 'SELECT company_id, slug, webhook_id, lane FROM find_due_webhooks($1, $2, $3, $4::bigint[])',
      values: [proven, untried, failing, ids],
    });
    type Row = Readonly<Record<'company_id' | 'slug' | 'webhook_id', string>> & { readonly lane: Lane };
    return (rows as unknown as readonly Row[]).map(
      ({ company_id: companyId, slug, webhook_id: id, lane }) => ({
        scope: makeCompanyScope({
          companyId,
          slug,
          settings: NO_SETTINGS,
          origin: originWithoutRequest('server'),
        }),
        id: formatResourceId(id),
        lane,
      }),
    );
  }

  override takeTurn(
    { scope, id }: DueWebhook,
    attempts: readonly Attempt[],
    limits: TurnLimits,
  ): Promise<WebhookTurn | undefined> {
    const key = { companyId: scope.companyId, id };
    return this.transaction.write(scope, async (transaction) => {
      const [, locked] = await transaction.runAll([
        { text: BY_INDEX, values: [] },
        lockWebhook(key, { skip: attempts.length === 0 }),
      ]);
      const [row] = (locked?.rows ?? []) as unknown as readonly WebhookRow[];
      if (row === undefined) return undefined;
      const state = judgeEndpoint(row.failures, attempts);
      if (attempts.length > 0) {
        await transaction.runAll([
          settleAttempts(key, attempts),
          setState(key, state),
          ...(state.recovered ? [hurryWaiting(key)] : []),
        ]);
        if (state.disabled !== undefined && !row.is_disabled)
          recordEnd(transaction, scope, { ...key, ...row }, state.disabled);
      }
      if (row.is_disabled || state.disabled !== undefined || state.pause > 0) return undefined;
      const isProven = state.failures === 0 && (state.succeeded || !row.is_untried);
      return claim(transaction, key, row, limits, isProven ? limits.healthy : limits.unproven);
    });
  }

  override async trim(days: number): Promise<void> {
    let removed: number;
    do {
      const { rows } = await this.transaction.runOutsideCompany({
        name: 'webhooks.trim',
        text: `SELECT trim_webhook_deliveries(make_interval(days => $1), ${MOST_TRIMMED}) AS removed`,
        values: [days],
      });
      removed = Number(rows[0]?.['removed']);
    } while (removed >= MOST_TRIMMED);
  }

  override async count(): Promise<WebhookCounts> {
    const { rows } = await this.transaction.runOutsideCompany({
      name: 'webhooks.count',
      text: 'SELECT live, failing, disabled, pending FROM count_webhooks()',
      values: [],
    });
    const [row] = rows as unknown as readonly Record<keyof WebhookCounts, string>[];
    return {
      live: Number(row?.live),
      failing: Number(row?.failing),
      disabled: Number(row?.disabled),
      pending: Number(row?.pending),
    };
  }
}

async function claim(
  transaction: WriteTransaction,
  key: WebhookKey,
  { url, sealed_url, name, format, types }: WebhookRow,
  limits: TurnLimits,
  allowed: number,
): Promise<WebhookTurn> {
  const nothing = {
    url,
    sealedUrl: sealed_url ?? undefined,
    name,
    format,
    types: types ?? undefined,
    secrets: [],
    deliveries: [],
  };
  if (limits.most === 0) return nothing;
  const [, claimed, secrets] = await transaction.runAll([
    planDeliveries(key),
    claimDeliveries(key, limits, allowed),
    selectSecrets(key),
  ]);
  const deliveries = (claimed?.rows ?? []) as unknown as readonly DeliveryRow[];
  return {
    ...nothing,
    secrets: (secrets?.rows ?? []).map((each) => each['secret'] as string),
    deliveries: deliveries.map(({ id, position, activity, attempts, created }) => ({
      id,
      entry: position === null || activity === null ? undefined : { place: position, entryId: activity },
      attempts,
      created,
    })),
  };
}

function recordEnd(
  transaction: WriteTransaction,
  scope: CompanyScope,
  { id, name }: { readonly id: string; readonly name: string },
  reason: 'gone' | 'failing',
): void {
  transaction.runAtCommit(
    recordCompanyChange(scope, { operation: 'webhook.disabled', display: name, detail: { id, reason } }),
  );
}
