import { Controller, Delete, Get, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { uniqueness } from '../../protocol/error/scim-error.js';
import { GroupsService, type GroupWrite } from '../../scim/groups/groups.service.js';
import { decodeBody, requireBody, type RequestBody } from '../../scim/request-body.js';
import { Company } from '../../access/decorators.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { readPrecondition } from '../http/precondition.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';
import { RequestJson } from '../http/request-json.decorator.js';
import {
  BLANK_NAME,
  readGroup,
  readGroupPatch,
  RequestedMembers,
  requireWhole,
  type GroupRequest,
} from './group-request.js';
import { readListRequest } from './list-request.js';
import {
  DocumentedCreate,
  DocumentedDelete,
  DocumentedList,
  DocumentedPatch,
  DocumentedRead,
  DocumentedReplace,
} from './operations.openapi.js';
import { readPathId } from './prefixed-id.js';
import { LOCATIONS, sendGroup, sendGroups } from './strongdm.codec.js';

const WHOLE = { members: true };

/** What the services are told of every request: the document's own forms have become the RFC's. */
const DECODED = { dialect: 'strict', baseUri: '' } as const;

@ApiTags('Groups')
@ReadsMediaTypes(/^/)
@Controller('Groups')
export class StrongdmGroupsController {
  constructor(
    private readonly groups: GroupsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('Group')
  async list(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = readListRequest(request.query, 'displayName');
    const page = await this.groups.list(scope, { ...query, ...DECODED }, WHOLE);
    await sendGroups(response, page, query);
  }

  @Post()
  @DocumentedCreate('Group')
  async create(
    @Company() scope: CompanyScope,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const requested = new RequestedMembers();
    const group = readGroup(requireBody(body), BLANK_NAME.create, requested);
    if (group.missing.length > 0) await this.refuseTaken(scope, group);
    requireWhole(group);
    const write = this.writeOf({ value: group.body }, requested);
    const { resource, ignored } = await this.groups.create(scope, { ...write, unknownMembers: 'ignore' });
    logIgnored(request, ignored);
    await sendGroup(response, 201, resource, requested.displayOf);
  }

  @Get(':id')
  @DocumentedRead('Group')
  async get(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    await sendGroup(response, 200, await this.groups.get(scope, readPathId('Group', id), WHOLE));
  }

  @Put(':id')
  @DocumentedReplace('Group')
  async replace(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const requested = new RequestedMembers();
    const decoded = decodeBody(body, (value) => {
      const group = readGroup(value, BLANK_NAME.update, requested);
      requireWhole(group);
      return group.body;
    });
    const write = { ...this.writeOf(decoded, requested), precondition: readPrecondition(request) };
    const { resource, ignored } = await this.groups.replace(scope, readPathId('Group', id), write);
    logIgnored(request, ignored);
    await sendGroup(response, 200, resource);
  }

  /** The members are read only where there is a change to show. */
  @Patch(':id')
  @DocumentedPatch('Group')
  async patch(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const groupId = readPathId('Group', id);
    const requested = new RequestedMembers();
    const { changed, ignored } = await this.groups.patch(scope, groupId, {
      ...this.writeOf(
        decodeBody(body, (value) => readGroupPatch(value, requested)),
        requested,
      ),
      read: { members: false },
      precondition: readPrecondition(request),
      maxOperations: this.settings.maxOperations,
      locations: LOCATIONS,
    });
    logIgnored(request, ignored);
    if (changed) await sendGroup(response, 200, await this.groups.get(scope, groupId, WHOLE));
    else response.status(204).end();
  }

  @Delete(':id')
  @DocumentedDelete('Group')
  async delete(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.groups.delete(scope, readPathId('Group', id), readPrecondition(request));
    response.status(204).end();
  }

  private writeOf(body: RequestBody, requested: RequestedMembers): GroupWrite {
    return {
      body,
      dialect: DECODED.dialect,
      read: WHOLE,
      unknownMembers: 'reject',
      memberTypes: requested.types,
    };
  }

  /** A name that is taken is refused before a request that is not whole; the store never sees such a request. */
  private async refuseTaken(scope: CompanyScope, { displayName }: GroupRequest): Promise<void> {
    if (scope.settings.duplicateGroupNames) return;
    const filter = `displayName eq ${JSON.stringify(displayName)}`;
    const found = await this.groups.list(scope, { filter, startIndex: 1, count: 0, ...DECODED }, WHOLE);
    if (found.totalResults > 0)
      throw uniqueness('displayName: another group of this company has this value.');
  }
}
