import { Controller, Get, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RequiredScope } from '../../access/decorators.js';
import { dropEmptyMembers } from '../../protocol/dialect/lenient-query.js';
import { type ListParameters } from '../../protocol/message/list-request.js';
import { requireBody } from '../../scim/request-body.js';
import { ResourcesService } from '../../scim/resources/resources.service.js';
import { groupRead, projectionOfUsers, userRead } from '../http/derived-parts.js';
import { InExchange, type Exchange } from '../http/exchange.js';
import { jsonBody } from '../http/json-body.js';
import { documentedResources, documentedSearch } from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';
import { ReadsBody } from '../http/request-body.interceptor.js';

/** RFC 7644 §3.4.2.1: a query of the root lists users and groups together. */
@ApiTags('All resources')
@Controller()
export class StandardResourcesController {
  constructor(
    private readonly resources: ResourcesService,
    private readonly codec: StandardCodec,
  ) {}

  @Get()
  @documentedResources
  list(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    return this.answer(exchange, this.codec.readListQuery(exchange.request));
  }

  /** RFC 7644 §3.4.3: the parameters of a list stand in the body, not in the URL. */
  @Post('.search')
  @ReadsBody()
  @RequiredScope('scim:read')
  @documentedSearch('Resource')
  async search(@InExchange() exchange: Exchange, @Res() _response: unknown): Promise<void> {
    const body = requireBody(await jsonBody(exchange.request));
    const asked = exchange.caller.dialect === 'lenient' ? dropEmptyMembers(body) : body;
    return this.answer(exchange, this.codec.readSearchRequest(asked));
  }

  private async answer(
    { scope, caller: { dialect }, request, response }: Exchange,
    query: ListParameters,
  ): Promise<void> {
    const user = projectionOfUsers(this.codec.projectionOf(query, 'User', dialect), query);
    const group = this.codec.projectionOf(query, 'Group', dialect);
    const baseUri = this.codec.baseUri(request);
    const read = { user: userRead(user), group: groupRead(group) };
    const page = await this.resources.list(scope, { ...query, dialect, baseUri }, read);
    await this.codec.sendResources(request, response, page, query.startIndex, { user, group });
  }
}
