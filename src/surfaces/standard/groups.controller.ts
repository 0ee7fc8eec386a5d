import { Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiredScope } from '../../access/decorators.js';
import { confirming, InExchange, type Exchange } from '../http/exchange.js';
import { ReadsBody, TakesLargeBodies } from '../http/request-body.interceptor.js';
import { resourceRoutes } from '../http/resource-routes.js';
import { documentedResource, documentedSearch } from './operations.openapi.js';
import { StandardGroups } from './standard.endpoint.js';

@ApiTags('Groups')
@TakesLargeBodies()
@Controller('Groups')
export class GroupsController extends resourceRoutes('id', documentedResource('Group')) {
  constructor(protected readonly endpoint: StandardGroups) {
    super();
  }

  @Post('.search')
  @ReadsBody()
  @RequiredScope('scim:read')
  @TakesLargeBodies(false)
  @documentedSearch('Group')
  search(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return confirming(exchange, (confirmed) => this.endpoint.search(confirmed));
  }
}
