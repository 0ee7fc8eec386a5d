import { Module } from '@nestjs/common';
import { CompanyInPath } from '../../access/decorators.js';
import { ScimModule } from '../../scim.module.js';
import { unmatchedRoutesController } from '../http/unmatched-routes.js';
import { ScaikeyBulk, ScaikeyBulkController } from './bulk.controller.js';
import { ScaikeyDiscoveryController } from './discovery.controller.js';
import { ScaikeyCodec } from './scaikey.codec.js';
import { ScaikeyGroupsController, ScaikeyUsersController } from './resource.controllers.js';
import { ScaikeyGroups, ScaikeyUsers } from './scaikey.endpoint.js';

/** The surface for ScaiKey, with the company in its path. */
@Module({
  imports: [ScimModule],
  controllers: [
    ScaikeyUsersController,
    ScaikeyGroupsController,
    ScaikeyBulkController,
    ScaikeyDiscoveryController,
    // Last, since it matches every path.
    unmatchedRoutesController(CompanyInPath('tenant_id')),
  ],
  providers: [ScaikeyCodec, ScaikeyUsers, ScaikeyGroups, ScaikeyBulk],
})
export class ScaikeyModule {}
