import { type Settings } from '../../config/settings.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { dropEmptyMembers } from '../../protocol/dialect/lenient-query.js';
import { withSentAttributes, type Projection } from '../../protocol/message/projection.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { type ListParameters, type ListRequest } from '../../protocol/message/list-request.js';
import { type GroupRead } from '../../scim/groups/groups.store.js';
import { requireBody, type RequestBody } from '../../scim/request-body.js';
import { type UserRead } from '../../scim/users/users.store.js';
import { groupRead, projectionOfUsers, userRead } from './derived-parts.js';
import { type Exchange } from './exchange.js';
import { isUnchanged } from './precondition.js';
import { type ResourceCodec } from './resource.codec.js';
import { applyReturnPreference, type ReturnPreference } from './return-preference.js';
import {
  type Answered,
  type Groups,
  type Kind,
  type Requested,
  type RequestedList,
  type ResourceFormat,
  type Users,
  type BodyVerb,
  type WriteVerb,
} from './resource-format.js';

/** What a request says of its answer. */
export interface ScimView {
  readonly projection: Projection;
  /** Whether the answer to a write leaves the resource out (RFC 7240 §4.2, `return=minimal`). */
  readonly minimal: boolean;
}

/**
 * The body of a write in the form of RFC 7643 and RFC 7644. A refusal that is thrown is judged before everything else
 * in the request, one that is returned after 404 and 412.
 */
export type BodyReader = (exchange: Exchange, verb: BodyVerb) => RequestBody | Promise<RequestBody>;

/** How a surface reads and answers writes. */
export interface WriteRules<K extends Kind> {
  readonly body: BodyReader;
  /** What the answer holds where the request does not prefer anything. Absent: `Prefer` (RFC 7240) has no meaning. */
  readonly returns?: (verb: WriteVerb) => ReturnPreference;
  /** What every write asks of the service, whoever sends it. */
  readonly always?: Partial<Requested<K['write']>>;
}

/** Resources as RFC 7643 represents them: with projection, entity tags and `Location`. */
export abstract class ScimFormat<K extends Kind> implements ResourceFormat<K, ScimView> {
  protected constructor(
    protected readonly codec: ResourceCodec,
    protected readonly type: 'User' | 'Group',
    protected readonly settings: Settings,
    protected readonly rules: WriteRules<K>,
  ) {}

  abstract read(view: ScimView): K['read'];
  abstract answerList(
    exchange: Exchange,
    page: ListPage<K['stored']>,
    request: ListRequest,
    view: ScimView,
  ): Promise<void>;
  protected abstract readOfList(view: ScimView): K['read'];
  protected abstract send(
    exchange: Exchange,
    status: 200 | 201,
    resource: K['stored'],
    projection: Projection,
  ): Promise<void>;

  id(text: string): string {
    return text;
  }

  view({ request, caller }: Exchange): ScimView {
    const projection = this.codec.readProjection(request, this.type, caller.dialect);
    return { projection, minimal: false };
  }

  list(exchange: Exchange): RequestedList<K, ScimView> {
    return this.listOf(exchange, this.codec.readListQuery(exchange.request));
  }

  /** A list that is asked for by POST (RFC 7644 §3.4.3). */
  async search(exchange: Exchange): Promise<RequestedList<K, ScimView>> {
    const body = requireBody(await this.rules.body(exchange, 'search'));
    const asked = exchange.caller.dialect === 'lenient' ? dropEmptyMembers(body) : body;
    return this.listOf(exchange, this.codec.readSearchRequest(asked));
  }

  async write(
    exchange: Exchange,
    verb: 'create' | 'replace',
  ): Promise<{ readonly write: Requested<K['write']>; readonly view: ScimView }> {
    return { write: await this.requested(exchange, verb), view: this.writeView(exchange, verb) };
  }

  async patch(
    exchange: Exchange,
  ): Promise<{ readonly patch: Requested<K['patch']>; readonly view: ScimView }> {
    const { maxOperations } = this.settings;
    const locations = this.codec.locations(exchange.request);
    const asked = { maxOperations, locations, ...(await this.requested(exchange, 'patch')) };
    return { patch: asked as Requested<K['patch']>, view: this.writeView(exchange, 'patch') };
  }

