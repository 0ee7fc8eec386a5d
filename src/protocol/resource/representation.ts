import { isJsonObject, ownValue, type JsonObject } from '../json.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { type ResourceType } from '../schema/schema.js';
import { inSchemaOrder } from './attribute-access.js';
import { type Attributes, type Member, type StoredGroup, type StoredUser } from './resource.js';
import { versionTag } from './version.js';

/** Where resources are found: absolute URIs under the base that the client used. */
export interface ResourceLocations {
  location(type: 'User' | 'Group', id: string): string;
}

/**
 * The whole representation of a user (RFC 7643 §3): `schemas`, `id`, its attributes, derived `groups` and manager
 * data as far as they were read, and `meta`. Projection comes after.
 */
export function representUser(stored: StoredUser, type: ResourceType, base: ResourceLocations): JsonObject {
  const { groups = [] } = stored;
  const references = groups.map(({ value, display, type: kind }) => ({
    value,
    $ref: base.location('Group', value),
    display,
    type: kind,
  }));
  const attributes = withManager(stored, base);
  return {
    ...head(stored, type, references.length === 0 ? attributes : { ...attributes, groups: references }),
    meta: metaOf(stored, type, base),
  };
}

/** The representation of a group without its `members`, which may be many and are written apart. */
export function representGroupHead(
  stored: StoredGroup,
  type: ResourceType,
  base: ResourceLocations,
): JsonObject {
  return { ...head(stored, type, stored.attributes), meta: metaOf(stored, type, base) };
}

/** One element of a group's `members` (RFC 7643 §4.2). */
export function representMember({ value, type, display }: Member, base: ResourceLocations): JsonObject {
  return { value, $ref: base.location(type, value), display, type };
}

function head(stored: StoredUser | StoredGroup, type: ResourceType, attributes: Attributes): JsonObject {
  const extensions = type.schemaExtensions
    .map(({ schema }) => schema.id)
    .filter((urn) => Object.hasOwn(attributes, urn));
  return { schemas: [type.schema.id, ...extensions], id: stored.id, ...inSchemaOrder(attributes, type) };
}

function metaOf(stored: StoredUser | StoredGroup, type: ResourceType, base: ResourceLocations): JsonObject {
  return {
    resourceType: type.name,
    created: stored.created,
    lastModified: stored.lastModified,
    location: base.location(type.name, stored.id),
    version: versionTag(stored),
  };
}

/** `manager.$ref` and `manager.displayName` exist only where `manager.value` names a user of the company. */
function withManager({ attributes, manager }: StoredUser, base: ResourceLocations): Attributes {
  const urn = ENTERPRISE_USER_SCHEMA.id;
  const extension = ownValue(attributes, urn);
  if (!manager || !isJsonObject(extension) || !isJsonObject(extension['manager'])) return attributes;
  const complete = {
    ...extension['manager'],
    $ref: base.location('User', manager.id),
    displayName: manager.display,
  };
  return { ...attributes, [urn]: { ...extension, manager: complete } };
}
