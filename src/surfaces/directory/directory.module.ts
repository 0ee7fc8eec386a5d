import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim/scim.module.js';
import { DirectoryCodec } from './directory.codec.js';
import { DirectoryDiscoveryController } from './discovery.controller.js';
import { DirectoryFallbackController } from './fallback.controller.js';
import { DirectoryGroupsController } from './groups.controller.js';
import { DirectoryMeController } from './me.controller.js';
import { DirectoryUsersController } from './users.controller.js';

/** The surface in the form of Oracle Unified Directory. */
@Module({
  imports: [ScimModule],
  controllers: [
    DirectoryUsersController,
    DirectoryGroupsController,
    DirectoryMeController,
    DirectoryDiscoveryController,
    // Last: it takes every path that the others leave.
    DirectoryFallbackController,
  ],
  providers: [DirectoryCodec],
})
export class DirectoryModule {}
