import { Module } from '@nestjs/common';
import { ScimModule } from '../../scim/scim.module.js';
import { CompanyCodec } from './company.codec.js';
import { CompanyDiscoveryController } from './discovery.controller.js';
import { CompanyFallbackController } from './fallback.controller.js';
import { CompanyGroupsController } from './groups.controller.js';
import { CompanyUsersController } from './users.controller.js';

@Module({
  imports: [ScimModule],
  controllers: [
    CompanyGroupsController,
    CompanyUsersController,
    CompanyDiscoveryController,
    // Last: it takes every path that the others leave.
    CompanyFallbackController,
  ],
  providers: [CompanyCodec],
})
export class CompanyModule {}
