import { Controller, Delete, Get, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller, Company, CompanyInPath } from '../../access/decorators.js';
import { type Credential } from '../../access/credential.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { includes, type Projection, showSent } from '../../protocol/message/projection.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
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
import { SCIM_GROUP_CREATE, SCIM_PATCH_REQUEST } from './request.models.js';
import { ScaikeyCodec } from './scaikey.codec.js';

@ApiTags('Groups')
@CompanyInPath('tenant_id')
@ReadsMediaTypes(/^/)
@Controller('Groups')
export class ScaikeyGroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly codec: ScaikeyCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('Group')
  async list(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = this.codec.readListQuery(request);
    const projection = this.codec.readProjection(request, 'Group');
    const baseUri = this.codec.baseUri(request);
    const page = await this.groups.list(scope, { ...query, dialect, baseUri }, derivedParts(projection));
    await this.codec.sendGroups(request, response, page, query.startIndex, projection);
  }

  @Post()
  @DocumentedCreate('Group')
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestModel(SCIM_GROUP_CREATE) body: JsonObject,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const { resource, ignored, sent } = await this.groups.create(scope, {
      body: { value: body },
      dialect,
      read: derivedParts(projection),
    });
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 201, resource, showSent(projection, sent));
  }

  @Get(':group_id')
  @DocumentedRead('Group')
  async get(
    @Company() scope: CompanyScope,
    @Param('group_id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    if (request.get('if-none-match') !== undefined) {
      // Judged without the members, which an unchanged group is not read for.
      const tag = versionTag(await this.groups.get(scope, id, { members: false }));
      if (isUnchanged(request, tag)) {
        response.status(304).setHeader('ETag', tag).end();
        return;
      }
    }
    const group = await this.groups.get(scope, id, derivedParts(projection));
    await this.codec.sendGroup(request, response, 200, group, projection);
  }

  @Put(':group_id')
  @DocumentedReplace('Group')
  async replace(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('group_id') id: string,
    @RequestModel(SCIM_GROUP_CREATE) body: JsonObject,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const write = {
      body: { value: body },
      dialect,
      read: derivedParts(projection),
      precondition: readPrecondition(request),
    };
    const { resource, ignored, sent } = await this.groups.replace(scope, id, write);
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 200, resource, showSent(projection, sent));
  }

  @Patch(':group_id')
  @DocumentedPatch('Group')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('group_id') id: string,
    @RequestModel(SCIM_PATCH_REQUEST) body: JsonObject,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const { maxOperations } = this.settings;
    const patch = {
      body: { value: body },
      dialect,
      read: derivedParts(projection),
      precondition: readPrecondition(request),
      maxOperations,
      locations: this.codec.locations(request),
    };
    const { resource, ignored, sent } = await this.groups.patch(scope, id, patch);
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 200, resource, showSent(projection, sent));
  }

  @Delete(':group_id')
  @DocumentedDelete('Group')
  async delete(
    @Company() scope: CompanyScope,
    @Param('group_id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.groups.delete(scope, id, readPrecondition(request));
    response.status(204).end();
  }
}

function derivedParts(projection: Projection): GroupRead {
  return { members: includes(projection, 'members') };
}
