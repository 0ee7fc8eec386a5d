import { Body, Delete, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request } from 'express';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type ConsoleLink } from '../../administration/console/console-links.js';
import { signInUrl } from '../../administration/console/sign-in-url.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { publicBaseUri } from '../../surfaces/http/base-uri.js';
import { AdminController, CompanyParam, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import { CreateSetupLink, NewSetupLinkView, SetupLinkListView, SetupLinkView } from './session.dto.js';

const DAY_MS = 24 * 3_600_000;

@ApiTags('Console')
@AdminController('companies/:company/setup-links')
export class AdminSetupLinksController {
  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'setupLinks.read',
    id: 'listSetupLinks',
    summary: 'List the set-up links of a company, used and revoked ones too',
    answer: SetupLinkListView,
    refusals: [400, 404],
  })
  list(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<ConsoleLink>> {
    return this.administration.run(({ consoleLinks }) =>
      readPage(query, BY_ROW_ID, (part) => consoleLinks.list(company, part)),
    );
  }

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'setupLinks.change',
    id: 'createSetupLink',
    summary: 'Make a link by which somebody comes to the console as an administrator of the company',
    description: 'It can be used once, within a day. Revoking it ends the session that it began.',
    status: 201,
    answer: NewSetupLinkView,
    body: { type: CreateSetupLink, example: { name: 'Acme, IT' } },
    refusals: [404, 409],
  })
  async create(
    @Param('company') company: string,
    @Body() { name }: CreateSetupLink,
    @Req() request: Request,
  ): Promise<ConsoleLink & { readonly url: string }> {
    const { secret, ...link } = await this.administration.run(({ consoleLinks }) =>
      consoleLinks.issue({ company, name, lifetime: DAY_MS }),
    );
    return { ...link, url: signInUrl(publicBaseUri(request, this.settings), secret) };
  }

  @Delete(':id')
  @CompanyParam()
  @IdParam()
  @Operation({
    permission: 'setupLinks.change',
    id: 'revokeSetupLink',
    summary: 'End a set-up link, and the session that it began',
    answer: SetupLinkView,
    refusals: [404],
  })
  revoke(@Param('company') company: string, @Param('id') id: string): Promise<ConsoleLink> {
    return this.administration.run(({ consoleLinks }) => consoleLinks.revoke(company, id));
  }
}
