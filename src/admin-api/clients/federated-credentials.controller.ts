import { Body, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import {
  entraIssuer,
  entraKeysUrl,
  type NewFederatedCredential,
} from '../../administration/federated-credential.js';
import { type FederatedCredential } from '../../administration/oauth-client.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Administrator } from '../access/administrator.js';
import { Caller } from '../access/decorators.js';
import { AdminController, ClientParam, CompanyParam, IdParam, Operation } from '../http/operation.js';
import { BY_ROW_ID, type Page, PageQuery, readPage } from '../http/pages.js';
import { Problem } from '../http/problem.js';
import { KEY_HOSTS, keysOf, requireAllowedHost } from '../issuers/key-source.js';
import {
  AddFederatedCredential,
  FederatedCredentialListView,
  FederatedCredentialView,
} from './client.dto.js';

@ApiTags('OAuth clients')
@AdminController('companies/:company/clients/:client/federated-credentials')
export class AdminFederatedCredentialsController {
  constructor(
    private readonly administration: AdministrationPool,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.read',
    id: 'listFederatedCredentials',
    summary: 'List whose signed assertions stand for an OAuth client',
    answer: FederatedCredentialListView,
    refusals: [400, 404],
  })
  list(
    @Param('company') company: string,
    @Param('client') client: string,
    @Query() query: PageQuery,
  ): Promise<Page<FederatedCredential>> {
    return this.administration.run(({ clients }) =>
      readPage(query, BY_ROW_ID, async ({ after = '0', limit }) => {
        const { federatedCredentials } = await clients.showClient(company, client);
        return federatedCredentials.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
      }),
    );
  }

  @Post()
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.change',
    id: 'addFederatedCredential',
    summary: 'Let signed assertions stand for an OAuth client, instead of a secret',
    description: `Without issuer, tenant, subject and audiences, the client signs them itself, as RFC 7523 has it. ${KEY_HOSTS}`,
    status: 201,
    answer: FederatedCredentialView,
    body: {
      type: AddFederatedCredential,
      example: {
        tenant: '11111111-2222-3333-4444-555555555555',
        subject: '66666666-7777-8888-9999-000000000000',
        audiences: ['api://rollcall'],
      },
    },
    refusals: [404, 409],
  })
  add(
    @Param('company') company: string,
    @Param('client') client: string,
    @Body() body: AddFederatedCredential,
    @Caller() administrator: Administrator,
  ): Promise<FederatedCredential> {
    const added = newFederatedCredential(body);
    const pointer = body.jwksUrl === undefined ? '#/tenant' : '#/jwksUrl';
    requireAllowedHost(added.keys, administrator, this.settings, pointer);
    return this.administration.run(({ clients }) => clients.addFederatedCredential(company, client, added));
  }

  @Delete(':id')
  @CompanyParam()
  @ClientParam()
  @IdParam()
  @Operation({
    permission: 'credentials.change',
    id: 'removeFederatedCredential',
    summary:
      'Remove a federated credential and the tokens that were issued by it: the next request is refused',
    refusals: [404],
  })
  remove(
    @Param('company') company: string,
    @Param('client') client: string,
    @Param('id') id: string,
  ): Promise<void> {
    return this.administration.run(({ clients }) => clients.removeFederatedCredential(company, client, id));
  }
}

/** @throws Problem 400 where claims or keys are missing */
function newFederatedCredential(body: AddFederatedCredential): NewFederatedCredential {
  const { issuer, subject, audiences } = body;
  const tenant = body.tenant?.toLowerCase() ?? null;
  if ([issuer, subject, audiences, tenant].every((claim) => claim == null)) {
    return { assertedBy: undefined, keys: keysOf(body) };
  }
  const signer = issuer ?? (tenant === null ? undefined : entraIssuer(tenant));
  if (signer === undefined || subject === undefined || audiences === undefined) {
    const missing = Object.entries({ issuer: signer, subject, audiences }).filter(
      ([, claim]) => claim === undefined,
    );
    throw new Problem(
      400,
      'Assertions of another issuer are known by issuer or tenant, subject and audiences: send all of them, or none for ' +
        'assertions that the client signs itself.',
      missing.map(([name]) => ({ pointer: `#/${name}`, detail: `${name} is missing` })),
    );
  }
  const isKnown =
    tenant !== null && issuer === undefined && body.jwksUrl === undefined && body.jwks === undefined;
  const keys = isKnown ? { url: entraKeysUrl(tenant) } : keysOf(body);
  return { assertedBy: { issuer: signer, subject, tenant, audiences }, keys };
}
