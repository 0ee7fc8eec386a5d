import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim.module.js';
import { OudCodec } from './oud.codec.js';
import { OudDiscoveryController } from './discovery.controller.js';
import { OudFallbackController } from './fallback.controller.js';
import { OudGroupsController } from './groups.controller.js';
import { OudMeController } from './me.controller.js';
import { OudUsersController } from './users.controller.js';

/** The surface in the form of Oracle Unified Directory. */
@Module({
  imports: [ScimModule],
  controllers: [
    OudUsersController,
    OudGroupsController,
    OudMeController,
    OudDiscoveryController,
    // Last: it takes every path that the others leave.
    OudFallbackController,
  ],
  providers: [OudCodec],
})
export class OudModule {}
