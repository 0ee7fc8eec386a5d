import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { decodeBody } from '../../scim/request-body.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type Exchange } from '../http/exchange.js';
import { jsonBody } from '../http/json-body.js';
import { ResourceEndpoint } from '../http/resource-endpoint.js';
import {
  type Answered,
  type Groups,
  type Kind,
  type Requested,
  type RequestedList,
  type ResourceFormat,
  type Users,
} from '../http/resource-format.js';
import { DIALECT } from './dialect.js';
import { OudCodec } from './oud.codec.js';
import { decodeOperand, decodePatch } from './patch.decoder.js';
import { decodeResource } from './resource.decoder.js';
import { listWhole } from './whole-list.js';

/** The document has no projection: every answer shows the whole resource. */
type Whole = undefined;

abstract class OudFormat<K extends Kind> implements ResourceFormat<K, Whole> {
  constructor(
    protected readonly codec: OudCodec,
    private readonly type: ResourceType,
    private readonly settings: Settings,
    private readonly always: Partial<Requested<K['write']>> = {},
  ) {}

  abstract read(): K['read'];
  abstract answer(exchange: Exchange, status: 200 | 201, answered: Answered<K>): Promise<void>;
  abstract answerList(exchange: Exchange, page: ListPage<K['stored']>): Promise<void>;

  id(text: string): string {
    return text;
  }

  view(): Whole {
    return undefined;
  }

  answerEmpty({ request, response }: Exchange, { resource }: Answered<K>): void {
    this.codec.sendEmpty(request, response, this.type.name, resource.id);
  }

  list({ request }: Exchange): RequestedList<K, Whole> {
    const { filter, startIndex, count } = this.codec.readListQuery(request);
    const baseUri = this.codec.baseUri(request);
    const asked = { filter, startIndex, count, dialect: DIALECT, baseUri };
    return { request: asked, read: this.read(), view: undefined };
  }

  async write({ request }: Exchange): ReturnType<ResourceFormat<K, Whole>['write']> {
    const body = await decodeBody(jsonBody(request), (value) => decodeResource(value, this.type));
    const write = { ...this.always, body, dialect: DIALECT } as Requested<K['write']>;
    return { write, view: undefined };
  }

  async patch({ request }: Exchange): ReturnType<ResourceFormat<K, Whole>['patch']> {
    const patch = {
      ...this.always,
      body: await decodeBody(jsonBody(request), (value) => decodePatch(value, this.type)),
      decodeOperand,
      dialect: DIALECT,
      maxOperations: this.settings.maxOperations,
      locations: this.codec.locations(request),
    } as Requested<K['patch']>;
    return { patch, view: undefined };
  }
}

class OudUserFormat extends OudFormat<Users> {
  read(): Users['read'] {
    return { groups: true, manager: true };
  }

  answer({ request, response }: Exchange, status: 200 | 201, { resource }: Answered<Users>): Promise<void> {
    return this.codec.sendUser(request, response, status, resource);
  }

  answerList({ request, response }: Exchange, page: ListPage<Users['stored']>): Promise<void> {
    return this.codec.sendUsers(request, response, page);
  }
}

class OudGroupFormat extends OudFormat<Groups> {
  read(): Groups['read'] {
    return { members: true };
  }

  answer({ request, response }: Exchange, status: 200 | 201, { resource }: Answered<Groups>): Promise<void> {
    return this.codec.sendGroup(request, response, status, resource);
  }

  answerList({ request, response }: Exchange, page: ListPage<Groups['stored']>): Promise<void> {
    return this.codec.sendGroups(request, response, page);
  }
}

/** Lists are whole unless the request asks for a part. */
class OudEndpoint<K extends Kind> extends ResourceEndpoint<K, Whole> {
  override async list(exchange: Exchange): Promise<void> {
    const { request, read, view } = this.format.list(exchange);
    const page = await listWhole<K['stored']>(request, (part) =>
      this.service.list(exchange.scope, { ...request, ...part }, read),
    );
    await this.format.answerList(exchange, page, request, view);
  }
}

@Injectable()
export class OudUsers extends OudEndpoint<Users> {
  constructor(
    users: UsersService,
    codec: OudCodec,
    schemas: SchemaRegistry,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super(users, new OudUserFormat(codec, schemas.user, settings));
  }
}

@Injectable()
export class OudGroups extends OudEndpoint<Groups> {
  constructor(
    groups: GroupsService,
    codec: OudCodec,
    schemas: SchemaRegistry,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super(groups, new OudGroupFormat(codec, schemas.group, settings, { unknownMembers: 'reject' }));
  }
}
