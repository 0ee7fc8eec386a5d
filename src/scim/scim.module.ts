import { Module } from '@nestjs/common';
import { FilterParser } from '../protocol/filter/filter.parser.js';
import { PatchOperationEngine } from '../protocol/patch/patch-operation-engine.js';
import { StandardDiscoveryController } from '../surfaces/standard/discovery.controller.js';
import { StandardFallbackController } from '../surfaces/standard/fallback.controller.js';
import { StandardGroupsController } from '../surfaces/standard/groups.controller.js';
import { StandardCodec } from '../surfaces/standard/standard.codec.js';
import { StandardUsersController } from '../surfaces/standard/users.controller.js';
import { GroupsService } from './groups/groups.service.js';
import { UsersService } from './users/users.service.js';

/** The use cases, and the one surface that is always there. The stores come from the persistence module. */
@Module({
  controllers: [
    StandardUsersController,
    StandardGroupsController,
    StandardDiscoveryController,
    // Last: it takes every path that the others leave.
    StandardFallbackController,
  ],
  providers: [StandardCodec, UsersService, GroupsService, FilterParser, PatchOperationEngine],
  exports: [UsersService, GroupsService],
})
export class ScimModule {}
