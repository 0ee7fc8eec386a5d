import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiredScope } from '../../access/decorators.js';
import { confirming, InExchange, type Exchange } from '../http/exchange.js';
import { resourceRoutes } from '../http/resource-routes.js';
import { documentedResource, documentedSearch } from './operations.openapi.js';
import { ParadigmUsers } from './paradigm.endpoint.js';
import { ReadsBody } from '../http/request-body.interceptor.js';

@ApiTags('SCIM')
@Controller('Users')
export class ParadigmUsersController extends resourceRoutes('id', documentedResource('User')) {
  constructor(protected readonly endpoint: ParadigmUsers) {
    super();
  }

  @Post('.search')
  @ReadsBody()
  @HttpCode(200)
  @RequiredScope('scim:read')
  @documentedSearch('User')
  search(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return confirming(exchange, (confirmed) => this.endpoint.search(confirmed));
  }
}
