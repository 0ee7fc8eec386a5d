import {
  Controller,
  Delete,
  Get,
  Param,
  Patch,
  Post,
  Put,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, RequiredScope } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { type ListQuery } from '../../protocol/message/list-query.js';
import { showSent } from '../../protocol/message/projection.js';
import { requireBody, type RequestBody } from '../../scim/request-body.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { AcceptableInterceptor } from '../http/acceptable.interceptor.js';
import { logIgnored } from '../http/log-ignored.js';
import { RequestJson } from '../http/request-json.decorator.js';
import { applyReturnPreference } from '../http/return-preference.js';
import { userRead } from '../http/derived-parts.js';
import {
  DocumentedCreate,
  DocumentedDelete,
  DocumentedList,
  DocumentedPatch,
  DocumentedRead,
  DocumentedReplace,
  DocumentedSearch,
} from './operations.openapi.js';
import { StandardMethodGuard } from './method.guard.js';
import { StandardCodec } from './standard.codec.js';
import { UserRequests, WHOLE } from './user-requests.js';

@ApiTags('Users')
@UseGuards(StandardMethodGuard)
@UseInterceptors(AcceptableInterceptor)
@Controller('Users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly codec: StandardCodec,
    private readonly requests: UserRequests,
  ) {}

  @Get()
  @DocumentedList('User')
  async list(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answerList(scope, dialect, this.codec.readListQuery(request), request, response);
  }

  /** RFC 7644 §3.4.3. */
  @Post('.search')
  @RequiredScope('scim:read')
  @DocumentedSearch('User')
  async search(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answerList(scope, dialect, this.codec.readSearchRequest(requireBody(body)), request, response);
  }

  @Post()
  @DocumentedCreate('User')
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const { resource, ignored, sent } = await this.users.create(scope, { body, dialect, read: WHOLE });
    logIgnored(request, ignored);
    if (applyReturnPreference(request, response, 'representation') === 'minimal') {
      this.codec.sendMinimal(request, response, 201, 'User', resource);
    } else {
      await this.codec.sendUser(request, response, 201, resource, showSent(projection, sent));
    }
  }

  @Get(':id')
  @DocumentedRead('User')
  async get(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.requests.get({ scope, id, request, response });
  }

  @Put(':id')
  @DocumentedReplace('User')
  async replace(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.requests.replace({ scope, id, dialect, body, request, response });
  }

  @Patch(':id')
  @DocumentedPatch('User')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.requests.patch({ scope, id, dialect, body, request, response });
  }

  @Delete(':id')
  @DocumentedDelete('User')
  async delete(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.requests.delete({ scope, id, request, response });
  }

  private async answerList(
    scope: CompanyScope,
    dialect: Dialect,
    query: ListQuery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const projection = this.codec.projectionOf(query, 'User');
    const baseUri = this.codec.baseUri(request);
    const page = await this.users.list(scope, { ...query, dialect, baseUri }, userRead(projection));
    await this.codec.sendUsers(request, response, page, query.startIndex, projection);
  }
}
