import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim.module.js';
import { unmatchedRoutesController } from '../http/unmatched-routes.js';
import { StrongdmCodec } from './strongdm.codec.js';
import { StrongdmDiscoveryController } from './discovery.controller.js';
import { StrongdmGroupsController, StrongdmUsersController } from './resource.controllers.js';
import { StrongdmGroups, StrongdmUsers } from './strongdm.endpoint.js';

@Module({
  imports: [ScimModule],
  controllers: [
    StrongdmUsersController,
    StrongdmGroupsController,
    StrongdmDiscoveryController,
    // Last, since it matches every path.
    unmatchedRoutesController(),
  ],
  providers: [StrongdmCodec, StrongdmUsers, StrongdmGroups],
})
export class StrongdmModule {}
