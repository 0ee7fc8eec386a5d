import { Module } from '@nestjs/common';
import { OpenToUsers } from './access/decorators.js';
import { SETTINGS, type Settings } from './config/settings.js';
import { FilterParser } from './protocol/filter/filter.parser.js';
import { PatchOperationEngine } from './protocol/patch/patch-operation-engine.js';
import { unmatchedRoutesController } from './surfaces/http/unmatched-routes.js';
import { StandardBulk, StandardBulkController } from './surfaces/standard/bulk.controller.js';
import { StandardDiscoveryController } from './surfaces/standard/discovery.controller.js';
import { GroupsController } from './surfaces/standard/groups.controller.js';
import { StandardMeController } from './surfaces/standard/me.controller.js';
import { StandardCodec } from './surfaces/standard/standard.codec.js';
import { OwnUser, StandardGroups, StandardUsers } from './surfaces/standard/standard.endpoint.js';
import { StandardResourcesController } from './surfaces/standard/resources.controller.js';
import { UsersController } from './surfaces/standard/users.controller.js';
import { BulkService } from './scim/bulk/bulk.service.js';
import { CursorPages } from './scim/cursors/cursor-pages.js';
import { CursorSeal } from './scim/cursors/cursor-seal.js';
import { GroupsService } from './scim/groups/groups.service.js';
import { ListPlanner } from './scim/lists/list-planner.js';
import { ResourcesService } from './scim/resources/resources.service.js';
import { UsersService } from './scim/users/users.service.js';

/** The use cases, and the one surface that is always there. The stores come from the persistence module. */
@Module({
  controllers: [
    UsersController,
    GroupsController,
    StandardDiscoveryController,
    StandardResourcesController,
    StandardBulkController,
    StandardMeController,
    // Last: it takes every path that the others leave.
    unmatchedRoutesController(OpenToUsers()),
  ],
  providers: [
    StandardCodec,
    StandardUsers,
    StandardGroups,
    OwnUser,
    StandardBulk,
    UsersService,
    GroupsService,
    ResourcesService,
    BulkService,
    ListPlanner,
    CursorPages,
    CursorSeal,
    {
      provide: FilterParser,
      inject: [SETTINGS],
      useFactory: ({ maxFilterLength: length, maxFilterTokens: tokens }: Settings) =>
        new FilterParser({ length, tokens }),
    },
    // `protocol` knows no framework, so the parser is handed over here.
    {
      provide: PatchOperationEngine,
      inject: [FilterParser],
      useFactory: (parser: FilterParser) => new PatchOperationEngine(parser),
    },
  ],
  exports: [UsersService, GroupsService, BulkService, FilterParser],
})
export class ScimModule {}
