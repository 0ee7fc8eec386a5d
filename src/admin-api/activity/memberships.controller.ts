import { Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { type Page } from '../http/pages.js';
import {
  GroupListView,
  type GroupView,
  MemberListView,
  MembershipQuery,
  type MemberView,
} from './membership.dto.js';

@ApiTags('Activity')
@AdminController('companies/:company')
export class AdminMembershipsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get('groups/:group/members')
  @CompanyParam()
  @ApiParam({
    name: 'group',
    description: 'Its displayName or id; the id where it is gone.',
    example: 'Finance',
  })
  @Operation({
    permission: 'activity.read',
    id: 'listMembers',
    summary: 'List the direct members of a group, since when and by whom; or those at an instant',
    answer: MemberListView,
    refusals: [400, 404, 409],
  })
  members(
    @Param('company') company: string,
    @Param('group') group: string,
    @Query() { at, ...page }: MembershipQuery,
  ): Promise<Page<MemberView>> {
    return this.administration.run<Page<MemberView>>(({ memberships }) =>
      at === undefined
        ? memberships.members(company, group, page)
        : memberships.membersAt(company, group, at, page),
    );
  }

  @Get('users/:user/groups')
  @CompanyParam()
  @ApiParam({
    name: 'user',
    description: 'Its userName or id; the id where it is gone.',
    example: 'ada@acme.example',
  })
  @Operation({
    permission: 'activity.read',
    id: 'listGroups',
    summary:
      'List the groups of which a user is a direct member, since when and by whom; or those at an instant',
    answer: GroupListView,
    refusals: [400, 404],
  })
  groups(
    @Param('company') company: string,
    @Param('user') user: string,
    @Query() { at, ...page }: MembershipQuery,
  ): Promise<Page<GroupView>> {
    return this.administration.run<Page<GroupView>>(({ memberships }) =>
      at === undefined
        ? memberships.groups(company, user, page)
        : memberships.groupsAt(company, user, at, page),
    );
  }
}
