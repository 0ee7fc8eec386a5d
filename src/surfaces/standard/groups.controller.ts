import { Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiredScope } from '../../access/decorators.js';
import { InExchange, type Exchange } from '../http/exchange.js';
import { TakesLargeBodies } from '../http/request-body.interceptor.js';
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
  @RequiredScope('scim:read')
  @TakesLargeBodies(false)
  @documentedSearch('Group')
  search(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.search(exchange);
  }
}
