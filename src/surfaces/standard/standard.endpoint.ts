import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { GroupsService } from '../../scim/groups/groups.service.js';
import { UsersService } from '../../scim/users/users.service.js';
import { type Exchange } from '../http/exchange.js';
import { jsonBody } from '../http/json-body.js';
import { type Groups, type Users } from '../http/resource-format.js';
import { ScimGroupsEndpoint, ScimUsersEndpoint } from '../http/scim-endpoint.js';
import { ScimGroupFormat, ScimUserFormat, type WriteRules } from '../http/scim-format.js';
import { StandardCodec } from './standard.codec.js';

const USERS: WriteRules<Users> = {
  body: ({ request }) => jsonBody(request),
  returns: () => 'representation',
};

/** A PATCH is answered with 204, so that its cost does not grow with the group, unless the request asks for it. */
const GROUPS: WriteRules<Groups> = {
  body: ({ request }) => jsonBody(request),
  returns: (verb) => (verb === 'patch' ? 'minimal' : 'representation'),
};

@Injectable()
export class StandardUsers extends ScimUsersEndpoint {
  constructor(users: UsersService, codec: StandardCodec, @Inject(SETTINGS) settings: Settings) {
    super(users, new ScimUserFormat(codec, settings, USERS));
  }
}

/** What the company says of a user and he cannot say of himself, beside extensions: names that others know, access. */
const LOCKED: readonly string[] = ['userName', 'externalId', 'active', 'userType', 'roles', 'entitlements'];

/** The operations of {@link StandardUsers} as a user may do them to himself. */
@Injectable()
export class OwnUser extends ScimUsersEndpoint {
  constructor(
    users: UsersService,
    codec: StandardCodec,
    schemas: SchemaRegistry,
    @Inject(SETTINGS) settings: Settings,
  ) {
    const locked = [...LOCKED, ...schemas.user.schemaExtensions.map(({ schema }) => schema.id)];
    super(users, new ScimUserFormat(codec, settings, { ...USERS, always: { locked } }));
  }
}

/** HEAD says what GET would, without reading members (RFC 9110 §9.3.2: the length of the body may be left out). */
@Injectable()
export class StandardGroups extends ScimGroupsEndpoint {
  constructor(
    groups: GroupsService,
    private readonly codec: StandardCodec,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super(groups, new ScimGroupFormat(codec, settings, GROUPS));
  }

  override async list(exchange: Exchange): Promise<void> {
    if (exchange.request.method !== 'HEAD') return super.list(exchange);
    const { request } = this.format.list(exchange);
    await this.service.list(exchange.scope, request, { members: false });
    this.codec.sendListHead(exchange.request, exchange.response);
  }

  override async get(exchange: Exchange, id: string): Promise<void> {
    if (exchange.request.method !== 'HEAD') return super.get(exchange, id);
    this.format.view(exchange);
    const group = await this.withoutMembers(exchange, id);
    if (this.format.answersUnchanged(exchange, group)) return;
    this.codec.sendHead(exchange.request, exchange.response, 200, 'Group', group);
  }
}
