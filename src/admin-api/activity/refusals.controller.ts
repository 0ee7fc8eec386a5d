import { Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type RefusalCounts } from '../../administration/journal/refusal-counts.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { RefusalCountsView, RefusalsQuery } from './activity.dto.js';

@ApiTags('Activity')
@AdminController('companies/:company/refusals')
export class AdminRefusalsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'activity.read',
    id: 'countRefusals',
    summary: 'Count what was refused in a company, by the hour or the day',
    description:
      'By the hour for up to three days, else by the day, in UTC; of the last 24 hours without `from`, and of the last 92 days ' +
      'of a longer time.',
    answer: RefusalCountsView,
    refusals: [400, 404],
  })
  count(@Param('company') company: string, @Query() query: RefusalsQuery): Promise<RefusalCounts> {
    return this.administration.run(({ activity }) => activity.countRefusals(company, query));
  }
}
