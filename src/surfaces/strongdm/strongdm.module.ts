import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim.module.js';
import { unmatchedRoutesController } from '../http/unmatched-routes.js';
import { StrongdmDiscoveryController } from './discovery.controller.js';
import { StrongdmGroupsController, StrongdmUsersController } from './resource.controllers.js';
import { StrongdmGroups, StrongdmUsers } from './strongdm.endpoint.js';

@Module({
  imports: [ScimModule],
  controllers: [
    StrongdmUsersController,
    StrongdmGroupsController,
    StrongdmDiscoveryController,
    // Last: it takes every path that the others leave.
    unmatchedRoutesController(),
  ],
  providers: [StrongdmUsers, StrongdmGroups],
})
export class StrongdmModule {}
