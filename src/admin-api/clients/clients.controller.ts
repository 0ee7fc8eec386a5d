import { Body, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type OauthClient } from '../../administration/oauth-client.js';
import { AdminController, ClientParam, CompanyParam, Operation } from '../http/operation.js';
import { type ListOrder, type Page, PageQuery, readPage } from '../http/pages.js';
import { ClientListView, ClientView, CreateClient, CreatedClientView } from './client.dto.js';

const KEY = /^(\d{13})\.(client_[\w-]{22})$/;
const BY_CREATION: ListOrder<OauthClient> = {
  keyOf: ({ created, id }) => `${Date.parse(created)}.${id}`,
  isKey: (text) => KEY.test(text),
};

@ApiTags('OAuth clients')
@AdminController('companies/:company/clients')
export class AdminClientsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Get()
  @CompanyParam()
  @Operation({
    permission: 'credentials.read',
    id: 'listClients',
    summary: 'List the OAuth clients with their last use, disabled ones too',
    answer: ClientListView,
    refusals: [400, 404],
  })
  list(@Param('company') company: string, @Query() query: PageQuery): Promise<Page<OauthClient>> {
    return this.administration.run(({ clients }) =>
      readPage(query, BY_CREATION, ({ after, limit }) => {
        const [, created, id] = KEY.exec(after ?? '') ?? [];
        const behind = id === undefined ? undefined : { created: new Date(Number(created)), id };
        return clients.listClients(company, { after: behind, limit });
      }),
    );
  }

  @Post()
  @CompanyParam()
  @Operation({
    permission: 'credentials.change',
    id: 'createClient',
    summary: 'Make an OAuth client; its secret is shown this once',
    description: 'It exchanges its secret, or a signed assertion, for access tokens at `/oauth/token`.',
    status: 201,
    answer: CreatedClientView,
    body: { type: CreateClient, example: { name: 'Entra ID' } },
    refusals: [404],
  })
  create(@Param('company') company: string, @Body() client: CreateClient): Promise<CreatedClientView> {
    return this.administration.run(async ({ clients }) => {
      const created = await clients.createClient(company, client);
      return { ...created.client, secret: created.issued?.secret ?? null };
    });
  }

  @Get(':client')
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.read',
    id: 'showClient',
    summary:
      'Show an OAuth client, its secrets with last use and days left, and whose assertions stand for it',
    answer: ClientView,
    refusals: [404],
  })
  show(@Param('company') company: string, @Param('client') client: string): Promise<OauthClient> {
    return this.administration.run(({ clients }) => clients.showClient(company, client));
  }

  @Post(':client/disable')
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.change',
    id: 'disableClient',
    summary: 'Refuse an OAuth client and all tokens that it has, from the next request on',
    answer: ClientView,
    refusals: [404],
  })
  disable(@Param('company') company: string, @Param('client') client: string): Promise<OauthClient> {
    return this.administration.run(({ clients }) => clients.disableClient(company, client));
  }

  @Post(':client/enable')
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.change',
    id: 'enableClient',
    summary: 'Let a disabled OAuth client ask for tokens again',
    answer: ClientView,
    refusals: [404],
  })
  enable(@Param('company') company: string, @Param('client') client: string): Promise<OauthClient> {
    return this.administration.run(({ clients }) => clients.enableClient(company, client));
  }

  @Delete(':client')
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.change',
    id: 'deleteClient',
    summary: 'Remove an OAuth client with all its secrets and tokens',
    refusals: [404],
  })
  delete(@Param('company') company: string, @Param('client') client: string): Promise<void> {
    return this.administration.run(({ clients }) => clients.deleteClient(company, client));
  }
}
