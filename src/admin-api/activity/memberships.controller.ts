import { Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { AdminController, CompanyParam, GroupParam, Operation } from '../http/operation.js';
import { type Page } from '../http/pages.js';
import {
  GroupListView,
  type GroupView,
  MemberCountListView,
  MemberCountQuery,
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

  @Get('groups/:group/member-counts')
  @CompanyParam()
  @GroupParam()
  @Operation({
    permission: 'activity.read',
    id: 'listMemberCounts',
    summary: 'List how many direct members a group had at the end of each of the last days, the oldest first',
    description:
      'Days are those of UTC, and the last one is today, with the present number. Days before the journal are missing, and ' +
      'those that lie behind 50,000 entries about the group.',
    answer: MemberCountListView,
    refusals: [400, 404, 409],
  })
  async counts(
    @Param('company') company: string,
    @Param('group') group: string,
    @Query() { days }: MemberCountQuery,
  ): Promise<MemberCountListView> {
    const items = await this.administration.run(({ memberships }) =>
      memberships.counts(company, group, days),
    );
    return { items };
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
