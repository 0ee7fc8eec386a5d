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
import { type ResourceType } from '../../protocol/schema/schema.js';
import { type StorePage } from '../../scim/lists/list-plan.js';
import { type ListRequest } from '../../protocol/message/list-request.js';
import { listText, resourceText, sendText, type StreamedResource } from '../http/answer.js';
import { SCIM_JSON } from '../http/media-types.js';
import { withPrefix } from './prefixed-id.js';

/** Where resources are found: relative to the mount, as the document prints it. */
export const LOCATIONS: ResourceLocations = {
  location: (kind, id) => `${kind}s/${withPrefix(kind, id)}`,
};

const RESOURCE_ID = /^[0-9a-f]{16}$/;

/** @param displayOf - How the request called a member: its creation echoes that. */
export async function sendGroup(
  response: Response,
  status: number,
  group: StoredGroup,
  displayOf: (id: string) => string | undefined = () => undefined,
): Promise<void> {
  head(response, status, versionTag(group), LOCATIONS.location('Group', group.id));
  await sendText(
    response,
    status,
    resourceText(groupParts(group), (member) => encodeMember(member, displayOf)),
  );
}

export async function sendUser(
  response: Response,
  status: number,
  user: StoredUser,
  type: ResourceType,
): Promise<void> {
  head(response, status, versionTag(user), LOCATIONS.location('User', user.id));
  await sendText(
    response,
    status,
    resourceText({ head: encodeUser(user, type), members: undefined }, encodeMember),
  );
}

export async function sendGroups(
  response: Response,
  page: StorePage<StoredGroup>,
  request: Pick<ListRequest, 'startIndex' | 'count'>,
): Promise<void> {
  await sendList(response, page, request, groupParts);
}

export async function sendUsers(
  response: Response,
  page: StorePage<StoredUser>,
  request: Pick<ListRequest, 'startIndex' | 'count'>,
  type: ResourceType,
): Promise<void> {
  await sendList(response, page, request, (user) => ({ head: encodeUser(user, type), members: undefined }));
}

/** @param document - A discovery document, or a list of them. */
export async function sendDocument(response: Response, document: JsonObject): Promise<void> {
  response.setHeader('Content-Type', SCIM_JSON);
  await sendText(response, 200, resourceText({ head: document, members: undefined }, encodeMember));
}

function head(response: Response, status: number, tag: string, location: string): void {
  response.setHeader('Content-Type', SCIM_JSON).setHeader('ETag', tag);
  if (status === 201) response.setHeader('Location', location);
}

async function sendList<T>(
  response: Response,
  page: StorePage<T>,
  { startIndex, count }: Pick<ListRequest, 'startIndex' | 'count'>,
  encode: (resource: T) => StreamedResource,
): Promise<void> {
  response.setHeader('Content-Type', SCIM_JSON);
  const { totalResults } = page;
  // The document's itemsPerPage is what was asked for, not what came.
  const envelope = { schemas: [LIST_RESPONSE_SCHEMA], totalResults, startIndex, itemsPerPage: count };
  const resources = mapResources(page.resources, encode);
  await sendText(
    response,
    200,
    listText(envelope, resources, encodeMember, () => ({})),
  );
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

/** What the document always shows is derived where it is not stored: names from their parts, the address from userName. */
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
