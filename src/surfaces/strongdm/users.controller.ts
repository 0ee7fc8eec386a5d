import { Controller, Delete, Get, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { decodeBody, type RequestBody } from '../../scim/request-body.js';
import { UsersService, type UserWrite } from '../../scim/users/users.service.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { Company } from '../../access/decorators.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { logIgnored } from '../http/log-ignored.js';
import { readPrecondition } from '../http/precondition.js';
import { ReadsMediaTypes } from '../http/request-body.interceptor.js';
import { RequestJson } from '../http/request-json.decorator.js';
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
import { LOCATIONS, sendUser, sendUsers } from './strongdm.codec.js';
import { BLANK_EMAIL, readUser, readUserPatch } from './user-request.js';

const WHOLE: UserRead = { groups: true, manager: true };

@ApiTags('Users')
@ReadsMediaTypes(/^/)
@Controller('Users')
export class StrongdmUsersController {
  constructor(
    private readonly users: UsersService,
    private readonly schemas: SchemaRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @DocumentedList('User')
  async list(
    @Company() scope: CompanyScope,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = readListRequest(request.query, 'userName');
    const page = await this.users.list(scope, { ...query, dialect: 'strict', baseUri: '' }, WHOLE);
    await sendUsers(response, page, query, this.schemas.user);
  }

  @Post()
  @DocumentedCreate('User')
  async create(
    @Company() scope: CompanyScope,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const write = writeOf(decodeBody(body, (value) => readUser(value, BLANK_EMAIL.create)));
    const { resource, ignored } = await this.users.create(scope, write);
    logIgnored(request, ignored);
    await sendUser(response, 201, resource, this.schemas.user);
  }

  @Get(':id')
  @DocumentedRead('User')
  async get(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    const user = await this.users.get(scope, readPathId('User', id), WHOLE);
    await sendUser(response, 200, user, this.schemas.user);
  }

  @Put(':id')
  @DocumentedReplace('User')
  async replace(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const write = {
      ...writeOf(decodeBody(body, (value) => readUser(value, BLANK_EMAIL.update))),
      precondition: readPrecondition(request),
    };
    const { resource, ignored } = await this.users.replace(scope, readPathId('User', id), write);
    logIgnored(request, ignored);
    await sendUser(response, 200, resource, this.schemas.user);
  }

  @Patch(':id')
  @DocumentedPatch('User')
  async patch(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @RequestJson() body: RequestBody,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    let unknown: readonly string[] = [];
    const decoded = decodeBody(body, (value) => {
      const patch = readUserPatch(value, this.schemas.user);
      unknown = patch.ignored;
      return patch.body;
    });
    const { resource, changed, ignored } = await this.users.patch(scope, readPathId('User', id), {
      ...writeOf(decoded),
      precondition: readPrecondition(request),
      maxOperations: this.settings.maxOperations,
      locations: LOCATIONS,
    });
    logIgnored(request, [...unknown, ...ignored]);
    if (changed) await sendUser(response, 200, resource, this.schemas.user);
    else response.status(204).end();
  }

  @Delete(':id')
  @DocumentedDelete('User')
  async delete(
    @Company() scope: CompanyScope,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.users.delete(scope, readPathId('User', id), readPrecondition(request));
    response.status(204).end();
  }
}

function writeOf(body: RequestBody): UserWrite {
  return { body, dialect: 'strict', read: WHOLE };
}
