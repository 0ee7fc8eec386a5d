import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type AdminCredential } from '../../administration/admin-credentials.js';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { AdminController, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import {
  AdminCredentialListView,
  AdminCredentialView,
  IssueAdminCredential,
  IssuedAdminCredentialView,
} from './credential.dto.js';

@ApiTags('Admin credentials')
@AdminController('admin-credentials')
export class AdminCredentialsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @Operation({
    permission: 'adminCredentials.read',
    id: 'listAdminCredentials',
    summary: 'List the credentials of the admin API, revoked and expired ones too',
    answer: AdminCredentialListView,
    refusals: [400],
  })
  list(@Query() query: PageQuery): Promise<Page<AdminCredential>> {
    return this.administration.run(({ adminCredentials }) =>
      readPage(query, BY_ROW_ID, (part) => adminCredentials.list(part)),
    );
  }

  @Post()
  @Operation({
    permission: 'adminCredentials.change',
    id: 'issueAdminCredential',
    summary: 'Make a credential of the admin API; its secret is shown this once',
    status: 201,
    answer: IssuedAdminCredentialView,
    body: { type: IssueAdminCredential, example: { name: 'console', scopes: ['admin:read'] } },
    refusals: [404],
  })
  issue(@Body() credential: IssueAdminCredential): Promise<AdminCredential & { readonly secret: string }> {
    return this.administration.run(({ adminCredentials }) => adminCredentials.issue(credential));
  }

  @Get(':id')
  @IdParam()
  @Operation({
    permission: 'adminCredentials.read',
    id: 'showAdminCredential',
    summary: 'Show a credential of the admin API',
    answer: AdminCredentialView,
    refusals: [404],
  })
  show(@Param('id') id: string): Promise<AdminCredential> {
    return this.administration.run(({ adminCredentials }) => adminCredentials.show(id));
  }

  @Post(':id/revoke')
  @IdParam()
  @Operation({
    permission: 'adminCredentials.change',
    id: 'revokeAdminCredential',
    summary: 'End a credential of the admin API: its next request is refused',
    answer: AdminCredentialView,
    refusals: [404],
  })
  revoke(@Param('id') id: string): Promise<AdminCredential> {
    return this.administration.run(({ adminCredentials }) => adminCredentials.revoke(id));
  }
}
