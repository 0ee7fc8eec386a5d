import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim.module.js';
import { ScaikeyBulkController } from './bulk.controller.js';
import { ScaikeyDiscoveryController } from './discovery.controller.js';
import { ScaikeyFallbackController } from './fallback.controller.js';
import { ScaikeyGroupsController } from './groups.controller.js';
import { ScaikeyCodec } from './scaikey.codec.js';
import { ScaikeyUsersController } from './users.controller.js';

/** The surface that names the company in its path. */
@Module({
  imports: [ScimModule],
  controllers: [
    ScaikeyUsersController,
    ScaikeyGroupsController,
    ScaikeyBulkController,
    ScaikeyDiscoveryController,
    // Last: it takes every path that the others leave.
    ScaikeyFallbackController,
  ],
  providers: [ScaikeyCodec],
})
export class ScaikeyModule {}
