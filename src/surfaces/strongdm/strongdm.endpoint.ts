import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { uniqueness } from '../../protocol/error/scim-error.js';
import { FilterParser } from '../../protocol/filter/filter.parser.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { decodeBody, requireBody, type RequestBody } from '../../scim/request-body.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type Exchange } from '../http/exchange.js';
import { logIgnored } from '../http/log-ignored.js';
import { readPrecondition } from '../http/precondition.js';
import { jsonBody } from '../http/json-body.js';
import { ResourceEndpoint } from '../http/resource-endpoint.js';
import {
  type Answered,
  type Groups,
  type Requested,
  type RequestedList,
  type ResourceFormat,
  type Users,
} from '../http/resource-format.js';
import {
  BLANK_NAME,
  readGroup,
  readGroupPatch,
  RequestedMembers,
  requireWhole,
  type GroupRequest,
} from './group-request.js';
import { readListRequest } from './list-request.js';
import { readPathId } from './prefixed-id.js';
import { LOCATIONS, sendGroup, sendGroups, sendUser, sendUsers } from './strongdm.codec.js';
import { BLANK_EMAIL, readUser, readUserPatch } from './user-request.js';

/** What the services are told of every request: the document's own forms have become the RFC's. */
const DECODED = { dialect: 'strict', baseUri: '' } as const;

/** Every answer shows the whole resource: the document knows no projection. */
type Whole = undefined;

class StrongdmUserFormat implements ResourceFormat<Users, Whole> {
  constructor(
    private readonly parser: FilterParser,
    private readonly schemas: SchemaRegistry,
    private readonly settings: Settings,
  ) {}

  id(text: string): string {
    return readPathId('User', text);
  }

  view(): Whole {
    return undefined;
  }

  read(): Users['read'] {
    return { groups: true, manager: true };
  }

  list({ request }: Exchange): RequestedList<Users, Whole> {
    const asked = { ...readListRequest(request.query, 'userName', this.parser), ...DECODED };
    return { request: asked, read: this.read(), view: undefined };
  }

  write(
    { request }: Exchange,
    verb: 'create' | 'replace',
  ): ReturnType<ResourceFormat<Users, Whole>['write']> {
    const blank = verb === 'create' ? BLANK_EMAIL.create : BLANK_EMAIL.update;
    const body = decodeBody(jsonBody(request), (value) => readUser(value, blank));
    return Promise.resolve({ write: { body, dialect: DECODED.dialect }, view: undefined });
  }

  patch({ request }: Exchange): ReturnType<ResourceFormat<Users, Whole>['patch']> {
    let ignored: readonly string[] = [];
    const body = decodeBody(jsonBody(request), (value) => {
      const read = readUserPatch(value, this.schemas.user);
      ignored = read.ignored;
      return read.body;
    });
    const { maxOperations } = this.settings;
    const patch = { body, ignored, dialect: DECODED.dialect, maxOperations, locations: LOCATIONS };
    return Promise.resolve({ patch, view: undefined });
  }

  answer({ response }: Exchange, status: 200 | 201, { resource }: Answered<Users>): Promise<void> {
    return sendUser(response, status, resource, this.schemas.user);
  }

  answerList({ response }: Exchange, page: ListPage<Users['stored']>, request: ListRequest): Promise<void> {
    return sendUsers(response, page, request, this.schemas.user);
  }
}

class StrongdmGroupFormat implements ResourceFormat<Groups, Whole> {
  constructor(
    private readonly parser: FilterParser,
    private readonly settings: Settings,
  ) {}

  id(text: string): string {
    return readPathId('Group', text);
  }

  view(): Whole {
    return undefined;
  }

  read(): Groups['read'] {
    return { members: true };
  }

  list({ request }: Exchange): RequestedList<Groups, Whole> {
    const asked = { ...readListRequest(request.query, 'displayName', this.parser), ...DECODED };
    return { request: asked, read: this.read(), view: undefined };
  }

