import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim.module.js';
import { StrongdmDiscoveryController } from './discovery.controller.js';
import { StrongdmFallbackController } from './fallback.controller.js';
import { StrongdmGroupsController } from './groups.controller.js';
import { StrongdmUsersController } from './users.controller.js';

@Module({
  imports: [ScimModule],
  controllers: [
    StrongdmUsersController,
    StrongdmGroupsController,
    StrongdmDiscoveryController,
    // Last: it takes every path that the others leave.
    StrongdmFallbackController,
  ],
})
export class StrongdmModule {}
