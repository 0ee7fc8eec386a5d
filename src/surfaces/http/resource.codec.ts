import { type Request, type Response } from 'express';
import { type Settings } from '../../config/settings.js';
import { type Dialect } from '../../protocol/dialect/dialect.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { parseListQuery, type ListLimits } from '../../protocol/message/list-query.js';
import { type ListParameters } from '../../protocol/message/list-request.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { parseSearchRequest } from '../../protocol/message/search-request.js';
import { includes, parseProjection, project, type Projection } from '../../protocol/message/projection.js';
import {
  representGroupHead,
  representMember,
  representUser,
  locationsBelow,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import { type Member, type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { versionTag } from '../../protocol/resource/version.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type ListPage } from '../../scim/cursors/cursor-pages.js';
import { type StoredResource } from '../../scim/resources/resources.store.js';
import { listText, resourceText, type EncodeMember, type StreamedResource } from './answer.js';
import { type AnswerWriter } from './answer.writer.js';
import { publicBaseUri } from './base-uri.js';

type TypeName = ResourceType['name'];

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
    private readonly writer: AnswerWriter,
    private readonly format: WireFormat,
  ) {}

  /** URI that resource endpoints are appended to. */
  baseUri(request: Request): string {
    return `${publicBaseUri(request, this.settings)}/${this.format.mount}`;
  }

  /** Where this client finds users and groups. */
  locations(request: Request): ResourceLocations {
    return locationsBelow(this.baseUri(request));
  }

  readListQuery(request: Request): ListParameters {
    return parseListQuery(request.query, this.format.page);
  }

  /** The body of a `POST …/.search`. Throws ScimError 400 for one that is no SearchRequest. */
  readSearchRequest(body: JsonObject): ListParameters {
    return parseSearchRequest(body, this.format.page);
  }

  readProjection(request: Request, type: TypeName, dialect: Dialect): Projection {
    return this.projectionOf(parseListQuery(request.query, this.format.page), type, dialect);
  }

  /** The projection that a list query or search request asks for. Throws ScimError 400 where it names both kinds. */
  projectionOf(
    { attributes, excludedAttributes }: Pick<ListParameters, 'attributes' | 'excludedAttributes'>,
    type: TypeName,
    dialect: Dialect,
  ): Projection {
    return parseProjection(attributes, excludedAttributes, this.schemas.ofType(type), dialect);
  }

  async sendUser(
    request: Request,
    response: Response,
    status: number,
    user: StoredUser,
    projection: Projection,
  ): Promise<void> {
    const body = representUser(user, this.schemas.user, this.locations(request));
    this.head(request, response, status, 'User', user);
    const resource = { head: project(body, projection, this.schemas.user), members: undefined };
    await this.writer.send(response, status, resourceText(resource, keepMember));
  }

  /** 201 that says no more of a new resource than where it is and which version it has. */
  sendCreated(
    request: Request,
    response: Response,
    type: TypeName,
    resource: StoredUser | StoredGroup,
  ): void {
    response.status(201).setHeader('ETag', versionTag(resource));
    response.setHeader('Location', this.locations(request).location(type, resource.id));
    response.setHeader('Content-Length', '0').end();
  }

  /**
   * The headers that a GET of the resource has, and no body (RFC 9110 §9.3.2 of HEAD, §15.3.5 of 204). RFC 9110 §15.4.5:
   * a 304 has the tag and `Content-Location` alone.
   */
  sendHead(
    request: Request,
    response: Response,
    status: 200 | 204 | 304,
    type: TypeName,
    resource: StoredUser | StoredGroup,
  ): void {
    this.head(request, response, status, type, resource);
    if (status === 304) response.removeHeader('Content-Type');
    response.status(status).end();
  }

  /** The answer to HEAD of a list whose body would be costly to make: without its length (RFC 9110 §9.3.2). */
  sendListHead(request: Request, response: Response): void {
    response.status(200).setHeader('Content-Type', this.format.contentType(request)).end();
  }

  async sendGroup(
    request: Request,
    response: Response,
    status: number,
    group: StoredGroup,
    projection: Projection,
  ): Promise<void> {
    const body = representGroupHead(group, this.schemas.group, this.locations(request));
    this.head(request, response, status, 'Group', group);
    const resource = this.groupParts(body, group, projection);
    await this.writer.send(response, status, resourceText(resource, this.encodeMember(request, projection)));
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
    await this.sendList(request, response, { startIndex, ...page }, resources, keepMember);
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
    await this.sendList(request, response, { startIndex, ...page }, resources, encode);
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
    await this.sendList(request, response, { startIndex, ...page }, resources, encode);
  }

  /** A discovery document, or a list of them, as it is. */
  async sendDocument(request: Request, response: Response, document: JsonObject): Promise<void> {
    response.setHeader('Content-Type', this.format.contentType(request));
    setContentLocation(response, document);
    await this.writer.send(response, 200, resourceText({ head: document, members: undefined }, keepMember));
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
    await this.writer.send(response, 200, listText(listHead(page), resources, encodeMember, closing));
  }

  /** RFC 7643 §3.1: `Content-Location` is the same as `meta.location`, whatever URI the request was sent to. */
  private head(
    request: Request,
    response: Response,
    status: number,
    type: TypeName,
    resource: StoredUser | StoredGroup,
  ): void {
    const location = this.locations(request).location(type, resource.id);
    response.setHeader('Content-Type', this.format.contentType(request));
    response.setHeader('ETag', versionTag(resource));
    response.setHeader('Content-Location', location);
    if (status === 201) response.setHeader('Location', location);
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

/** Of an answer with one discovery document; a list of them has no location. */
export function setContentLocation(response: Response, { meta }: JsonObject): void {
  const location = isJsonObject(meta) ? meta['location'] : undefined;
  if (typeof location === 'string') response.setHeader('Content-Location', location);
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
