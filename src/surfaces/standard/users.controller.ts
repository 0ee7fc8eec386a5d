import { Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiredScope } from '../../access/decorators.js';
import { confirming, InExchange, type Exchange } from '../http/exchange.js';
import { resourceRoutes } from '../http/resource-routes.js';
import { documentedResource, documentedSearch } from './operations.openapi.js';
import { StandardUsers } from './standard.endpoint.js';
import { ReadsBody } from '../http/request-body.interceptor.js';

@ApiTags('Users')
@Controller('Users')
export class UsersController extends resourceRoutes('id', documentedResource('User')) {
  constructor(protected readonly endpoint: StandardUsers) {
    super();
  }

  @Post('.search')
  @ReadsBody()
  @RequiredScope('scim:read')
  @documentedSearch('User')
  search(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return confirming(exchange, (confirmed) => this.endpoint.search(confirmed));
  }
}
