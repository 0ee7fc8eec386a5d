import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim.module.js';
import { unmatchedRoutesController } from '../http/unmatched-routes.js';
import { ParadigmCodec } from './paradigm.codec.js';
import { ParadigmGroups, ParadigmUsers } from './paradigm.endpoint.js';
import { ParadigmDiscoveryController } from './discovery.controller.js';
import { ParadigmGroupsController } from './groups.controller.js';
import { ParadigmUsersController } from './users.controller.js';

@Module({
  imports: [ScimModule],
  controllers: [
    ParadigmGroupsController,
    ParadigmUsersController,
    ParadigmDiscoveryController,
    // Last, since it matches every path.
    unmatchedRoutesController(),
  ],
  providers: [ParadigmCodec, ParadigmUsers, ParadigmGroups],
})
export class ParadigmModule {}
