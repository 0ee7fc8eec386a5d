import { ADMIN_TOKEN, AdminClient } from '../../support/admin-client.js';
import { startTestApplication, type TestApplication } from '../../support/application.js';
import { type ScimClient } from '../../support/scim-client.js';
import { eventually, WebhookReceiver } from '../../support/webhook-receiver.js';

/** A company with an endpoint, and who receives what is sent there. */
export interface Hooked {
  readonly receiver: WebhookReceiver;
  /** Slug of the company. */
  readonly company: string;
  readonly client: ScimClient;
  /** Of the webhook in the admin API. */
  readonly path: string;
  readonly id: string;
  readonly secret: string;
  /** Makes a user or group, and gives its id. */
  user(name: string): Promise<string>;
  group(name: string): Promise<string>;
  /** Changes the externalId of a group. */
  touch(group: string, externalId: string): Promise<void>;
  /** The deliveries, the oldest first, once they are as `isDone` wants. */
  deliveries(isDone: (items: readonly Delivery[]) => boolean): Promise<readonly Delivery[]>;
  /** The webhook, once it is in this state. */
  inState(state: string): Promise<Record<string, unknown>>;
}

interface Delivery {
  readonly id: string;
  readonly type: string | null;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly resource: string | null;
  readonly attempts: number;
  readonly nextAttempt: string | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly excerpt: string | null;
}

/** The service with short times between retries. */
export class HookedService {
  private readonly receivers: WebhookReceiver[] = [];
  readonly admin: AdminClient;

  private constructor(readonly service: TestApplication) {
    this.admin = new AdminClient(service);
  }

  static async start(
    settings: Readonly<Record<string, string>> = {},
    log?: (line: string) => void,
  ): Promise<HookedService> {
    return new HookedService(
      await startTestApplication({
        settings: {
          ADMIN_TOKEN,
          WEBHOOK_HOSTS: 'localhost',
          WEBHOOK_RETRIES: '100ms,200ms,300ms',
          ...settings,
        },
        ...(log && { log }),
      }),
    );
  }

  async closeReceivers(): Promise<void> {
    for (const receiver of this.receivers.splice(0)) await receiver.close();
  }

  async close(): Promise<void> {
    await this.closeReceivers();
    await this.service.close();
  }

  async hooked(webhook: object = {}): Promise<Hooked> {
    const { service, admin } = this;
    const receiver = await WebhookReceiver.open();
    this.receivers.push(receiver);
    const company = await service.company();
    const client = await company.client();
    const { status, body } = await admin.post(`/companies/${company.slug}/webhooks`, {
      url: receiver.url,
      ...webhook,
    });
    if (status !== 201) throw new Error(`no webhook: ${JSON.stringify(body)}`);
    const path = `/companies/${company.slug}/webhooks/${body.id}`;
    const make = async (type: string, attributes: object): Promise<string> =>
      ((await client.post(type, attributes)).body as { id: string }).id;
    return {
      ...{
        receiver,
        company: company.slug,
        client,
        path,
        id: body.id as string,
        secret: body.secret as string,
      },
      user: (userName) => make('/Users', { userName }),
      group: (displayName) => make('/Groups', { displayName }),
      touch: async (group, externalId) => {
        const Operations = [{ op: 'replace', path: 'externalId', value: externalId }];
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
        const answer = await client.patch(`/Groups/${group}`, { schemas, Operations });
        if (answer.status >= 300) throw new Error(`not changed: ${JSON.stringify(answer.body)}`);
      },
      deliveries: (isDone) =>
        eventually(async () => {
          const { body: list } = await admin.get(`${path}/deliveries?count=200`);
          const items = (list.items as Delivery[]).reverse();
          return isDone(items) && items;
        }),
      inState: (state) =>
        eventually(async () => {
          const { body: webhook } = await admin.get(path);
          return webhook.state === state && (webhook as Record<string, unknown>);
        }),
    };
  }
}