  /** Of a PUT; a POST is judged in another order by {@link StrongdmGroups}. */
  write({ request }: Exchange): ReturnType<ResourceFormat<Groups, Whole>['write']> {
    const requested = new RequestedMembers();
    const body = decodeBody(jsonBody(request), (value) => {
      const group = readGroup(value, BLANK_NAME.update, requested);
      requireWhole(group);
      return group.body;
    });
    return Promise.resolve({ write: asRequested(body, requested), view: undefined });
  }

  patch({ request }: Exchange): ReturnType<ResourceFormat<Groups, Whole>['patch']> {
    const requested = new RequestedMembers();
    const body = decodeBody(jsonBody(request), (value) => readGroupPatch(value, requested));
    const { maxOperations } = this.settings;
    const patch = { ...asRequested(body, requested), maxOperations, locations: LOCATIONS };
    return Promise.resolve({ patch, view: undefined });
  }

  answer({ response }: Exchange, status: 200 | 201, { resource }: Answered<Groups>): Promise<void> {
    return sendGroup(response, status, resource);
  }

  answerList({ response }: Exchange, page: ListPage<Groups['stored']>, request: ListRequest): Promise<void> {
    return sendGroups(response, page, request);
  }
}

function asRequested(body: RequestBody, requested: RequestedMembers): Requested<Groups['write']> {
  return { body, dialect: DECODED.dialect, unknownMembers: 'reject', memberTypes: requested.types };
}

@Injectable()
export class StrongdmUsers extends ResourceEndpoint<Users, Whole> {
  constructor(
    users: UsersService,
    parser: FilterParser,
    schemas: SchemaRegistry,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super(users, new StrongdmUserFormat(parser, schemas, settings));
  }

  /** 204 where the user was as the request asks already. */
  override async patch(exchange: Exchange, id: string): Promise<void> {
    const { patch, view } = await this.format.patch(exchange);
    const precondition = readPrecondition(exchange.request);
    const asked = { ...patch, read: this.format.read(view), precondition };
    const outcome = await this.service.patch(exchange.scope, this.format.id(id), asked);
    if (outcome.changed) return this.answer(exchange, 200, outcome, view);
    logIgnored(exchange.request, outcome.ignored);
    exchange.response.status(204).end();
  }
}

@Injectable()
export class StrongdmGroups extends ResourceEndpoint<Groups, Whole> {
  constructor(groups: GroupsService, parser: FilterParser, @Inject(SETTINGS) settings: Settings) {
    super(groups, new StrongdmGroupFormat(parser, settings));
  }

  /** A name that is taken is refused before a request that is not whole; the answer calls members as the request did. */
  override async create({ scope, request, response }: Exchange): Promise<void> {
    const requested = new RequestedMembers();
    const group = readGroup(requireBody(jsonBody(request)), BLANK_NAME.create, requested);
    if (group.missing.length > 0) await this.refuseTaken(scope, group);
    requireWhole(group);
    const { resource, ignored } = await this.service.create(scope, {
      ...asRequested({ value: group.body }, requested),
      read: this.format.read(undefined),
      unknownMembers: 'ignore',
    });
    logIgnored(request, ignored);
    await sendGroup(response, 201, resource, requested.displayOf);
  }

  /** The members are read only where there is a change to show; else 204. */
  override async patch(exchange: Exchange, id: string): Promise<void> {
    const { scope, request, response } = exchange;
    const groupId = this.format.id(id);
    const { patch, view } = await this.format.patch(exchange);
    const precondition = readPrecondition(request);
    const asked = { ...patch, read: { members: false }, precondition };
    const { changed, ignored } = await this.service.patch(scope, groupId, asked);
    logIgnored(request, ignored);
    if (!changed) {
      response.status(204).end();
      return;
    }
    const resource = await this.service.get(scope, groupId, this.format.read(view));
    await this.format.answer(exchange, 200, { resource }, view);
  }

  private async refuseTaken(scope: CompanyScope, { displayName }: GroupRequest): Promise<void> {
    if (scope.settings.duplicateGroupNames) return;
    const filter = `displayName eq ${JSON.stringify(displayName)}`;
    const request = { filter, startIndex: 1, count: 0, ...DECODED };
    const found = await this.service.list(scope, request, { members: false });
    if (found.totalResults > 0)
      throw uniqueness('displayName: another group of this company has this value.');
  }
}
