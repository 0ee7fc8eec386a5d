import { Module } from '@nestjs/common';
import { SETTINGS, type ServiceSettings } from '../config/settings.js';
import { FeedModule } from '../feed/feed.module.js';
import { SecretBox } from './secret-box.js';
import { WebhookEvents } from './webhook-events.js';
import { WebhookWorker } from './webhook-worker.js';
import { WebhooksStore } from './webhooks.store.js';

/** Delivers events to webhooks. */
@Module({
  imports: [FeedModule],
  providers: [
    WebhookEvents,
    {
      provide: SecretBox,
      inject: [SETTINGS],
      useFactory: ({ secretsKeys }: ServiceSettings) => new SecretBox(secretsKeys),
    },
    {
      provide: WebhookWorker,
      inject: [WebhooksStore, WebhookEvents, SecretBox, SETTINGS],
      useFactory: (
        store: WebhooksStore,
        events: WebhookEvents,
        secrets: SecretBox,
        settings: ServiceSettings,
      ) => new WebhookWorker(store, events, secrets, settings),
    },
  ],
  exports: [SecretBox, WebhookWorker],
})
export class WebhooksModule {}
