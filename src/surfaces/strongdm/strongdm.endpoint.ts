import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { uniqueness } from '../../protocol/error/scim-error.js';
import { FilterParser } from '../../protocol/filter/filter.parser.js';
import { type Ignored } from '../../protocol/resource/lost-values.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type CompanyScope } from '../../scim/company-scope.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { decodeBody, requireBody, type RequestBody } from '../../scim/request-body.js';
import { inPieces } from '../../scim/in-pieces.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type Exchange } from '../http/exchange.js';
import { noteOutcome } from '../http/note-outcome.js';
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
import { LOCATIONS, StrongdmCodec } from './strongdm.codec.js';
import { BLANK_EMAIL, readUser, readUserPatch } from './user-request.js';

/** How the services read every request: this surface has brought it into the RFC's form. */
const DECODED = { dialect: 'strict', baseUri: '' } as const;

/** The document has no projection: every answer shows the whole resource. */
type Whole = undefined;

class StrongdmUserFormat implements ResourceFormat<Users, Whole> {
  constructor(
    private readonly codec: StrongdmCodec,
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
    const { maxPageSize } = this.settings;
    const asked = { ...readListRequest(request.query, 'userName', this.parser, maxPageSize), ...DECODED };
    return { request: asked, read: this.read(), view: undefined };
  }

  async write(
    { request }: Exchange,
    verb: 'create' | 'replace',
  ): ReturnType<ResourceFormat<Users, Whole>['write']> {
    const blank = verb === 'create' ? BLANK_EMAIL.create : BLANK_EMAIL.update;
    const body = await decodeBody(jsonBody(request), (value) => readUser(value, blank));
    return { write: { body, dialect: DECODED.dialect }, view: undefined };
  }

  async patch({ request }: Exchange): ReturnType<ResourceFormat<Users, Whole>['patch']> {
    let leftOut: Ignored | undefined;
    const body = await decodeBody(jsonBody(request), (value) => {
      const read = readUserPatch(value, this.schemas.user);
      leftOut = { ignored: [...read.leftOut], repeated: read.leftOut.repeated };
      return read.body;
    });
    const { maxOperations } = this.settings;
    const left = leftOut && { leftOut };
    const patch = { body, ...left, dialect: DECODED.dialect, maxOperations, locations: LOCATIONS };
    return { patch, view: undefined };
  }

  answer({ response }: Exchange, status: 200 | 201, { resource }: Answered<Users>): Promise<void> {
    return this.codec.sendUser(response, status, resource);
  }

  answerEmpty({ response }: Exchange, { resource }: Answered<Users>): void {
    this.codec.sendEmpty(response, resource);
  }

  answerList({ response }: Exchange, page: ListPage<Users['stored']>, request: ListRequest): Promise<void> {
    return this.codec.sendUsers(response, page, request);
  }
}

class StrongdmGroupFormat implements ResourceFormat<Groups, Whole> {
  constructor(
    private readonly codec: StrongdmCodec,
    private readonly parser: FilterParser,
    private readonly settings: Settings,
  ) {}

  id(text: string): string {
    return readPathId('Group', text);
  }

  view(): Whole {
    return undefined;
  }

  /** The document's examples show addresses, and its synchroniser compares them with the names of users. */
  read(): Groups['read'] {
    return { members: true, userNames: true };
  }

  list({ request }: Exchange): RequestedList<Groups, Whole> {
    const { maxPageSize } = this.settings;
    const asked = { ...readListRequest(request.query, 'displayName', this.parser, maxPageSize), ...DECODED };
    return { request: asked, read: this.read(), view: undefined };
  }

  /** Reads a PUT; {@link StrongdmGroups} reads a POST, whose parts are checked in another order. */
  async write({ request }: Exchange): ReturnType<ResourceFormat<Groups, Whole>['write']> {
    const requested = new RequestedMembers();
    const body = await decodeBody(jsonBody(request), async (value) => {
      const group = await inPieces(readGroup(value, BLANK_NAME.update, requested));
      requireWhole(group);
      return group.body;
    });
    return { write: asRequested(body, requested), view: undefined };
  }

