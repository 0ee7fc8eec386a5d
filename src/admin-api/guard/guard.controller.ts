import { Body, Get, Headers, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { AdministrationPool } from '../../administration/administration-pool.js';
import {
  type GuardSettings,
  type GuardState,
  type HeldCompany,
  type HeldRemoval,
} from '../../administration/guard.js';
import { REMOVALS_GO_ON } from '../../administration/notices.js';
import { type Administrator, visibleCompanies } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { BY_RESOURCE_ID, BY_SLUG, type Page, PageQuery, readPage } from '../http/pages.js';
import { requireMatch, settingsTag } from '../http/settings-tag.js';
import {
  ChangeGuard,
  GuardView,
  HeldCompanyListView,
  HeldRemovalListView,
  LiftGuard,
  ReleasedGuardView,
  ReleaseHold,
} from './guard.dto.js';

/** The settings without what is held, which must not change their entity tag. */
const tagOf = ({ mode, windowMinutes, users, memberships, group }: GuardSettings): string =>
  settingsTag({ mode, windowMinutes, users, memberships, group });

@ApiTags('Guard')
@AdminController()
export class AdminGuardController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get('holds')
  @Operation({
    permission: 'guard.read',
    id: 'listHolds',
    summary: 'List the companies of which removals are held',
    description: 'In the order of their slugs. A company administrator sees those of the credential.',
    answer: HeldCompanyListView,
    refusals: [400],
  })
  holds(@Query() query: PageQuery, @Caller() administrator: Administrator): Promise<Page<HeldCompany>> {
    const ids = visibleCompanies(administrator, 'guard.read');
    return this.administration.run(({ guard }) =>
      readPage(query, BY_SLUG, (part) => guard.listHolds({ ...part, ids })),
    );
  }

  @Get('companies/:company/guard')
  @CompanyParam()
  @Operation({
    permission: 'guard.read',
    id: 'showGuard',
    summary: 'Show the guard of a company, with the ETag by which its settings are changed',
    answer: GuardView,
    refusals: [404],
  })
  async show(
    @Param('company') company: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GuardState> {
    const state = await this.administration.run(({ guard }) => guard.showGuard(company));
    response.setHeader('ETag', tagOf(state));
    return state;
  }

  @Patch('companies/:company/guard')
  @CompanyParam()
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the settings that are changed.' })
  @Operation({
    permission: 'guard.set',
    id: 'changeGuard',
    summary: 'Change what is too much, and what is done then; what is left out stays',
    description: 'With another mode, counting begins anew, and what is held is released.',
    answer: GuardView,
    body: { type: ChangeGuard, example: { mode: 'hold', users: { percent: 5, min: 10 } } },
    refusals: [404, 412, 428],
  })
  async change(
    @Param('company') company: string,
    @Body() changes: ChangeGuard,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GuardState> {
    const state = await this.administration.run(({ guard }) =>
      guard.setGuard(company, changes, (current) => requireMatch(ifMatch, current)),
    );
    response.setHeader('ETag', tagOf(state));
    return state;
  }

  @Get('companies/:company/guard/removals')
  @CompanyParam()
  @Operation({
    permission: 'guard.read',
    id: 'listHeldRemovals',
    summary: 'List the users and groups of which removals are held',
    answer: HeldRemovalListView,
    refusals: [400, 404],
  })
  removals(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<HeldRemoval>> {
    return this.administration.run(({ guard }) =>
      readPage(query, BY_RESOURCE_ID, (part) => guard.listHeldRemovals(company, part)),
    );
  }

  @Post('companies/:company/guard/release')
  @CompanyParam()
  @Operation({
    permission: 'guard.release',
    id: 'releaseHold',
    summary: 'Let removals through again',
    description:
      'Counting begins anew, so that it takes as much again to be held again. A removal that is too much by itself is held ' +
      'again, unless it is named.',
    answer: ReleasedGuardView,
    body: { type: ReleaseHold, example: {} },
    refusals: [404, 409],
  })
  release(@Param('company') company: string, @Body() { resources }: ReleaseHold): Promise<ReleasedGuardView> {
    return this.goOn(this.administration.run(({ guard }) => guard.releaseHold(company, resources)));
  }

  @Post('companies/:company/guard/lift')
  @CompanyParam()
  @Operation({
    permission: 'guard.lift',
    id: 'liftGuard',
    summary: 'Let every removal through for a time, uncounted',
    description: 'What is held is released. A second call sets the end anew.',
    answer: ReleasedGuardView,
    body: { type: LiftGuard, example: { minutes: 240 } },
    refusals: [404],
  })
  lift(@Param('company') company: string, @Body() { minutes }: LiftGuard): Promise<ReleasedGuardView> {
    return this.goOn(this.administration.run(({ guard }) => guard.liftGuard(company, minutes)));
  }

  @Post('companies/:company/guard/resume')
  @CompanyParam()
  @Operation({
    permission: 'guard.lift',
    id: 'resumeGuard',
    summary: 'Let removals through no longer: the guard counts again from now on',
    description: 'Where nothing is lifted, nothing is done.',
    answer: GuardView,
    refusals: [404],
  })
  resume(@Param('company') company: string): Promise<GuardState> {
    return this.administration.run(({ guard }) => guard.resumeGuard(company));
  }

  private async goOn(state: Promise<GuardState>): Promise<ReleasedGuardView> {
    return { ...(await state), notice: REMOVALS_GO_ON };
  }
}
