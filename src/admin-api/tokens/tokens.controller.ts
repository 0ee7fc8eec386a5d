import { Body, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type AccessToken, type IssuedToken } from '../../administration/token-administration.js';
import { AdminController, CompanyParam, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import {
  ChangeToken,
  IssuedTokenView,
  IssueToken,
  RenewedTokenView,
  RenewToken,
  TokenListView,
  TokenView,
} from './token.dto.js';

@ApiTags('Tokens')
@AdminController('companies/:company/tokens')
export class AdminTokensController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'credentials.read',
    id: 'listTokens',
    summary: 'List the tokens with their last use and the days left, revoked and expired ones too',
    answer: TokenListView,
    refusals: [400, 404],
  })
  list(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<AccessToken>> {
    return this.administration.run(({ tokens }) =>
      readPage(query, BY_ROW_ID, (part) => tokens.listTokens(company, part)),
    );
  }

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'credentials.change',
    id: 'issueToken',
    summary: 'Make a token; it is shown this once',
    status: 201,
    answer: IssuedTokenView,
    body: { type: IssueToken, example: { name: 'Entra ID', expires: '2099-01-31' } },
    refusals: [404],
  })
  issue(@Param('company') company: string, @Body() token: IssueToken): Promise<IssuedToken> {
    return this.administration.run(({ tokens }) => tokens.issueToken(company, token));
  }

  @Get(':id')
  @CompanyParam()
  @IdParam()
  @Operation({
    permission: 'credentials.read',
    id: 'showToken',
    summary: 'Show a token',
    answer: TokenView,
    refusals: [404],
  })
  show(@Param('company') company: string, @Param('id') id: string): Promise<AccessToken> {
    return this.administration.run(({ tokens }) => tokens.showToken(company, id));
  }

  @Patch(':id')
  @CompanyParam()
  @IdParam()
  @Operation({
    permission: 'credentials.change',
    id: 'changeToken',
    summary: 'Change name, dialect or end; the text of the token stays the same',
    answer: TokenView,
    body: { type: ChangeToken, example: { name: 'Entra production' } },
    refusals: [404],
  })
  change(
    @Param('company') company: string,
    @Param('id') id: string,
    @Body() changes: ChangeToken,
  ): Promise<AccessToken> {
    return this.administration.run(({ tokens }) => tokens.updateToken(company, id, changes));
  }

  @Post(':id/renew')
  @CompanyParam()
  @IdParam()
  @Operation({
    permission: 'credentials.change',
    id: 'renewToken',
    summary: 'Make a token that may do the same, and let the old one end after an overlap',
    status: 201,
    answer: RenewedTokenView,
    body: { type: RenewToken, example: { overlapDays: 7 } },
    refusals: [404, 409],
  })
  renew(
    @Param('company') company: string,
    @Param('id') id: string,
    @Body() renewal: RenewToken,
  ): Promise<RenewedTokenView> {
    return this.administration.run(({ tokens }) => tokens.renewToken(company, id, renewal));
  }

  @Post(':id/revoke')
  @CompanyParam()
  @IdParam()
  @Operation({
    permission: 'credentials.change',
    id: 'revokeToken',
    summary: 'End a token: its next request is refused',
    answer: TokenView,
    refusals: [404],
  })
  revoke(@Param('company') company: string, @Param('id') id: string): Promise<AccessToken> {
    return this.administration.run(({ tokens }) => tokens.revokeToken(company, id));
  }
}