  private writeView(exchange: Exchange, verb: WriteVerb): ScimView {
    const view = this.view(exchange);
    if (this.rules.returns === undefined) return view;
    const wanted = applyReturnPreference(exchange.request, exchange.response, this.rules.returns(verb));
    return { projection: view.projection, minimal: wanted === 'minimal' };
  }

  /** What a write gave values to is shown too (RFC 7643 §7, `returned: request`). */
  async answer(
    exchange: Exchange,
    status: 200 | 201,
    { resource, sent }: Answered<K>,
    { projection, minimal }: ScimView,
  ): Promise<void> {
    if (minimal) {
      if (status === 201) this.codec.sendCreated(exchange.request, exchange.response, this.type, resource);
      else this.answerEmpty(exchange, { resource });
      return;
    }
    await this.send(exchange, status, resource, sent ? withSentAttributes(projection, sent) : projection);
  }

  answerEmpty({ request, response }: Exchange, { resource }: Answered<K>): void {
    this.codec.sendHead(request, response, 204, this.type, resource);
  }

  /** Answers 304 where the request's `If-None-Match` names the resource's version, and says whether it did. */
  answersUnchanged({ request, response }: Exchange, resource: K['stored']): boolean {
    if (!isUnchanged(request, versionTag(resource))) return false;
    this.codec.sendHead(request, response, 304, this.type, resource);
    return true;
  }

  private async requested(exchange: Exchange, verb: WriteVerb): Promise<Requested<K['write']>> {
    const { body, always } = this.rules;
    const { dialect } = exchange.caller;
    return { body: await body(exchange, verb), dialect, ...always } as Requested<K['write']>;
  }

  protected projectionOfList(query: ListParameters, dialect: Dialect): Projection {
    return this.codec.projectionOf(query, this.type, dialect);
  }

  private listOf(exchange: Exchange, query: ListParameters): RequestedList<K, ScimView> {
    const { dialect } = exchange.caller;
    const view = { projection: this.projectionOfList(query, dialect), minimal: false };
    const request = { dialect, baseUri: this.codec.baseUri(exchange.request), ...query };
    return { request, read: this.readOfList(view), view };
  }
}

/** A user's entity tag tells of groups and manager too, so that an answer about one user reads them in any case. */
const TAGGED: UserRead = { groups: true, manager: true };

export class ScimUserFormat extends ScimFormat<Users> {
  constructor(codec: ResourceCodec, settings: Settings, rules: WriteRules<Users>) {
    super(codec, 'User', settings, rules);
  }

  read(): UserRead {
    return TAGGED;
  }

  async answerList(
    { request, response }: Exchange,
    page: ListPage<Users['stored']>,
    { startIndex }: ListRequest,
    { projection }: ScimView,
  ): Promise<void> {
    await this.codec.sendUsers(request, response, page, startIndex, projection);
  }

  protected send(
    { request, response }: Exchange,
    status: 200 | 201,
    resource: Users['stored'],
    projection: Projection,
  ): Promise<void> {
    return this.codec.sendUser(request, response, status, resource, projection);
  }

  protected override projectionOfList(query: ListParameters, dialect: Dialect): Projection {
    return projectionOfUsers(super.projectionOfList(query, dialect), query);
  }

  protected readOfList({ projection }: ScimView): UserRead {
    return userRead(projection);
  }
}

export class ScimGroupFormat extends ScimFormat<Groups> {
  constructor(codec: ResourceCodec, settings: Settings, rules: WriteRules<Groups>) {
    super(codec, 'Group', settings, rules);
  }

  read({ projection, minimal }: ScimView): GroupRead {
    return minimal ? { members: false } : groupRead(projection);
  }

  async answerList(
    { request, response }: Exchange,
    page: ListPage<Groups['stored']>,
    { startIndex }: ListRequest,
    { projection }: ScimView,
  ): Promise<void> {
    await this.codec.sendGroups(request, response, page, startIndex, projection);
  }

  protected send(
    { request, response }: Exchange,
    status: 200 | 201,
    resource: Groups['stored'],
    projection: Projection,
  ): Promise<void> {
    return this.codec.sendGroup(request, response, status, resource, projection);
  }

  protected readOfList({ projection }: ScimView): GroupRead {
    return groupRead(projection);
  }
}
