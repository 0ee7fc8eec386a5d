import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { Caller } from '../../auth/caller.decorator.js';
import { type Credential } from '../../auth/credential.js';
import { RequiredScope } from '../../auth/required-scope.decorator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { type ListQuery } from '../../protocol/message/list-query.js';
import { versionTag } from '../../protocol/resource/version.js';
import { SCHEMAS } from '../../protocol/schema/resource-types.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { type ReadBody } from '../../scim/judge-request.js';
import { Company } from '../../tenancy/company.decorator.js';
import { type CompanyScope } from '../../tenancy/company-scope.js';
import { logIgnored } from '../shared/log-ignored.js';
import { isUnchanged, readPrecondition } from '../shared/precondition.js';
import { RequestJson } from '../shared/request-json.decorator.js';
import { projectionOf } from '../shared/resource.codec.js';
import { groupRead } from './derived-parts.js';
import {
  DocumentedCreate,
  DocumentedDelete,
  DocumentedList,
  DocumentedPatch,
  DocumentedRead,
  DocumentedReplace,
  DocumentedSearch,
} from './operations.openapi.js';
import { StandardCodec } from './standard.codec.js';

@ApiTags('Groups')
@Controller('Groups')
export class StandardGroupsController {
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
  @HttpCode(200)
  @RequiredScope('scim:read')
  @DocumentedSearch('Group')
  async search(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestJson() body: ReadBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.answerList(scope, dialect, this.codec.readSearchRequest(body()), request, response);
  }

  @Post()
  @DocumentedCreate('Group')
  async create(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @RequestJson() body: ReadBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, SCHEMAS.group);
    const { resource, ignored } = await this.groups.create(scope, {
      body,
      dialect,
      read: groupRead(projection),
    });
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 201, resource, projection);
  }

  @Get(':id')
  @DocumentedRead('Group')
  async get(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, SCHEMAS.group);
    if (request.get('if-none-match') !== undefined) {
      // Judged without the members, which an unchanged group is not read for.
      const tag = versionTag(await this.groups.get(scope, id, { members: false }));
      if (isUnchanged(request, tag)) {
        response.status(304).setHeader('ETag', tag).end();
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
    @RequestJson() body: ReadBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, SCHEMAS.group);
    const write = { body, dialect, read: groupRead(projection), precondition: readPrecondition(request) };
    const { resource, ignored } = await this.groups.replace(scope, id, write);
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 200, resource, projection);
  }

  /** 204, so that the cost of a change does not grow with the group, unless the request asks for the group. */
  @Patch(':id')
  @DocumentedPatch('Group')
  async patch(
    @Company() scope: CompanyScope,
    @Caller() { dialect }: Credential,
    @Param('id') id: string,
    @RequestJson() body: ReadBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const projection = this.codec.readProjection(request, SCHEMAS.group);
    const { maxOperations } = this.settings;
    const wanted = wantsRepresentation(request);
    const read = wanted ? groupRead(projection) : { members: false };
    const patch = {
      body,
      dialect,
      read,
      precondition: readPrecondition(request),
      maxOperations,
      locations: this.codec.locations(request),
    };
    const { resource, ignored } = await this.groups.patch(scope, id, patch);
    logIgnored(request, ignored);
    if (wanted) await this.codec.sendGroup(request, response, 200, resource, projection);
    else response.status(204).setHeader('ETag', versionTag(resource)).end();
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
    const projection = projectionOf(query, SCHEMAS.group);
    const baseUri = this.codec.baseUri(request);
    const page = await this.groups.list(scope, { ...query, dialect, baseUri }, groupRead(projection));
    await this.codec.sendGroups(request, response, page, query.startIndex, projection);
  }
}

/** RFC 7644 §3.5.2 (`attributes` in the query) and RFC 7240 (`Prefer`). */
function wantsRepresentation(request: Request): boolean {
  const { attributes, excludedAttributes } = request.query;
  if (attributes !== undefined || excludedAttributes !== undefined) return true;
  return /(^|[,;\s])return\s*=\s*"?representation"?($|[,;\s])/i.test(request.get('prefer') ?? '');
}
