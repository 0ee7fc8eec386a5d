import { Module, type OnModuleDestroy } from '@nestjs/common';
import { AdministrationPool } from '../administration/administration-pool.js';
import { SETTINGS, type ServiceSettings } from '../config/settings.js';
import { RouteTable } from '../surfaces/http/route-table.js';
import { Allows } from './access/decorators.js';
import { AdminActivityController } from './activity/activity.controller.js';
import { AdminActivitySummariesController } from './activity/summaries.controller.js';
import { AdminActivityCountsController } from './activity/activity-counts.controller.js';
import { AdminMembershipsController } from './activity/memberships.controller.js';
import { AdminAttributesController } from './attributes/attributes.controller.js';
import { AdminClientsController } from './clients/clients.controller.js';
import { AdminFederatedCredentialsController } from './clients/federated-credentials.controller.js';
import { AdminClientSecretsController } from './clients/secrets.controller.js';
import { AdminCompaniesController } from './companies/companies.controller.js';
import { AdminExportController } from './companies/export.controller.js';
import { AdminCredentialsController } from './credentials/admin-credentials.controller.js';
import { PlatformCredentialsController } from './credentials/platform-credentials.controller.js';
import { AdminSelfController } from './credentials/self.controller.js';
import { AdminDirectoryController } from './directory/directory.controller.js';
import { AdminEffectiveMembershipsController } from './directory/effective-memberships.controller.js';
import { AdminDeploymentController } from './deployment/deployment.controller.js';
import { AdminGuardController } from './guard/guard.controller.js';
import { Exports } from './http/exports.js';
import { ADMIN_MOUNT } from './http/mount.js';
import { AdminController } from './http/operation.js';
import { unmatchedController } from './http/unmatched.controller.js';
import {
  AdminCompanyIssuersController,
  AdminDeploymentIssuersController,
} from './issuers/issuers.controller.js';
import { RecordingModule } from '../recording/recording.module.js';
import { AdminRecordedRequestsController } from './recordings/recorded-requests.controller.js';
import { AdminRecordingController } from './recordings/recording.controller.js';
import { AdminRestoreController } from './restore/restore.controller.js';
import { AdminSessionsController } from './sessions/sessions.controller.js';
import { AdminSetupLinksController } from './sessions/setup-links.controller.js';
import { AdminTokensController } from './tokens/tokens.controller.js';
import { AdminErasuresController } from './users/erasures.controller.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AdminDeliveriesController } from './webhooks/deliveries.controller.js';
import { AdminWebhooksController } from './webhooks/webhooks.controller.js';

/** The admin API. It is imported where `ADMIN_TOKEN` is set; without it none of its routes exists. */
@Module({
  imports: [WebhooksModule, RecordingModule],
  controllers: [
    AdminSelfController,
    AdminSessionsController,
    AdminSetupLinksController,
    AdminCompaniesController,
    AdminExportController,
    AdminGuardController,
    AdminActivityController,
    AdminActivitySummariesController,
    AdminActivityCountsController,
    AdminMembershipsController,
    AdminDirectoryController,
    AdminEffectiveMembershipsController,
    AdminErasuresController,
    AdminRestoreController,
    AdminAttributesController,
    AdminTokensController,
    AdminClientsController,
    AdminClientSecretsController,
    AdminFederatedCredentialsController,
    AdminCompanyIssuersController,
    AdminDeploymentIssuersController,
    AdminWebhooksController,
    AdminDeliveriesController,
    AdminDeploymentController,
    AdminRecordingController,
    AdminRecordedRequestsController,
    AdminCredentialsController,
    PlatformCredentialsController,
    // Last: it takes every path that the others leave.
    unmatchedController(
      { controller: AdminController(), route: Allows('credential.show') },
      ADMIN_MOUNT,
      () => routes(),
    ),
  ],
  providers: [
    Exports,
    {
      provide: AdministrationPool,
      inject: [SETTINGS],
      useFactory: ({ ownerUrl }: ServiceSettings) => {
        if (ownerUrl === undefined) throw new Error('the admin API needs the URL of the database’s owner');
        return AdministrationPool.open(ownerUrl);
      },
    },
  ],
})
export class AdminApiModule implements OnModuleDestroy {
  constructor(private readonly administration: AdministrationPool) {}

  onModuleDestroy(): Promise<void> {
    return this.administration.close();
  }
}

let table: RouteTable | undefined;
const routes = (): RouteTable => (table ??= new RouteTable(AdminApiModule, ['HEAD', 'OPTIONS']));
