import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { unmatchedController } from '../admin-api/http/unmatched.controller.js';
import { FeedModule } from '../feed/feed.module.js';
import { RouteTable } from '../surfaces/http/route-table.js';
import { NeedsScope } from './access/decorators.js';
import { ChangesAnswer } from './changes/changes-answer.js';
import { ChangesController, CompanyChangesController } from './changes/changes.controller.js';
import { MembershipChecks } from '../checks/membership-checks.js';
import { PlatformChecksController } from './checks/checks.controller.js';
import { PlatformCompanyController } from './companies/company.controller.js';
import { PlatformCallerController } from './credential/credential.controller.js';
import { PLATFORM_MOUNT } from './http/mount.js';
import { PlatformController } from './http/operation.js';
import { SnapshotController } from './snapshot/snapshot.controller.js';
import { Snapshots } from './snapshot/snapshots.js';

/** The platform API: what platforms read of several companies, and a company of itself. */
@Module({
  imports: [AccessModule, FeedModule],
  controllers: [
    PlatformCallerController,
    PlatformCompanyController,
    ChangesController,
    CompanyChangesController,
    PlatformChecksController,
    SnapshotController,
    // Last: it takes every path that the others leave.
    unmatchedController({ controller: PlatformController(), route: NeedsScope('any') }, PLATFORM_MOUNT, () =>
      routes(),
    ),
  ],
  providers: [ChangesAnswer, MembershipChecks, Snapshots],
})
export class PlatformApiModule {}

let table: RouteTable | undefined;
const routes = (): RouteTable => (table ??= new RouteTable(PlatformApiModule, ['HEAD', 'OPTIONS']));
