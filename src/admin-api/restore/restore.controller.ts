import { Body, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type RestoreReport } from '../../administration/restore/restore-report.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { Problem } from '../http/problem.js';
import { RestoreReportView, RestoreResources } from './restore.dto.js';

const RETRY_SECONDS = 60;

@ApiTags('Restore')
@AdminController('companies/:company/restore')
export class AdminRestoreController {
  /** A restore holds one of few connections for as long as it takes. */
  private isUnderWay = false;

  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'companies.restore',
    id: 'restoreResources',
    summary: 'Bring back deleted users and groups, and the memberships of an instant',
    description:
      'What was deleted comes back with its id, users are active as they were then, and groups have the members that they ' +
      'had. Other attributes stay, and so does what was made since. Try it with `dryRun` first, while the company is ' +
      'paused. What is in the way is left and told of as a conflict; it may be repeated. One restore runs at a time.',
    answer: RestoreReportView,
    body: {
      type: RestoreResources,
      example: { at: '2026-01-31T08:30:00Z', scope: { groups: ['Finance'] }, dryRun: true },
    },
    refusals: [404, 409],
  })
  async restore(
    @Param('company') company: string,
    @Body() request: RestoreResources,
  ): Promise<RestoreReport> {
    if (this.isUnderWay) {
      throw new Problem(429, 'Another restore is under way; try again when it is over.', [], {
        'Retry-After': String(RETRY_SECONDS),
        'Rollcall-Reason': 'busy',
      });
    }
    this.isUnderWay = true;
    try {
      return await this.administration.run(({ restores }) =>
        restores.restore(company, request, this.settings),
      );
    } finally {
      this.isUnderWay = false;
    }
  }
}
