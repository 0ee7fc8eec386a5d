import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiredScope } from '../../access/decorators.js';
import { InExchange, type Exchange } from '../http/exchange.js';
import { ReadsBody, ReadsMediaTypes, TakesLargeBodies } from '../http/request-body.interceptor.js';
import { documentedPatchByBody, documentedResource, documentedSearch } from './operations.openapi.js';
import { ParadigmGroups } from './paradigm.endpoint.js';

/** Any JSON, and the forms that the document lists for PATCH. */
const JSON_AND_FORMS =
  /^(?:application\/(?:json|[a-z0-9!#$&^_.-]+\+json|x-www-form-urlencoded)|multipart\/form-data)$/i;

const documented = documentedResource('Group');

/** Its routes are not those of RFC 7644: there is no PUT, and a PATCH without an id in its path. */
@ApiTags('SCIM')
@TakesLargeBodies()
@Controller('Groups')
export class ParadigmGroupsController {
  constructor(private readonly endpoint: ParadigmGroups) {}

  @Get()
  @documented.list
  list(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.list(exchange);
  }

  @Post('.search')
  @ReadsBody()
  @HttpCode(200)
  @RequiredScope('scim:read')
  @TakesLargeBodies(false)
  @documentedSearch('Group')
  search(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.search(exchange);
  }

  @Post()
  @ReadsBody()
  @ReadsMediaTypes(JSON_AND_FORMS)
  @documented.create
  create(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.create(exchange);
  }

  @Patch()
  @ReadsBody()
  @ReadsMediaTypes(JSON_AND_FORMS)
  @documentedPatchByBody
  patchByBody(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.endpoint.patchByBody(exchange);
  }

  @Patch(':id')
  @ReadsBody()
  @ReadsMediaTypes(JSON_AND_FORMS)
  @documented.patch
  patch(@InExchange() exchange: Exchange, @Param('id') id: string, @Res() _response: unknown): Promise<void> {
    return this.endpoint.patch(exchange, id);
  }

  @Get(':id')
  @documented.read
  get(@InExchange() exchange: Exchange, @Param('id') id: string, @Res() _response: unknown): Promise<void> {
    return this.endpoint.get(exchange, id);
  }

  @Delete(':id')
  @documented.delete
  delete(
    @InExchange() exchange: Exchange,
    @Param('id') id: string,
    @Res() _response: unknown,
  ): Promise<void> {
    return this.endpoint.delete(exchange, id);
  }
}
