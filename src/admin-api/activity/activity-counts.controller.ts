import { Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type ActivityCounts } from '../../administration/journal/activity-counts.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { ActivityCountsQuery, ActivityCountsView } from './activity.dto.js';

@ApiTags('Activity')
@AdminController('companies/:company/activity-counts')
export class AdminActivityCountsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'activity.read',
    id: 'countActivity',
    summary: 'Count what was done and refused in a company, by the hour or the day',
    description:
      'By the hour for up to three days, else by the day, in UTC; of the last 24 hours without `from`, and of the last 92 days ' +
      'of a longer time.',
    answer: ActivityCountsView,
    refusals: [400, 404],
  })
  count(@Param('company') company: string, @Query() query: ActivityCountsQuery): Promise<ActivityCounts> {
    return this.administration.run(({ activity }) => activity.count(company, query));
  }
}
