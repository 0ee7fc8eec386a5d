import { Module } from '@nestjs/common';
import { AcceptsBasic } from '../../access/decorators.js';
import { ScimModule } from '../../scim.module.js';
import { unmatchedRoutesController } from '../http/unmatched-routes.js';
import { OudCodec } from './oud.codec.js';
import { OudDiscoveryController } from './discovery.controller.js';
import { OudMeController } from './me.controller.js';
import { OudGroupsController, OudUsersController } from './resource.controllers.js';
import { OudGroups, OudUsers } from './oud.endpoint.js';

/** The surface for Oracle Unified Directory. */
@Module({
  imports: [ScimModule],
  controllers: [
    OudUsersController,
    OudGroupsController,
    OudMeController,
    OudDiscoveryController,
    // Last, since it matches every path.
    unmatchedRoutesController(AcceptsBasic()),
  ],
  providers: [OudCodec, OudUsers, OudGroups],
})
export class OudModule {}
