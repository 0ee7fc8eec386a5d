import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim/scim.module.js';
import { ProvisioningDiscoveryController } from './discovery.controller.js';
import { ProvisioningFallbackController } from './fallback.controller.js';
import { ProvisioningGroupsController } from './groups.controller.js';
import { ProvisioningUsersController } from './users.controller.js';

@Module({
  imports: [ScimModule],
  controllers: [
    ProvisioningUsersController,
    ProvisioningGroupsController,
    ProvisioningDiscoveryController,
    // Last: it takes every path that the others leave.
    ProvisioningFallbackController,
  ],
})
export class ProvisioningModule {}
