import { Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { JournalPageQuery } from '../activity/activity.dto.js';
import { AdminController, CompanyParam, GroupParam, Operation, UserParam } from '../http/operation.js';
import { type Page } from '../http/pages.js';
import {
  EffectiveGroupListView,
  type EffectiveGroupView,
  EffectiveMemberListView,
  type EffectiveMemberView,
} from './directory.dto.js';

const BOUND =
  'Each comes with the shortest way, as `path`. More than 10,000 memberships of groups in groups are not gone through: 400.';

@ApiTags('Users and groups')
@AdminController('companies/:company')
export class AdminEffectiveMembershipsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get('groups/:group/effective-members')
  @CompanyParam()
  @GroupParam()
  @Operation({
    permission: 'activity.read',
    id: 'listEffectiveMembers',
    summary: 'List all users who are in a group now, by way of other groups too',
    description: BOUND,
    answer: EffectiveMemberListView,
    refusals: [400, 404, 409],
  })
  members(
    @Param('company') company: string,
    @Param('group') group: string,
    @Query() query: JournalPageQuery,
  ): Promise<Page<EffectiveMemberView>> {
    return this.administration.run(({ effectiveMemberships }) =>
      effectiveMemberships.members(company, group, query),
    );
  }

  @Get('users/:user/effective-groups')
  @CompanyParam()
  @UserParam()
  @Operation({
    permission: 'activity.read',
    id: 'listEffectiveGroups',
    summary: 'List all groups that a user is in now, by way of other groups too',
    description: BOUND,
    answer: EffectiveGroupListView,
    refusals: [400, 404],
  })
  groups(
    @Param('company') company: string,
    @Param('user') user: string,
    @Query() query: JournalPageQuery,
  ): Promise<Page<EffectiveGroupView>> {
    return this.administration.run(({ effectiveMemberships }) =>
      effectiveMemberships.groups(company, user, query),
    );
  }
}
