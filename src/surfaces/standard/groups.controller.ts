import {
  Controller,
  Delete,
  Get,
  Inject,
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
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { type ListQuery } from '../../protocol/message/list-query.js';
import { showSent } from '../../protocol/message/projection.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { requireBody, type RequestBody } from '../../scim/request-body.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { AcceptableInterceptor } from '../http/acceptable.interceptor.js';
import { logIgnored } from '../http/log-ignored.js';
import { isUnchanged, readPrecondition } from '../http/precondition.js';
import { RequestJson } from '../http/request-json.decorator.js';
import { applyReturnPreference } from '../http/return-preference.js';
import { groupRead } from '../http/derived-parts.js';
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

const WITHOUT_MEMBERS: GroupRead = { members: false };

@ApiTags('Groups')
@UseGuards(StandardMethodGuard)
@UseInterceptors(AcceptableInterceptor)
@Controller('Groups')
export class GroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly codec: StandardCodec,
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
    await this.answerList(scope, dialect, this.codec.readListQuery(request), request, response);
  }

  /** RFC 7644 §3.4.3. */
  @Post('.search')
  @RequiredScope('scim:read')
  @DocumentedSearch('Group')
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
  @DocumentedCreate('Group')
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const wanted = applyReturnPreference(request, response, 'representation');
    const read = wanted === 'minimal' ? WITHOUT_MEMBERS : groupRead(projection);
    const { resource, ignored, sent } = await this.groups.create(scope, { body, dialect, read });
    logIgnored(request, ignored);
    if (wanted === 'minimal') this.codec.sendMinimal(request, response, 201, 'Group', resource);
    else await this.codec.sendGroup(request, response, 201, resource, showSent(projection, sent));
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
    if (request.method === 'HEAD' || request.get('if-none-match') !== undefined) {
      // Judged without the members: neither HEAD nor an unchanged group has to show them.
      const tag = versionTag(await this.groups.get(scope, id, WITHOUT_MEMBERS));
      if (isUnchanged(request, tag)) {
        response.status(304).setHeader('ETag', tag).end();
        return;
      }
      if (request.method === 'HEAD') {
        this.codec.sendHead(request, response, tag);
        return;
      }
    }
    const group = await this.groups.get(scope, id, groupRead(projection));
    await this.codec.sendGroup(request, response, 200, group, projection);
  }

  @Put(':id')
  @DocumentedReplace('Group')
  async replace(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const wanted = applyReturnPreference(request, response, 'representation');
    const read = wanted === 'minimal' ? WITHOUT_MEMBERS : groupRead(projection);
    const write = { body, dialect, read, precondition: readPrecondition(request) };
    const { resource, ignored, sent } = await this.groups.replace(scope, id, write);
    logIgnored(request, ignored);
    if (wanted === 'minimal') this.codec.sendMinimal(request, response, 204, 'Group', resource);
    else await this.codec.sendGroup(request, response, 200, resource, showSent(projection, sent));
  }

  /** 204, so that the cost of a change does not grow with the group, unless the request asks for the group. */
  @Patch(':id')
  @DocumentedPatch('Group')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, 'Group');
    const { maxOperations } = this.settings;
    const wanted = applyReturnPreference(request, response, 'minimal');
    const read = wanted === 'minimal' ? WITHOUT_MEMBERS : groupRead(projection);
    const patch = {
      body,
      dialect,
      read,
      precondition: readPrecondition(request),
      maxOperations,
      locations: this.codec.locations(request),
    };
    const { resource, ignored, sent } = await this.groups.patch(scope, id, patch);
    logIgnored(request, ignored);
    if (wanted === 'minimal') this.codec.sendMinimal(request, response, 204, 'Group', resource);
    else await this.codec.sendGroup(request, response, 200, resource, showSent(projection, sent));
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

  private async answerList(
    scope: CompanyScope,
    dialect: Dialect,
    query: ListQuery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const projection = this.codec.projectionOf(query, 'Group');
    const baseUri = this.codec.baseUri(request);
    const read = request.method === 'HEAD' ? WITHOUT_MEMBERS : groupRead(projection);
    const page = await this.groups.list(scope, { ...query, dialect, baseUri }, read);
    if (request.method === 'HEAD') this.codec.sendHead(request, response);
    else await this.codec.sendGroups(request, response, page, query.startIndex, projection);
  }
}
