import { Module } from '@nestjs/common';
import { AccessTokensStore } from '../access/access-tokens.store.js';
import { FeedModule } from '../feed/feed.module.js';
import { FeedWatch } from '../feed/feed-watch.js';
import { FeedLag } from '../health/feed-lag.js';
import { CompanyTransaction } from '../persistence/transaction/company-transaction.js';
import { BodiesInFlight } from '../surfaces/http/bodies-in-flight.js';
import { Spools } from '../surfaces/http/spools.js';
import { WebhookWorker } from '../webhooks/webhook-worker.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { WebhooksStore } from '../webhooks/webhooks.store.js';
import { ServiceMetrics } from './service-metrics.js';

/** Measures; imported only where it is to be measured. */
@Module({
  imports: [FeedModule, WebhooksModule],
  providers: [
    {
      provide: ServiceMetrics,
      inject: [
        CompanyTransaction,
        BodiesInFlight,
        Spools,
        AccessTokensStore,
        FeedLag,
        FeedWatch,
        WebhookWorker,
        WebhooksStore,
      ],
      useFactory: (
        transactions: CompanyTransaction,
        bodies: BodiesInFlight,
        spools: Spools,
        tokens: AccessTokensStore,
        lag: FeedLag,
        watch: FeedWatch,
        worker: WebhookWorker,
        store: WebhooksStore,
      ) =>
        new ServiceMetrics({
          ...{ transactions, bodies, spools, tokens, lag, watch },
          webhooks: { worker, store },
        }),
    },
  ],
})
export class MetricsModule {}
