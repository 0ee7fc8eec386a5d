import { Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type ActivitySummary } from '../../administration/journal/activity-summary.js';
import { type Administrator, visibleCompanies } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { CompaniesQuery } from '../companies/company.dto.js';
import { AdminController, Operation } from '../http/operation.js';
import { BY_SLUG, type Page, readPage } from '../http/pages.js';
import { ActivitySummaryListView } from './activity.dto.js';

@ApiTags('Activity')
@AdminController('activity-summaries')
export class AdminActivitySummariesController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @Operation({
    permission: 'activity.read',
    id: 'summarizeActivity',
    summary: 'List companies with when they were last changed, and how much was refused within 24 hours',
    description: 'In the order of their slugs. A company administrator sees those of the credential.',
    answer: ActivitySummaryListView,
    refusals: [400],
  })
  list(
    @Query() { search, ...query }: CompaniesQuery,
    @Caller() administrator: Administrator,
  ): Promise<Page<ActivitySummary>> {
    const ids = visibleCompanies(administrator, 'activity.read');
    return this.administration.run(async ({ companies, activity }) => {
      const { items, next } = await readPage(query, BY_SLUG, (part) =>
        companies.listCompanies({ ...part, ids, search }),
      );
      return { items: await activity.summarize(items), next };
    });
  }
}
