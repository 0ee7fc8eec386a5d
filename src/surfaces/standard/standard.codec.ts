import { Inject, Injectable } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type JsonObject } from '../../protocol/json.js';
import { parseListQuery, type ListQuery } from '../../protocol/message/list-query.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { includes, parseProjection, project, type Projection } from '../../protocol/message/projection.js';
import {
  representGroupHead,
  representMember,
  representUser,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import { type Member, type StoredGroup, type StoredUser } from '../../protocol/resource/resource.js';
import { versionTag } from '../../protocol/resource/version.js';
import { SCHEMAS } from '../../protocol/schema/resource-types.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type StorePage } from '../../scim/store-query.js';
import {
  listText,
  negotiateScimJson,
  resourceText,
  sendText,
  type StreamedResource,
} from '../shared/answer.js';
import { publicBaseUri } from '../shared/base-uri.js';
import { STANDARD_SURFACE } from './standard.surface.js';

/** Resources on a page, where the request names no `count` and at most. */
export const PAGE = { defaultCount: 100, maxCount: 1000 };

/** Between SCIM 2.0's wire format and the services: what a request says, and how an answer is written. */
@Injectable()
export class StandardCodec {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** URI that resource endpoints are appended to. */
  baseUri(request: Request): string {
    return `${publicBaseUri(request, this.settings)}/${STANDARD_SURFACE.mount}`;
  }

  readListQuery(request: Request): ListQuery {
    return parseListQuery(request.query, PAGE);
  }

  readProjection(request: Request, type: ResourceType): Projection {
    const { attributes, excludedAttributes } = this.readListQuery(request);
    return parseProjection(attributes, excludedAttributes, type);
  }

  async sendUser(
    request: Request,
    response: Response,
    status: number,
    user: StoredUser,
    projection: Projection,
  ): Promise<void> {
    const body = representUser(user, SCHEMAS.user, this.locations(request));
    this.head(request, response, versionTag(user), status === 201 ? locationOf(body) : undefined);
    await this.send(response, status, { head: project(body, projection, SCHEMAS.user), members: undefined });
  }

  async sendGroup(
    request: Request,
    response: Response,
    status: number,
    group: StoredGroup,
    projection: Projection,
  ): Promise<void> {
    const body = representGroupHead(group, SCHEMAS.group, this.locations(request));
    this.head(request, response, versionTag(group), status === 201 ? locationOf(body) : undefined);
    await this.send(
      response,
      status,
      this.groupParts(body, group, projection),
      this.encodeMember(request, projection),
    );
  }

  /** RFC 7644 §3.4.2: users, with what the request's projection leaves of them. */
  async sendUsers(
    request: Request,
    response: Response,
    page: StorePage<StoredUser>,
    startIndex: number,
    projection: Projection,
  ): Promise<void> {
    const locations = this.locations(request);
    const resources = mapResources(page.resources, (user) => ({
      head: project(representUser(user, SCHEMAS.user, locations), projection, SCHEMAS.user),
      members: undefined,
    }));
    await this.sendList(request, response, page.totalResults, startIndex, resources, projection);
  }

  async sendGroups(
    request: Request,
    response: Response,
    page: StorePage<StoredGroup>,
    startIndex: number,
    projection: Projection,
  ): Promise<void> {
    const locations = this.locations(request);
    const resources = mapResources(page.resources, (group) =>
      this.groupParts(representGroupHead(group, SCHEMAS.group, locations), group, projection),
    );
    await this.sendList(request, response, page.totalResults, startIndex, resources, projection);
  }

  /** A discovery document, or a list of them, as it is. */
  async sendDocument(request: Request, response: Response, document: JsonObject): Promise<void> {
    response.setHeader('Content-Type', negotiateScimJson(request));
    await this.send(response, 200, { head: document, members: undefined });
  }

  private async sendList(
    request: Request,
    response: Response,
    totalResults: number,
    startIndex: number,
    resources: AsyncGenerator<StreamedResource>,
    projection: Projection,
  ): Promise<void> {
    response.setHeader('Content-Type', negotiateScimJson(request));
    const envelope = { schemas: [LIST_RESPONSE_SCHEMA], totalResults, startIndex };
    const closing = (itemsPerPage: number): object => ({ itemsPerPage });
    await sendText(
      response,
      200,
      listText(envelope, resources, this.encodeMember(request, projection), closing),
    );
  }

  private head(request: Request, response: Response, tag: string, location: string | undefined): void {
    response.setHeader('Content-Type', negotiateScimJson(request));
    response.setHeader('ETag', tag);
    if (location !== undefined) response.setHeader('Location', location);
  }

  private async send(
    response: Response,
    status: number,
    resource: StreamedResource,
    encodeMember: (member: Member) => object = (member) => member,
  ): Promise<void> {
    await sendText(response, status, resourceText(resource, encodeMember));
  }

  private groupParts(body: JsonObject, group: StoredGroup, projection: Projection): StreamedResource {
    const members = includes(projection, 'members') ? group.members : undefined;
    return { head: project(body, projection, SCHEMAS.group), members };
  }

  private encodeMember(request: Request, projection: Projection): (member: Member) => object {
    const locations = this.locations(request);
    const encode = (member: Member): JsonObject => representMember(member, locations);
    if (!narrowsMembers(projection)) return encode;
    return (member) => {
      const [projected] = project({ members: [encode(member)] }, projection, SCHEMAS.group)['members'] as [
        JsonObject,
      ];
      return projected;
    };
  }

  /** Where this client finds users and groups. */
  locations(request: Request): ResourceLocations {
    const base = this.baseUri(request);
    return { location: (type, id) => `${base}/${type}s/${id}` };
  }
}

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
