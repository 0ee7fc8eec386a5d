import { Body, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type Issuer, type NewIssuer } from '../../administration/issuer-administration.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Administrator } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, CompanyParam, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import { AddDeploymentIssuer, AddIssuer, IssuerListView, IssuerView } from './issuer.dto.js';
import { KEY_HOSTS, keysOf, requireAllowedHost } from './key-source.js';

@ApiTags('Token issuers')
@AdminController('companies/:company/issuers')
export class AdminCompanyIssuersController {
  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'credentials.read',
    id: 'listIssuers',
    summary: 'List the issuers of signed tokens (JWT) of a company, removed ones too',
    answer: IssuerListView,
    refusals: [400, 404],
  })
  list(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<Issuer>> {
    return this.administration.run(({ issuers }) =>
      readPage(query, BY_ROW_ID, (part) => issuers.listIssuers(company, part)),
    );
  }

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'credentials.change',
    id: 'addIssuer',
    summary: 'Accept the signed tokens of an issuer for a company',
    description: KEY_HOSTS,
    status: 201,
    answer: IssuerView,
    body: {
      type: AddIssuer,
      example: {
        issuer: 'https://idp.example/',
        audience: 'rollcall',
        jwksUrl: 'https://idp.example/keys',
      },
    },
    refusals: [404, 409],
  })
  add(
    @Param('company') slug: string,
    @Body() issuer: AddIssuer,
    @Caller() administrator: Administrator,
  ): Promise<Issuer> {
    const added = newIssuer(issuer, { slug });
    requireAllowedHost(added.keys, administrator, this.settings);
    return this.administration.run(({ issuers }) => issuers.addIssuer(added));
  }

  @Post(':id/remove')
  @CompanyParam()
  @IdParam()
  @Operation({
    permission: 'credentials.change',
    id: 'removeIssuer',
    summary: 'End an issuer: the next request with a token of it is refused',
    answer: IssuerView,
    refusals: [404],
  })
  remove(@Param('company') company: string, @Param('id') id: string): Promise<Issuer> {
    return this.administration.run(({ issuers }) => issuers.removeIssuer(id, company));
  }
}

@ApiTags('Token issuers')
@AdminController('issuers')
export class AdminDeploymentIssuersController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @Operation({
    permission: 'issuers.read',
    id: 'listAllIssuers',
    summary: 'List all issuers of signed tokens (JWT), removed ones too',
    answer: IssuerListView,
    refusals: [400],
  })
  list(@Query() query: PageQuery): Promise<Page<Issuer>> {
    return this.administration.run(({ issuers }) =>
      readPage(query, BY_ROW_ID, (part) => issuers.listIssuers(undefined, part)),
    );
  }

  @Post()
  @Operation({
    permission: 'issuers.change',
    id: 'addDeploymentIssuer',
    summary: 'Accept the signed tokens of an issuer for the company that a claim of each names',
    status: 201,
    answer: IssuerView,
    body: {
      type: AddDeploymentIssuer,
      example: {
        issuer: 'https://all.example/',
        audience: 'rollcall',
        jwksUrl: 'https://all.example/keys',
        companyClaim: 'tenant_id',
      },
    },
    refusals: [409],
  })
  add(@Body() issuer: AddDeploymentIssuer): Promise<Issuer> {
    const added = newIssuer(issuer, { claim: issuer.companyClaim });
    return this.administration.run(({ issuers }) => issuers.addIssuer(added));
  }

  @Post(':id/remove')
  @IdParam()
  @Operation({
    permission: 'issuers.change',
    id: 'removeAnyIssuer',
    summary: 'End an issuer: the next request with a token of it is refused',
    answer: IssuerView,
    refusals: [404],
  })
  remove(@Param('id') id: string): Promise<Issuer> {
    return this.administration.run(({ issuers }) => issuers.removeIssuer(id));
  }
}

function newIssuer(added: AddIssuer, company: NewIssuer['company']): NewIssuer {
  const { issuer, audience, dialect, scopes, name = issuer, requiredScope = null } = added;
  return { name, company, issuer, audience, keys: keysOf(added), requiredScope, dialect, scopes };
}
