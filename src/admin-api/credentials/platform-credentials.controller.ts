import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type PlatformCredential } from '../../administration/platform-credentials.js';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { AdminController, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import {
  PlatformCredentialListView,
  PlatformCredentialView,
  IssuePlatformCredential,
  IssuedPlatformCredentialView,
} from './credential.dto.js';

@ApiTags('Platform credentials')
@AdminController('platform-credentials')
export class PlatformCredentialsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @Operation({
    permission: 'platformCredentials.read',
    id: 'listPlatformCredentials',
    summary: 'List platform credentials, revoked and expired ones too',
    answer: PlatformCredentialListView,
    refusals: [400],
  })
  list(@Query() query: PageQuery): Promise<Page<PlatformCredential>> {
    return this.administration.run(({ platformCredentials }) =>
      readPage(query, BY_ROW_ID, (part) => platformCredentials.list(part)),
    );
  }

  @Post()
  @Operation({
    permission: 'platformCredentials.change',
    id: 'issuePlatformCredential',
    summary: 'Make a platform credential; its secret is shown this once',
    description: 'For platforms that read several companies, by the platform API.',
    status: 201,
    answer: IssuedPlatformCredentialView,
    body: {
      type: IssuePlatformCredential,
      example: { name: 'sync', scopes: ['feed', 'check'], companies: null },
    },
    refusals: [404],
  })
  issue(
    @Body() credential: IssuePlatformCredential,
  ): Promise<PlatformCredential & { readonly secret: string }> {
    return this.administration.run(({ platformCredentials }) => platformCredentials.issue(credential));
  }

  @Get(':id')
  @IdParam()
  @Operation({
    permission: 'platformCredentials.read',
    id: 'showPlatformCredential',
    summary: 'Show a platform credential',
    answer: PlatformCredentialView,
    refusals: [404],
  })
  show(@Param('id') id: string): Promise<PlatformCredential> {
    return this.administration.run(({ platformCredentials }) => platformCredentials.show(id));
  }

  @Post(':id/revoke')
  @IdParam()
  @Operation({
    permission: 'platformCredentials.change',
    id: 'revokePlatformCredential',
    summary: 'End a platform credential: its next request is refused',
    answer: PlatformCredentialView,
    refusals: [404],
  })
  revoke(@Param('id') id: string): Promise<PlatformCredential> {
    return this.administration.run(({ platformCredentials }) => platformCredentials.revoke(id));
  }
}
