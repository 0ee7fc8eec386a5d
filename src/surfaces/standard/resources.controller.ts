import { Controller, Get, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, RequiredScope } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { type ListQuery } from '../../protocol/message/list-query.js';
import { requireBody, type RequestBody } from '../../scim/request-body.js';
import { ResourcesService } from '../../scim/resources/resources.service.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { AcceptableInterceptor } from '../http/acceptable.interceptor.js';
import { RequestJson } from '../http/request-json.decorator.js';
import { groupRead, userRead } from '../http/derived-parts.js';
import { DocumentedList, DocumentedSearch } from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';

/** Users and groups in one list (RFC 7644 §3.4.2.1). */
@ApiTags('All resources')
@UseInterceptors(AcceptableInterceptor)
@Controller()
export class StandardResourcesController {
  constructor(
    private readonly resources: ResourcesService,
    private readonly codec: StandardCodec,
  ) {}

  @Get()
  @DocumentedList('Resource')
  async list(
    @Company() scope: CompanyScope,
    @Caller() credential: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answer(scope, credential, this.codec.readListQuery(request), request, response);
  }

  /** RFC 7644 §3.4.3. */
  @Post('.search')
  @RequiredScope('scim:read')
  @DocumentedSearch('Resource')
  async search(
    @Company() scope: CompanyScope,
    @Caller() credential: Credential,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answer(scope, credential, this.codec.readSearchRequest(requireBody(body)), request, response);
  }

  private async answer(
    scope: CompanyScope,
    { dialect }: Credential,
    query: ListQuery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const user = this.codec.projectionOf(query, 'User');
    const group = this.codec.projectionOf(query, 'Group');
    const baseUri = this.codec.baseUri(request);
    const read = { user: userRead(user), group: groupRead(group) };
    const page = await this.resources.list(scope, { ...query, dialect, baseUri }, read);
    await this.codec.sendResources(request, response, page, query.startIndex, { user, group });
  }
}
