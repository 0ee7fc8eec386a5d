import { Controller, Delete, Get, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, CompanyInPath } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { includes, type Projection, showSent } from '../../protocol/message/projection.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { isUnchanged, readPrecondition } from '../http/precondition.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';
import {
  DocumentedCreate,
  DocumentedDelete,
  DocumentedList,
  DocumentedPatch,
  DocumentedRead,
  DocumentedReplace,
} from './operations.openapi.js';
import { RequestModel } from './request-model.decorator.js';
import { SCIM_USER_CREATE, SCIM_PATCH_REQUEST } from './request.models.js';
import { ScaikeyCodec } from './scaikey.codec.js';

/** Groups and manager are part of a user's ETag, so an answer about one user always reads them. */
const WHOLE: UserRead = { groups: true, manager: true };

@ApiTags('Users')
@CompanyInPath('tenant_id')
@ReadsMediaTypes(/^/)
@Controller('Users')
export class ScaikeyUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly codec: ScaikeyCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('User')
  async list(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = this.codec.readListQuery(request);
    const projection = this.codec.readProjection(request, 'User');
    const baseUri = this.codec.baseUri(request);
    const page = await this.users.list(scope, { ...query, dialect, baseUri }, derivedParts(projection));
    await this.codec.sendUsers(request, response, page, query.startIndex, projection);
  }

  @Post()
  @DocumentedCreate('User')
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestModel(SCIM_USER_CREATE) body: JsonObject,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const { resource, ignored, sent } = await this.users.create(scope, {
      body: { value: body },
      dialect,
      read: WHOLE,
    });
    logIgnored(request, ignored);
    await this.codec.sendUser(request, response, 201, resource, showSent(projection, sent));
  }

  @Get(':user_id')
  @DocumentedRead('User')
  async get(
    @Company() scope: CompanyScope,
    @Param('user_id') id: string,
    @Req() request: Request,
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

  @Put(':user_id')
  @DocumentedReplace('User')
  async replace(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('user_id') id: string,
    @RequestModel(SCIM_USER_CREATE) body: JsonObject,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const write = { body: { value: body }, dialect, read: WHOLE, precondition: readPrecondition(request) };
    const { resource, ignored, sent } = await this.users.replace(scope, id, write);
    logIgnored(request, ignored);
    await this.codec.sendUser(request, response, 200, resource, showSent(projection, sent));
  }

  @Patch(':user_id')
  @DocumentedPatch('User')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('user_id') id: string,
    @RequestModel(SCIM_PATCH_REQUEST) body: JsonObject,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'User');
    const { maxOperations } = this.settings;
    const patch = {
      body: { value: body },
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

  @Delete(':user_id')
  @DocumentedDelete('User')
  async delete(
    @Company() scope: CompanyScope,
    @Param('user_id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.users.delete(scope, id, readPrecondition(request));
    response.status(204).end();
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
