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
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { AcceptsBasic, Company } from '../../access/decorators.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type GroupWrite, GroupsService } from '../../scim/groups/groups.service.js';
import { decodeBody, type RequestBody } from '../../scim/request-body.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { readPrecondition } from '../http/precondition.js';
import { RequestJson } from '../http/request-json.decorator.js';
import { AcceptGuard } from './accept.guard.js';
import { OudCodec } from './oud.codec.js';
import { DIALECT } from './dialect.js';
import {
  DocumentedCreate,
  DocumentedDelete,
  DocumentedList,
  DocumentedPatch,
  DocumentedRead,
  DocumentedReplace,
} from './operations.openapi.js';
import { decodePatch } from './patch.decoder.js';
import { decodeResource } from './resource.decoder.js';
import { listWhole } from './whole-list.js';

const WHOLE = { members: true };

/** A group is answered whole after every change of it, as documented. */
@ApiTags('Groups')
@AcceptsBasic()
@UseGuards(AcceptGuard)
@Controller('Groups')
export class OudGroupsController {
  constructor(
    private readonly groups: GroupsService,
    private readonly codec: OudCodec,
    private readonly schemas: SchemaRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('Group')
  async list(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { filter, ...part } = this.codec.readListQuery(request);
    const baseUri = this.codec.baseUri(request);
    const page = await listWhole(part, ({ startIndex, count, after }) =>
      this.groups.list(
        scope,
        { filter, startIndex, count, ...(after === undefined ? {} : { after }), dialect: DIALECT, baseUri },
        WHOLE,
      ),
    );
    await this.codec.sendGroups(request, response, page);
  }

  @Post()
  @DocumentedCreate('Group')
  async create(
    @Company() scope: CompanyScope,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { resource, ignored } = await this.groups.create(scope, this.writeOf(request, body));
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 201, resource);
  }

  @Get(':entryUUID')
  @DocumentedRead('Group')
  async get(
    @Company() scope: CompanyScope,
    @Param('entryUUID') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.codec.sendGroup(request, response, 200, await this.groups.get(scope, id, WHOLE));
  }

  @Put(':entryUUID')
  @DocumentedReplace('Group')
  async replace(
    @Company() scope: CompanyScope,
    @Param('entryUUID') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { resource, ignored } = await this.groups.replace(scope, id, this.writeOf(request, body));
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 200, resource);
  }

  @Patch(':entryUUID')
  @DocumentedPatch('Group')
  async patch(
    @Company() scope: CompanyScope,
    @Param('entryUUID') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { resource, ignored } = await this.groups.patch(scope, id, {
      ...this.writeOf(request, body),
      body: decodeBody(body, (value) => decodePatch(value, this.schemas.group)),
      maxOperations: this.settings.maxOperations,
      locations: this.codec.locations(request),
    });
    logIgnored(request, ignored);
    await this.codec.sendGroup(request, response, 200, resource);
  }

  @Delete(':entryUUID')
  @DocumentedDelete('Group')
  async delete(
    @Company() scope: CompanyScope,
    @Param('entryUUID') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.groups.delete(scope, id, readPrecondition(request));
    response.status(204).end();
  }

  private writeOf(request: Request, body: RequestBody): GroupWrite {
    return {
      body: decodeBody(body, (value) => decodeResource(value, this.schemas.group)),
      dialect: DIALECT,
      read: WHOLE,
      precondition: readPrecondition(request),
      unknownMembers: 'reject',
    };
  }
}
