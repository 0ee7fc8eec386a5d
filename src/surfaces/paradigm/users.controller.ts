import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, RequiredScope } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type ListQuery } from '../../protocol/message/list-query.js';
import { includes, type Projection, showSent } from '../../protocol/message/projection.js';
import { versionTag } from '../../protocol/resource/version.js';
import { requireBody } from '../../scim/request-body.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { isUnchanged, readPrecondition } from '../http/precondition.js';
import { type RequestWithBytes } from '../http/request-body.interceptor.js';
import { ParadigmCodec } from './paradigm.codec.js';
import { creationBody, decodedJson } from './group-request.js';
import { ParadigmMethodGuard } from './method.guard.js';
import {
  DocumentedDelete,
  DocumentedList,
  DocumentedRead,
  DocumentedSearch,
  DocumentedUserCreate,
  DocumentedUserPatch,
  DocumentedUserReplace,
} from './operations.openapi.js';

/** Groups and manager are part of a user's ETag, so an answer about one user always reads them. */
const WHOLE: UserRead = { groups: true, manager: true };

@ApiTags('SCIM')
@Controller('Users')
@UseGuards(ParadigmMethodGuard)
export class ParadigmUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly codec: ParadigmCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('User')
  async list(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    await this.answerList(scope, caller, this.codec.readListQuery(request), request, response);
  }

  @Post('.search')
  @HttpCode(200)
  @RequiredScope('scim:read')
  @DocumentedSearch('User')
  async search(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const query = this.codec.readSearchRequest(requireBody(decodedJson(request)));
    await this.answerList(scope, caller, query, request, response);
  }

  @Post()
  @DocumentedUserCreate()
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const body = creationBody(request, decodedJson(request));
    const { resource, ignored, sent } = await this.users.create(scope, { body, dialect, read: WHOLE });
    logIgnored(request, ignored);
    await this.codec.sendUser(request, response, 201, resource, showSent(projection, sent));
  }

  @Get(':id')
  @DocumentedRead('User')
  async get(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const user = await this.users.get(scope, id, WHOLE);
    const tag = versionTag(user);
    if (isUnchanged(request, tag)) {
      response.status(304).setHeader('ETag', tag).end();
      return;
    }
    await this.codec.sendUser(request, response, 200, user, projection);
  }

  @Put(':id')
  @DocumentedUserReplace()
  async replace(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const body = decodedJson(request);
    const write = { body, dialect, read: WHOLE, precondition: readPrecondition(request) };
    const { resource, ignored, sent } = await this.users.replace(scope, id, write);
    logIgnored(request, ignored);
    await this.codec.sendUser(request, response, 200, resource, showSent(projection, sent));
  }

  @Patch(':id')
  @DocumentedUserPatch()
  async patch(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const { maxOperations } = this.settings;
    const patch = {
      body: decodedJson(request),
      dialect,
      read: WHOLE,
      precondition: readPrecondition(request),
      maxOperations,
      locations: this.codec.locations(request),
    };
    const { resource, ignored, sent } = await this.users.patch(scope, id, patch);
    logIgnored(request, ignored);
    await this.codec.sendUser(request, response, 200, resource, showSent(projection, sent));
  }

  @Delete(':id')
  @DocumentedDelete('User')
  async delete(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    await this.users.delete(scope, id, readPrecondition(request));
    response.status(204).end();
  }

  private async answerList(
    scope: CompanyScope,
    { dialect }: Credential,
    query: ListQuery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const projection = this.codec.projectionOf(query, 'User');
    const baseUri = this.codec.baseUri(request);
    const page = await this.users.list(scope, { ...query, dialect, baseUri }, derivedParts(projection));
    await this.codec.sendUsers(request, response, page, query.startIndex, projection);
  }
}

/** `meta.version` tells of groups and manager too. */
function derivedParts(projection: Projection): UserRead {
  const version = includes(projection, 'meta.version');
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  return {
    groups: version || includes(projection, 'groups'),
    manager: version || includes(projection, `${enterprise}:manager`),
  };
}
