import { Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Request } from 'express';
import { AdministrationPool } from '../../administration/administration-pool.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { returnedByDefault } from '../../protocol/message/projection.js';
import {
  locationsBelow,
  representGroupHead,
  representUser,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { publicBaseUri } from '../../surfaces/http/base-uri.js';
import { MOUNTS } from '../../surfaces/mounts.js';
import { AdminController, CompanyParam, GroupParam, Operation, UserParam } from '../http/operation.js';
import { type Page } from '../http/pages.js';
import {
  ListedGroupListView,
  ListedGroupView,
  ListedUserListView,
  ListedUserView,
  ScimGroupView,
  ScimUserView,
  SearchQuery,
} from './directory.dto.js';

@ApiTags('Users and groups')
@AdminController('companies/:company')
export class AdminDirectoryController {
  constructor(
    private readonly administration: AdministrationPool,
    private readonly schemas: SchemaRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('users')
  @CompanyParam()
  @Operation({
    permission: 'activity.read',
    id: 'listUsers',
    summary: 'List the users of a company in the order of their userNames, or those that are looked for',
    description:
      '`search` finds users of whose userName, displayName or e-mail addresses it is a part, and those that have it as id or ' +
      'externalId. Without three letters or digits in a row, it finds those whose userName begins with it.',
    answer: ListedUserListView,
    refusals: [400, 404],
  })
  users(@Param('company') company: string, @Query() query: SearchQuery): Promise<Page<ListedUserView>> {
    return this.administration.run(({ directory }) => directory.users(company, query));
  }

  @Get('users/:user')
  @CompanyParam()
  @UserParam()
  @Operation({
    permission: 'activity.read',
    id: 'showUser',
    summary: 'Show a user as in the list',
    answer: ListedUserView,
    refusals: [404],
  })
  user(@Param('company') company: string, @Param('user') user: string): Promise<ListedUserView> {
    return this.administration.run(({ directory }) => directory.user(company, user));
  }

  @Get('users/:user/resource')
  @CompanyParam()
  @UserParam()
  @Operation({
    permission: 'resources.read',
    id: 'showUserResource',
    summary: 'Show a user with all attributes, as the standard surface does',
    answer: ScimUserView,
    refusals: [404],
  })
  async userResource(
    @Param('company') company: string,
    @Param('user') user: string,
    @Req() request: Request,
  ): Promise<JsonObject> {
    const stored = await this.administration.run(({ directory }) => directory.wholeUser(company, user));
    const { user: type } = this.schemas;
    return returnedByDefault(representUser(stored, type, this.locations(request)), type);
  }

  @Get('groups')
  @CompanyParam()
  @Operation({
    permission: 'activity.read',
    id: 'listGroupsOfCompany',
    summary: 'List the groups of a company in the order of their names, or those that are looked for',
    description:
      '`search` finds groups of whose displayName it is a part, and those that have it as id or externalId. Without three ' +
      'letters or digits in a row, it finds those whose displayName begins with it.',
    answer: ListedGroupListView,
    refusals: [400, 404],
  })
  groups(@Param('company') company: string, @Query() query: SearchQuery): Promise<Page<ListedGroupView>> {
    return this.administration.run(({ directory }) => directory.groups(company, query));
  }

  @Get('groups/:group')
  @CompanyParam()
  @GroupParam()
  @Operation({
    permission: 'activity.read',
    id: 'showGroup',
    summary: 'Show a group as in the list',
    answer: ListedGroupView,
    refusals: [404, 409],
  })
  group(@Param('company') company: string, @Param('group') group: string): Promise<ListedGroupView> {
    return this.administration.run(({ directory }) => directory.group(company, group));
  }

  @Get('groups/:group/resource')
  @CompanyParam()
  @GroupParam()
  @Operation({
    permission: 'resources.read',
    id: 'showGroupResource',
    summary: 'Show a group with all attributes, as the standard surface does without `members`',
    answer: ScimGroupView,
    refusals: [404, 409],
  })
  async groupResource(
    @Param('company') company: string,
    @Param('group') group: string,
    @Req() request: Request,
  ): Promise<JsonObject> {
    const stored = await this.administration.run(({ directory }) => directory.wholeGroup(company, group));
    const { group: type } = this.schemas;
    return returnedByDefault(representGroupHead(stored, type, this.locations(request)), type);
  }

  private locations(request: Request): ResourceLocations {
    return locationsBelow(`${publicBaseUri(request, this.settings)}/${MOUNTS.standard}`);
  }
}
