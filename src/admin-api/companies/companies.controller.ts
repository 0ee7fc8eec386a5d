import { Body, Delete, Get, Headers, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { type Administration } from '../../administration/administration.js';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type Company } from '../../administration/company.js';
import { JOB_FAILS, JOB_GOES_ON, WRITES_FAIL } from '../../administration/notices.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { publicBaseUri } from '../../surfaces/http/base-uri.js';
import { type Administrator, visibleCompanies } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, CompanyParam, Operation } from '../http/operation.js';
import { BY_SLUG, type Page, readPage } from '../http/pages.js';
import { requireMatch, settingsTag } from '../http/settings-tag.js';
import { ALLOWED_RATE, requireAllowedRate } from './allowed-rate.js';
import {
  ChangedCompanyView,
  ChangeSettings,
  CompaniesQuery,
  CompanyListView,
  CompanyView,
  CreateCompany,
  DeleteQuery,
  PauseCompany,
  RenameCompany,
  SettingsView,
} from './company.dto.js';

const ON_COMPANY = [404];

@ApiTags('Companies')
@AdminController('companies')
export class AdminCompaniesController {
  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @Operation({
    permission: 'companies.read',
    id: 'listCompanies',
    summary: 'List companies with how they do',
    description: 'In the order of their slugs. A company administrator sees those of the credential.',
    answer: CompanyListView,
    refusals: [400],
  })
  list(
    @Query() { search, ...query }: CompaniesQuery,
    @Caller() administrator: Administrator,
  ): Promise<Page<Company>> {
    const ids = visibleCompanies(administrator, 'companies.read');
    return this.administration.run(({ companies }) =>
      readPage(query, BY_SLUG, (part) => companies.listCompanies({ ...part, ids, search })),
    );
  }

