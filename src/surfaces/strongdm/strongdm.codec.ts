import { Injectable } from '@nestjs/common';
import { type Response } from 'express';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { LIST_RESPONSE_SCHEMA } from '../../protocol/message/list-response.js';
import { returnedByDefault } from '../../protocol/message/projection.js';
import { representUser, type ResourceLocations } from '../../protocol/resource/representation.js';
import {
  displayOfUser,
  type Member,
  type StoredGroup,
  type StoredUser,
} from '../../protocol/resource/resource.js';
import { versionTag } from '../../protocol/resource/version.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schema/enterprise-user.schema.js';
import { GROUP_SCHEMA } from '../../protocol/schema/group.schema.js';
import { SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type StorePage } from '../../scim/lists/list-plan.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { listText, resourceText, type StreamedResource } from '../http/answer.js';
import { AnswerWriter } from '../http/answer.writer.js';
import { SCIM_JSON } from '../http/media-types.js';
import { withPrefix } from './prefixed-id.js';

/** Where resources are found: relative to the mount, as the document prints it. */
export const LOCATIONS: ResourceLocations = {
  baseUri: '',
  location: (kind, id) => `${kind}s/${withPrefix(kind, id)}`,
};

type RequestedPart = Pick<ListRequest, 'startIndex' | 'count'>;

const RESOURCE_ID = /^[0-9a-f]{16}$/;

/** Writes answers in the documented form. */
@Injectable()
export class StrongdmCodec {
  constructor(
    private readonly schemas: SchemaRegistry,
    private readonly writer: AnswerWriter,
  ) {}

  /** @param displayOf the `display` that the request gave a member, by its id: the answer to a creation repeats it */
  async sendGroup(
    response: Response,
    status: number,
    group: StoredGroup,
    displayOf: (id: string) => string | undefined = () => undefined,
  ): Promise<void> {
    setHead(response, group);
    if (status === 201) response.setHeader('Location', LOCATIONS.location('Group', group.id));
    const encode = (member: Member): object => encodeMember(member, displayOf);
    await this.writer.send(response, status, resourceText(groupParts(group), encode));
  }

  async sendUser(response: Response, status: number, user: StoredUser): Promise<void> {
    setHead(response, user);
    if (status === 201) response.setHeader('Location', LOCATIONS.location('User', user.id));
    await this.writer.send(response, status, resourceText(this.userParts(user), encodeMember));
  }

  /** 204: which version the resource has, and no more. */
  sendEmpty(response: Response, resource: StoredGroup | StoredUser): void {
    setHead(response, resource);
    response.status(204).end();
  }

  async sendGroups(response: Response, page: StorePage<StoredGroup>, part: RequestedPart): Promise<void> {
    await this.sendList(response, page, part, groupParts);
  }

  async sendUsers(response: Response, page: StorePage<StoredUser>, part: RequestedPart): Promise<void> {
    await this.sendList(response, page, part, (user) => this.userParts(user));
  }

  /** @param document a discovery document, or a list of them */
  async sendDocument(response: Response, document: JsonObject): Promise<void> {
    response.setHeader('Content-Type', SCIM_JSON);
    await this.writer.send(response, 200, resourceText({ head: document, members: undefined }, encodeMember));
  }

  private async sendList<T>(
    response: Response,
    page: StorePage<T>,
    { startIndex, count }: RequestedPart,
    encode: (resource: T) => StreamedResource,
  ): Promise<void> {
    response.setHeader('Content-Type', SCIM_JSON);
    const { totalResults } = page;
    // As documented, itemsPerPage is the page size that was asked for and not the number of resources.
    const envelope = { schemas: [LIST_RESPONSE_SCHEMA], totalResults, startIndex, itemsPerPage: count };
    const resources = mapResources(page.resources, encode);
    const text = listText(envelope, resources, encodeMember, () => ({}));
    await this.writer.send(response, 200, text);
  }

  private userParts(user: StoredUser): StreamedResource {
    return { head: encodeUser(user, this.schemas.user), members: undefined };
  }
}

/**
 * There is no `Content-Location`: it would have to be the same as `meta.location`, which is relative to the mount, and a
 * client would resolve it against the path of the resource, to `…/Groups/Groups/r-…`.
 */
function setHead(response: Response, resource: StoredGroup | StoredUser): void {
  response.setHeader('Content-Type', SCIM_JSON).setHeader('ETag', versionTag(resource));
}

async function* mapResources<T>(
  resources: AsyncIterable<T> | readonly T[],
  map: (resource: T) => StreamedResource,
): AsyncGenerator<StreamedResource> {
  for await (const resource of resources) yield map(resource);
}

function groupParts({ id, attributes, members }: StoredGroup): StreamedResource {
  const { displayName = '' } = attributes;
  const meta = { resourceType: 'Group', location: LOCATIONS.location('Group', id) };
  return { head: { schemas: [GROUP_SCHEMA.id], displayName, id: withPrefix('Group', id), meta }, members };
}

function encodeMember(
  { value, type, display }: Member,
  displayOf: (id: string) => string | undefined = () => undefined,
): object {
  return { value: withPrefix(type, value), display: displayOf(value) ?? display };
}

/** Derives what is documented as always present where it is not stored: names and the e-mail address. */
function encodeUser(user: StoredUser, type: ResourceType): JsonObject {
  const { externalId: _unshown, ...body } = returnedByDefault(representUser(user, type, LOCATIONS), type);
  const { userName, emails = [], name, userType = 'user' } = body;
  const address = typeof userName === 'string' && userName.includes('@') ? [userName] : [];
  const named = isJsonObject(name) ? withFormatted(name) : undefined;
  const groups = user.groups ?? [];
  return {
    ...withPrefixedManager(body),
    ...(named && { name: named }),
    id: withPrefix('User', user.id),
    displayName: displayOfUser({ ...user.attributes, ...(named && { name: named }) }),
    emails: body['emails'] === undefined ? address.map((value) => ({ primary: true, value })) : emails,
    userType,
    groups: groups.map(({ value, display, type }) => ({ value: withPrefix('Group', value), display, type })),
    meta: { resourceType: 'User', location: LOCATIONS.location('User', user.id) },
  };
}

function withFormatted(name: JsonObject): JsonObject {
  const { formatted, givenName, familyName } = name;
  if (formatted !== undefined) return name;
  const parts = [givenName, familyName].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return parts.length === 0 ? name : { ...name, formatted: parts.join(' ') };
}

function withPrefixedManager(body: JsonObject): JsonObject {
  const extension = body[ENTERPRISE_USER_SCHEMA.id];
  if (!isJsonObject(extension) || !isJsonObject(extension['manager'])) return body;
  const { value, ...manager } = extension['manager'];
  const id = typeof value === 'string' && RESOURCE_ID.test(value) ? withPrefix('User', value) : value;
  return {
    ...body,
    [ENTERPRISE_USER_SCHEMA.id]: {
      ...extension,
      manager: { ...(id !== undefined && { value: id }), ...manager },
    },
  };
}
