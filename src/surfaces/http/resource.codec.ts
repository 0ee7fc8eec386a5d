import { type Request, type Response } from 'express';
import { type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { parseListQuery, type ListLimits, type ListQuery } from '../../protocol/message/list-query.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { parseSearchRequest } from '../../protocol/message/search-request.js';
import { includes, parseProjection, project, type Projection } from '../../protocol/message/projection.js';
import {
  representGroupHead,
  representMember,
  representUser,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import { type Member, type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { type StoredResource } from '../../scim/resources/resources.store.js';
import { listText, resourceText, sendText, type EncodeMember, type StreamedResource } from './answer.js';
import { publicBaseUri } from './base-uri.js';

/** What surfaces that write RFC 7643's representations differ in. */
export interface WireFormat {
  /** Path in front of all routes, without slashes at its ends. */
  readonly mount: string;
  readonly page: ListLimits;
  /** The `Content-Type` of an answer. */
  contentType(request: Request): string;
  /** A group without its members as this surface shows it, before projection. */
  completeGroup?(head: JsonObject): JsonObject;
}

/** Between a SCIM 2.0 wire format and the services: what a request says, and how an answer is written. */
export class ResourceCodec {
  constructor(
    private readonly settings: Settings,
    private readonly schemas: SchemaRegistry,
    private readonly format: WireFormat,
  ) {}

  /** URI that resource endpoints are appended to. */
  baseUri(request: Request): string {
    return `${publicBaseUri(request, this.settings)}/${this.format.mount}`;
  }

  /** Where this client finds users and groups. */
  locations(request: Request): ResourceLocations {
    const base = this.baseUri(request);
    return { location: (type, id) => `${base}/${type}s/${id}` };
  }

  readListQuery(request: Request): ListQuery {
    return parseListQuery(request.query, this.format.page);
  }

  /** The body of a `POST …/.search`. Throws ScimError 400 for one that is no SearchRequest. */
  readSearchRequest(body: JsonObject): ListQuery {
    return parseSearchRequest(body, this.format.page);
  }

  readProjection(request: Request, type: ResourceType['name']): Projection {
    return this.projectionOf(parseListQuery(request.query, this.format.page), type);
  }

  /** The projection that a list query or search request asks for. Throws ScimError 400 where it names both kinds. */
  projectionOf(
    { attributes, excludedAttributes }: Pick<ListQuery, 'attributes' | 'excludedAttributes'>,
    type: ResourceType['name'],
  ): Projection {
    return parseProjection(attributes, excludedAttributes, this.schemas.ofType(type));
  }

  async sendUser(
    request: Request,
    response: Response,
    status: number,
    user: StoredUser,
    projection: Projection,
  ): Promise<void> {
    const body = representUser(user, this.schemas.user, this.locations(request));
    this.head(request, response, versionTag(user), status === 201 ? locationOf(body) : undefined);
    const resource = { head: project(body, projection, this.schemas.user), members: undefined };
    await sendText(response, status, resourceText(resource, keepMember));
  }

  /** Says no more of a written resource than which version it has and, where it is new, where it is. */
  sendMinimal(
    request: Request,
    response: Response,
    status: 201 | 204,
    type: 'User' | 'Group',
    resource: StoredUser | StoredGroup,
  ): void {
    response.status(status).setHeader('ETag', versionTag(resource));
    if (status === 201) {
      response.setHeader('Location', this.locations(request).location(type, resource.id));
      response.setHeader('Content-Length', '0');
    }
    response.end();
  }

  /** The answer to HEAD where the body would be costly to make: without its length (RFC 9110 §9.3.2). */
  sendHead(request: Request, response: Response, tag?: string): void {
    response.status(200).setHeader('Content-Type', this.format.contentType(request));
    if (tag !== undefined) response.setHeader('ETag', tag);
    response.end();
  }

  async sendGroup(
    request: Request,
    response: Response,
    status: number,
    group: StoredGroup,
    projection: Projection,
  ): Promise<void> {
    const body = representGroupHead(group, this.schemas.group, this.locations(request));
    this.head(request, response, versionTag(group), status === 201 ? locationOf(body) : undefined);
    const resource = this.groupParts(body, group, projection);
    await sendText(response, status, resourceText(resource, this.encodeMember(request, projection)));
  }

  /** RFC 7644 §3.4.2: users, with what the request's projection leaves of them. */
  async sendUsers(
    request: Request,
    response: Response,
    page: ListPage<StoredUser>,
    startIndex: number,
    projection: Projection,
  ): Promise<void> {
    const locations = this.locations(request);
    const resources = mapResources(page.resources, (user) => this.userParts(user, projection, locations));
    await this.sendList(request, response, { ...page, startIndex }, resources, keepMember);
  }

  async sendGroups(
    request: Request,
    response: Response,
    page: ListPage<StoredGroup>,
    startIndex: number,
    projection: Projection,
  ): Promise<void> {
    const locations = this.locations(request);
    const resources = mapResources(page.resources, (group) =>
      this.groupParts(representGroupHead(group, this.schemas.group, locations), group, projection),
    );
    const encode = this.encodeMember(request, projection);
    await this.sendList(request, response, { ...page, startIndex }, resources, encode);
  }

  /** RFC 7644 §3.4.2.1: resources of all types, each with what the projection leaves of its type. */
  async sendResources(
    request: Request,
    response: Response,
    page: ListPage<StoredResource>,
    startIndex: number,
    projections: { readonly user: Projection; readonly group: Projection },
  ): Promise<void> {
    const locations = this.locations(request);
    const resources = mapResources(page.resources, (resource) => {
      if (resource.type === 'User') return this.userParts(resource.user, projections.user, locations);
      const head = representGroupHead(resource.group, this.schemas.group, locations);
      return this.groupParts(head, resource.group, projections.group);
    });
    const encode = this.encodeMember(request, projections.group);
    await this.sendList(request, response, { ...page, startIndex }, resources, encode);
  }

  /** A discovery document, or a list of them, as it is. */
  async sendDocument(request: Request, response: Response, document: JsonObject): Promise<void> {
    response.setHeader('Content-Type', this.format.contentType(request));
    await sendText(response, 200, resourceText({ head: document, members: undefined }, keepMember));
  }

  private async sendList(
    request: Request,
    response: Response,
    page: Omit<ListPage<unknown>, 'resources'> & { readonly startIndex: number },
    resources: AsyncGenerator<StreamedResource>,
    encodeMember: EncodeMember,
  ): Promise<void> {
    response.setHeader('Content-Type', this.format.contentType(request));
    const closing = (itemsPerPage: number): object => ({ itemsPerPage });
    await sendText(response, 200, listText(listHead(page), resources, encodeMember, closing));
  }

  private head(request: Request, response: Response, tag: string, location: string | undefined): void {
    response.setHeader('Content-Type', this.format.contentType(request));
    response.setHeader('ETag', tag);
    if (location !== undefined) response.setHeader('Location', location);
  }

  private userParts(
    user: StoredUser,
    projection: Projection,
    locations: ResourceLocations,
  ): StreamedResource {
    const body = representUser(user, this.schemas.user, locations);
    return { head: project(body, projection, this.schemas.user), members: undefined };
  }

  private groupParts(body: JsonObject, group: StoredGroup, projection: Projection): StreamedResource {
    const members = includes(projection, 'members') ? group.members : undefined;
    const complete = this.format.completeGroup?.(body) ?? body;
    return { head: project(complete, projection, this.schemas.group), members };
  }

  private encodeMember(request: Request, projection: Projection): EncodeMember {
    const locations = this.locations(request);
    const encode = (member: Member): JsonObject => representMember(member, locations);
    if (!narrowsMembers(projection)) return encode;
    return (member) => {
      const [projected] = project({ members: [encode(member)] }, projection, this.schemas.group)[
        'members'
      ] as [JsonObject];
      return projected;
    };
  }
}

/** What stands in front of the resources. A page that a cursor leads to has no number (RFC 9865 §2). */
function listHead({
  totalResults,
  startIndex,
  cursors,
}: Omit<ListPage<unknown>, 'resources'> & { readonly startIndex: number }): JsonObject {
  return { schemas: [LIST_RESPONSE_SCHEMA], totalResults, ...(cursors ?? { startIndex }) };
}

const keepMember: EncodeMember = (member) => member;

function locationOf(body: JsonObject): string {
  return (body['meta'] as { location: string }).location;
}

async function* mapResources<T>(
  resources: AsyncIterable<T> | readonly T[],
  map: (resource: T) => StreamedResource,
): AsyncGenerator<StreamedResource> {
  for await (const resource of resources) yield map(resource);
}

/** Whether the projection names sub-attributes of `members`; only then does each member have to be projected. */
function narrowsMembers(projection: Projection): boolean {
  return ['value', '$ref', 'type', 'display'].some((name) => !includes(projection, `members.${name}`));
}