  async patch({ request }: Exchange): ReturnType<ResourceFormat<Groups, Whole>['patch']> {
    const requested = new RequestedMembers();
    const body = await decodeBody(jsonBody(request), (value) => inPieces(readGroupPatch(value, requested)));
    const { maxOperations } = this.settings;
    const patch = { ...asRequested(body, requested), maxOperations, locations: LOCATIONS };
    return { patch, view: undefined };
  }

  answer({ response }: Exchange, status: 200 | 201, { resource }: Answered<Groups>): Promise<void> {
    return this.codec.sendGroup(response, status, resource);
  }

  answerEmpty({ response }: Exchange, { resource }: Answered<Groups>): void {
    this.codec.sendEmpty(response, resource);
  }

  answerList({ response }: Exchange, page: ListPage<Groups['stored']>, request: ListRequest): Promise<void> {
    return this.codec.sendGroups(response, page, request);
  }
}

function asRequested(body: RequestBody, requested: RequestedMembers): Requested<Groups['write']> {
  return { body, dialect: DECODED.dialect, unknownMembers: 'reject', memberTypes: requested.types };
}

@Injectable()
export class StrongdmUsers extends ResourceEndpoint<Users, Whole> {
  constructor(
    users: UsersService,
    codec: StrongdmCodec,
    parser: FilterParser,
    schemas: SchemaRegistry,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super(users, new StrongdmUserFormat(codec, parser, schemas, settings));
  }

  /** Answers 204 where the request changes nothing. */
  override async patch(exchange: Exchange, id: string): Promise<void> {
    const { patch, view } = await this.format.patch(exchange);
    const precondition = readPrecondition(exchange.request);
    const asked = { ...patch, read: this.format.read(view), precondition };
    const outcome = await this.service.patch(exchange.scope, this.format.id(id), asked);
    if (outcome.changed) return this.answer(exchange, 200, outcome, view);
    noteOutcome(exchange.request, outcome);
    this.format.answerEmpty(exchange, outcome);
  }
}

@Injectable()
export class StrongdmGroups extends ResourceEndpoint<Groups, Whole> {
  constructor(
    groups: GroupsService,
    private readonly codec: StrongdmCodec,
    parser: FilterParser,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super(groups, new StrongdmGroupFormat(codec, parser, settings));
  }

  /** A duplicate name is refused before a missing attribute. The answer repeats the members' `display`. */
  override async create(exchange: Exchange): Promise<void> {
    const { scope, request, response } = exchange;
    const requested = new RequestedMembers();
    const body = requireBody(await jsonBody(request));
    const group = await inPieces(readGroup(body, BLANK_NAME.create, requested));
    if (group.missing.length > 0) await this.refuseTaken(scope, group);
    requireWhole(group);
    const outcome = await this.service.create(scope, {
      ...asRequested({ value: group.body }, requested),
      read: this.format.read(undefined),
      unknownMembers: 'ignore',
    });
    noteOutcome(request, outcome);
    const { resource } = outcome;
    await this.confirm(exchange, 201, { resource }, undefined, () =>
      this.codec.sendGroup(response, 201, resource, requested.displayOf),
    );
  }

  /** Answers 204 where the request changes nothing, so that no members are read. */
  override async patch(exchange: Exchange, id: string): Promise<void> {
    const { scope, request } = exchange;
    const groupId = this.format.id(id);
    const { patch, view } = await this.format.patch(exchange);
    const precondition = readPrecondition(request);
    const asked = { ...patch, read: { members: false }, precondition };
    const outcome = await this.service.patch(scope, groupId, asked);
    noteOutcome(request, outcome);
    if (!outcome.changed) {
      this.format.answerEmpty(exchange, outcome);
      return;
    }
    await this.confirm(exchange, 200, { resource: outcome.resource }, view, async () => {
      const resource = await this.service.get(scope, groupId, this.format.read(view));
      await this.format.answer(exchange, 200, { resource }, view);
    });
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
