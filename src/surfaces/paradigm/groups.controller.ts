import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
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
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { decodeBody, requireBody, type RequestBody } from '../../scim/request-body.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { isUnchanged, readPrecondition } from '../http/precondition.js';
import { ReadsMediaTypes, type RequestWithBytes } from '../http/request-body.interceptor.js';
import { ParadigmCodec } from './paradigm.codec.js';
import {
  creationBody,
  decodedJson,
  groupFromForm,
  groupIdOf,
  patchFromForm,
  readGroupBody,
} from './group-request.js';
import { ParadigmMethodGuard } from './method.guard.js';
import {
  DocumentedDelete,
  DocumentedGroupCreate,
  DocumentedGroupPatch,
  DocumentedList,
  DocumentedRead,
  DocumentedSearch,
} from './operations.openapi.js';
import { decodePatch } from './patch-request.js';

/** Any JSON, and the forms that the document lists for PATCH. */
const JSON_AND_FORMS =
  /^(?:application\/(?:json|[a-z0-9!#$&^_.-]+\+json|x-www-form-urlencoded)|multipart\/form-data)$/i;

@ApiTags('SCIM')
@Controller('Groups')
@UseGuards(ParadigmMethodGuard)
export class ParadigmGroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly codec: ParadigmCodec,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('Group')
  async list(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answerList(scope, caller, this.codec.readListQuery(request), request, response);
  }

  @Post('.search')
  @HttpCode(200)
  @RequiredScope('scim:read')
  @DocumentedSearch('Group')
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
  @ReadsMediaTypes(JSON_AND_FORMS)
  @DocumentedGroupCreate()
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const body = await readGroupBody(request, groupFromForm, this.settings.maxOperations);
    const { resource, ignored, sent } = await this.groups.create(scope, {
      body: creationBody(request, body),
      dialect,
      read: derivedParts(projection),
      unknownMembers: 'reject',
    });
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 201, resource, showSent(projection, sent));
  }

  /** The documented path: which group is meant, the body says. */
  @Patch()
  @ReadsMediaTypes(JSON_AND_FORMS)
  @DocumentedGroupPatch('in the body')
  async patchByBody(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    const value = requireBody(await this.readPatch(request));
    await this.answerPatch(scope, caller, groupIdOf(value), { value }, request, response);
  }

  @Patch(':id')
  @ReadsMediaTypes(JSON_AND_FORMS)
  @DocumentedGroupPatch('in the path')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() caller: Credential,
    @Param('id') id: string,
    @Req() request: RequestWithBytes,
    @Res() response: Response,
  ): Promise<void> {
    await this.answerPatch(scope, caller, id, await this.readPatch(request), request, response);
  }

  @Get(':id')
  @DocumentedRead('Group')
  async get(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
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

  @Delete(':id')
  @DocumentedDelete('Group')
  async delete(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.groups.delete(scope, id, readPrecondition(request));
    response.status(204).end();
  }

  private readPatch(request: RequestWithBytes): Promise<RequestBody> {
    return readGroupBody(request, patchFromForm, this.settings.maxOperations);
  }

  /** 200 with the group, whether it changed or not. */
  private async answerPatch(
    scope: CompanyScope,
    { dialect }: Credential,
    id: string,
    body: RequestBody,
    request: Request,
    response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const { resource, ignored, sent } = await this.groups.patch(scope, id, {
      body: decodeBody(body, decodePatch),
      dialect,
      read: derivedParts(projection),
      unknownMembers: 'reject',
      precondition: readPrecondition(request),
      maxOperations: this.settings.maxOperations,
      locations: this.codec.locations(request),
    });
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 200, resource, showSent(projection, sent));
  }

  private async answerList(
    scope: CompanyScope,
    { dialect }: Credential,
    query: ListQuery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const projection = this.codec.projectionOf(query, 'Group');
    const baseUri = this.codec.baseUri(request);
    const page = await this.groups.list(scope, { ...query, dialect, baseUri }, derivedParts(projection));
    await this.codec.sendGroups(request, response, page, query.startIndex, projection);
  }
}

function derivedParts(projection: Projection): GroupRead {
  return { members: includes(projection, 'members') };
}
