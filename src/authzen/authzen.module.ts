import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { unmatchedController } from '../admin-api/http/unmatched.controller.js';
import { MembershipChecks } from '../checks/membership-checks.js';
import { NeedsScope } from '../platform-api/access/decorators.js';
import { CursorSeal } from '../scim/cursors/cursor-seal.js';
import { RouteTable } from '../surfaces/http/route-table.js';
import { authzenController, AuthzenController } from './authzen.controller.js';
import { AuthzenConfigurationController } from './configuration.controller.js';
import { AUTHZEN_MOUNT } from './mount.js';
import { SearchPages } from './search-pages.js';

/** The OpenID Authorization API 1.0 (AuthZEN), by which services ask who is in which group. */
@Module({
  imports: [AccessModule],
  controllers: [
    authzenController(''),
    authzenController(':company'),
    // Last: it takes every path that the others leave.
    unmatchedController({ controller: AuthzenController(''), route: NeedsScope('any') }, AUTHZEN_MOUNT, () =>
      routes(),
    ),
  ],
  providers: [MembershipChecks, SearchPages, CursorSeal],
})
export class AuthzenModule {}

/** Where clients find out about it by themselves, outside its own paths. */
@Module({ controllers: [AuthzenConfigurationController] })
export class AuthzenConfigurationModule {}

let table: RouteTable | undefined;
const routes = (): RouteTable => (table ??= new RouteTable(AuthzenModule, ['HEAD', 'OPTIONS']));
