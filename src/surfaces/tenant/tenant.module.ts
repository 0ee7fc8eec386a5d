import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim/scim.module.js';
import { TenantBulkController } from './bulk.controller.js';
import { TenantDiscoveryController } from './discovery.controller.js';
import { TenantFallbackController } from './fallback.controller.js';
import { TenantGroupsController } from './groups.controller.js';
import { TenantCodec } from './tenant.codec.js';
import { TenantUsersController } from './users.controller.js';

/** The surface that names the company in its path. */
@Module({
  imports: [ScimModule],
  controllers: [
    TenantUsersController,
    TenantGroupsController,
    TenantBulkController,
    TenantDiscoveryController,
    // Last: it takes every path that the others leave.
    TenantFallbackController,
  ],
  providers: [TenantCodec],
})
export class TenantModule {}
