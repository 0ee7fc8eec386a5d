import { Body, Delete, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { type IssuedSecret } from '../../administration/oauth-client-administration.js';
import { type ClientSecret } from '../../administration/oauth-client.js';
import { AdminController, ClientParam, CompanyParam, IdParam, Operation } from '../http/operation.js';
import {
  AddSecret,
  ClientSecretView,
  IssuedSecretView,
  RotatedSecretView,
  RotateSecret,
} from './client.dto.js';

@ApiTags('OAuth clients')
@AdminController('companies/:company/clients/:client')
export class AdminClientSecretsController {
  constructor(private readonly administration: AdministrationPool) {}

  @Post('secrets')
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.change',
    id: 'addClientSecret',
    summary: 'Make one more secret of an OAuth client; it is shown this once',
    status: 201,
    answer: IssuedSecretView,
    body: { type: AddSecret, example: {} },
    refusals: [404, 409],
  })
  add(
    @Param('company') company: string,
    @Param('client') client: string,
    @Body() { expires }: AddSecret,
  ): Promise<IssuedSecret> {
    return this.administration.run(({ clients }) => clients.addSecret(company, client, expires));
  }

  @Post('rotate')
  @CompanyParam()
  @ClientParam()
  @Operation({
    permission: 'credentials.change',
    id: 'rotateClientSecret',
    summary: 'Make a secret, and let all others end after an overlap',
    description: 'Tokens that were issued by the others live on to their own end.',
    status: 201,
    answer: RotatedSecretView,
    body: { type: RotateSecret, example: { overlapDays: 7 } },
    refusals: [404, 409],
  })
  rotate(
    @Param('company') company: string,
    @Param('client') client: string,
    @Body() rotation: RotateSecret,
  ): Promise<RotatedSecretView> {
    return this.administration.run(({ clients }) => clients.rotateSecret(company, client, rotation));
  }

  @Delete('secrets/:id')
  @CompanyParam()
  @ClientParam()
  @IdParam()
  @Operation({
    permission: 'credentials.change',
    id: 'revokeClientSecret',
    summary: 'Revoke a secret and the tokens that were issued by it: the next request is refused',
    answer: ClientSecretView,
    refusals: [404],
  })
  revoke(
    @Param('company') company: string,
    @Param('client') client: string,
    @Param('id') id: string,
  ): Promise<ClientSecret> {
    return this.administration.run(({ clients }) => clients.revokeSecret(company, client, id));
  }
}
