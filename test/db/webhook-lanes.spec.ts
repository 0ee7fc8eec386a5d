import { PostgresWebhooksStore } from '../../src/persistence/webhooks/postgres-webhooks.store.js';
import { type CompanyScope } from '../../src/scim/company-scope.js';
import { type Attempt } from '../../src/webhooks/attempts.js';
import { type Lane, type WebhooksStore } from '../../src/webhooks/webhooks.store.js';
import { StoreRig } from './store-rig.js';

// Endpoints that work wait neither for those that fail nor for those that nobody knows yet: each lane has places of its own.

let rig: StoreRig;
let store: WebhooksStore;
let scope: CompanyScope;
beforeAll(async () => {
  rig = await StoreRig.open();
  store = new PostgresWebhooksStore(rig.transaction);
  scope = await rig.company();
});
afterAll(() => rig.close());

/** Makes an endpoint that has something to be told. */
async function make(state: string): Promise<string> {
  const { rows } = await rig.admin.query<{ id: string }>(
    `WITH w AS (INSERT INTO webhooks (company_id, name, url, position, failures, last_success, claimed)
       SELECT $1::bigint, 'hook', 'https://hooks.example.com/', 0, ${state} RETURNING id)
     INSERT INTO webhook_deliveries (company_id, webhook_id) SELECT $1::bigint, w.id FROM w
     RETURNING format_resource_id(webhook_id) AS id`,
    [scope.companyId],
  );
  return rows[0]?.id ?? '';
}

it('names of each lane those first that waited longest, as many as there is room for', async () => {
  const proven = await make("0, now(), now() - interval '1 hour'");
  const provenLater = await make('0, now(), now()');
  const untried = await make('0, NULL::timestamptz, NULL::timestamptz');
  const failing = await make("1, now(), now() - interval '1 hour'");
  const neverWorked = await make('7, NULL::timestamptz, now()');
  const find = async (room: Record<Lane, number>, busy: readonly string[] = []): Promise<unknown> =>
    (await store.findDue(room, busy)).map(({ id, lane }) => `${lane} ${id}`).sort();

  expect(await find({ proven: 9, untried: 9, failing: 9 })).toEqual(
    [
      `proven ${proven}`,
      `proven ${provenLater}`,
      `untried ${untried}`,
      `failing ${failing}`,
      `failing ${neverWorked}`,
    ].sort(),
  );
  expect(await find({ proven: 1, untried: 1, failing: 1 })).toEqual(
    [`proven ${proven}`, `untried ${untried}`, `failing ${failing}`].sort(),
  );
  expect(await find({ proven: 1, untried: 0, failing: -3 })).toEqual([`proven ${proven}`]);
  expect(await find({ proven: 1, untried: 1, failing: 0 }, [proven, untried])).toEqual([
    `proven ${provenLater}`,
  ]);
});

it('claims one delivery at a time until a call has succeeded', async () => {
  const company = await rig.company();
  const { rows } = await rig.admin.query<{ id: string }>(
    `WITH w AS (INSERT INTO webhooks (company_id, name, url, position) VALUES ($1, 'new', 'https://hooks.example.com/', 0)
       RETURNING id)
     INSERT INTO webhook_deliveries (company_id, webhook_id) SELECT $1::bigint, w.id FROM w, generate_series(1, 5)
     RETURNING format_resource_id(webhook_id) AS id`,
    [company.companyId],
  );
  const webhook = { scope: company, id: rows[0]?.id ?? '', lane: 'untried' } as const;
  const limits = { most: 8, healthy: 8, unproven: 1, lease: 60_000, hold: 0 };
  const [first, ...others] = (await store.takeTurn(webhook, [], limits))?.deliveries ?? [];
  expect(others).toEqual([]);
  const delivered: Attempt = {
    ...{ deliveryId: first!.id, type: 'webhook.test', durationMs: 1, wait: 0 },
    outcome: 'delivered',
    answer: { status: 204, retryAfter: undefined, error: undefined, excerpt: undefined },
  };
  expect((await store.takeTurn(webhook, [delivered], limits))?.deliveries).toHaveLength(4);
});