  @Post()
  @Operation({
    permission: 'companies.create',
    id: 'createCompany',
    summary: 'Create a company',
    status: 201,
    answer: CompanyView,
    body: { type: CreateCompany, example: { slug: 'acme', name: 'Acme Corporation' } },
    refusals: [409],
  })
  async create(
    @Body() { slug, name = slug }: CreateCompany,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Company> {
    const created = await this.administration.run(({ companies }) => companies.createCompany(slug, name));
    response.location(`${publicBaseUri(request, this.settings)}/admin/v1/companies/${slug}`);
    return created;
  }

  @Get(':company')
  @CompanyParam()
  @Operation({
    permission: 'companies.read',
    id: 'showCompany',
    summary: 'Show a company with how it does',
    answer: CompanyView,
    refusals: ON_COMPANY,
  })
  show(@Param('company') company: string): Promise<Company> {
    return this.administration.run(({ companies }) => companies.showCompany(company));
  }

  @Patch(':company')
  @CompanyParam()
  @Operation({
    permission: 'companies.rename',
    id: 'renameCompany',
    summary: 'Change the name for people',
    description: 'The slug stays: it stands in URLs and claims.',
    answer: CompanyView,
    body: { type: RenameCompany, example: { name: 'Acme Europe' } },
    refusals: [...ON_COMPANY],
  })
  rename(@Param('company') company: string, @Body() { name }: RenameCompany): Promise<Company> {
    return this.administration.run(({ companies }) => companies.setCompany(company, { name }));
  }

  @Get(':company/settings')
  @CompanyParam()
  @Operation({
    permission: 'companies.read',
    id: 'showSettings',
    summary: 'Show the settings, with the ETag by which they are changed',
    answer: SettingsView,
    refusals: ON_COMPANY,
  })
  async showSettings(
    @Param('company') company: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Company['settings']> {
    const { settings } = await this.administration.run(({ companies }) => companies.showCompany(company));
    response.setHeader('ETag', settingsTag(settings));
    return settings;
  }

  @Patch(':company/settings')
  @CompanyParam()
  @ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the settings that are changed.' })
  @Operation({
    permission: 'companies.set',
    id: 'changeSettings',
    summary: 'Change settings; what is left out stays',
    description: `Unique group names or externalIds are refused with 409 while values clash; the problem lists them. ${ALLOWED_RATE}`,
    answer: SettingsView,
    body: { type: ChangeSettings, example: { uniqueExternalId: true } },
    refusals: [...ON_COMPANY, 409, 412, 428],
  })
  async changeSettings(
    @Param('company') company: string,
    @Body() changes: ChangeSettings,
    @Caller() administrator: Administrator,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Company['settings']> {
    requireAllowedRate(changes.rateLimit, administrator, this.settings);
    const { settings } = await this.administration.run(({ companies }) =>
      companies.setCompany(company, changes, (current) => requireMatch(ifMatch, current)),
    );
    response.setHeader('ETag', settingsTag(settings));
    return settings;
  }

  @Post(':company/pause')
  @CompanyParam()
  @Operation({
    permission: 'companies.pause',
    id: 'pauseCompany',
    summary: 'Refuse writes for a time; reads go on',
    description:
      'Writes are answered with 429, `Rollcall-Reason: paused` and Retry-After. A second call sets the end anew.',
    answer: ChangedCompanyView,
    body: { type: PauseCompany, example: { minutes: 30 } },
    refusals: [...ON_COMPANY, 409],
  })
  pause(@Param('company') company: string, @Body() { minutes }: PauseCompany): Promise<ChangedCompanyView> {
    return this.change(WRITES_FAIL, ({ lifecycle }) => lifecycle.pauseCompany(company, minutes));
  }

  @Post(':company/unpause')
  @CompanyParam()
  @Operation({
    permission: 'companies.pause',
    id: 'unpauseCompany',
    summary: 'End a pause before its time',
    answer: ChangedCompanyView,
    refusals: [...ON_COMPANY, 409],
  })
  unpause(@Param('company') company: string): Promise<ChangedCompanyView> {
    return this.change(JOB_GOES_ON, ({ lifecycle }) => lifecycle.unpauseCompany(company));
  }

  @Post(':company/suspend')
  @CompanyParam()
  @Operation({
    permission: 'companies.suspend',
    id: 'suspendCompany',
    summary: 'Refuse every request of a company, reads too',
    answer: ChangedCompanyView,
    refusals: [...ON_COMPANY, 409],
  })
  suspend(@Param('company') company: string): Promise<ChangedCompanyView> {
    return this.change(JOB_FAILS, ({ lifecycle }) => lifecycle.suspendCompany(company));
  }

  @Post(':company/resume')
  @CompanyParam()
  @Operation({
    permission: 'companies.suspend',
    id: 'resumeCompany',
    summary: 'End a suspension',
    answer: ChangedCompanyView,
    refusals: [...ON_COMPANY, 409],
  })
  resume(@Param('company') company: string): Promise<ChangedCompanyView> {
    return this.change(JOB_GOES_ON, ({ lifecycle }) => lifecycle.resumeCompany(company));
  }

  @Delete(':company')
  @CompanyParam()
  @Operation({
    permission: 'companies.delete',
    id: 'deleteCompany',
    summary: 'Suspend a company, and remove it with all its data when a grace is over',
    answer: ChangedCompanyView,
    refusals: [400, ...ON_COMPANY, 409],
  })
  delete(
    @Param('company') company: string,
    @Query() { graceDays }: DeleteQuery,
  ): Promise<ChangedCompanyView> {
    return this.change(JOB_FAILS, ({ lifecycle }) => lifecycle.deleteCompany(company, graceDays));
  }

  @Post(':company/undelete')
  @CompanyParam()
  @Operation({
    permission: 'companies.delete',
    id: 'undeleteCompany',
    summary: 'Bring a deleted company back, whole, before its grace is over',
    answer: ChangedCompanyView,
    refusals: [...ON_COMPANY, 409],
  })
  undelete(@Param('company') company: string): Promise<ChangedCompanyView> {
    return this.change(JOB_GOES_ON, ({ lifecycle }) => lifecycle.restoreCompany(company));
  }

  private async change(
    notice: string,
    work: (administration: Administration) => Promise<Company>,
  ): Promise<ChangedCompanyView> {
    return { ...(await this.administration.run(work)), notice };
  }
}
