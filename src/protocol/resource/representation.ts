import { isJsonObject, ownValue, type JsonObject } from '../json.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.schema.js';
import { type ResourceType } from '../schema/schema.js';
import { inSchemaOrder } from './attribute-access.js';
import { type Attributes, type Member, type StoredGroup, type StoredUser } from './resource.js';
import { versionTag } from './version.js';

/** Where a client finds resources. */
export interface ResourceLocations {
  /** URI in front of the endpoints, as the client used it: `https://host/base`. */
  readonly baseUri: string;
  /** The URI of a resource. */
  location(type: 'User' | 'Group', id: string): string;
}

/** Resources at the endpoints of RFC 7644 §3.2: `<baseUri>/Users/<id>` and `<baseUri>/Groups/<id>`. */
export function locationsBelow(baseUri: string): ResourceLocations {
  return { baseUri, location: (type, id) => `${baseUri}/${type}s/${id}` };
}

/**
 * The full representation of a user, before `attributes` and `excludedAttributes` are applied. RFC 7643 §3 and §3.1:
 * it begins with `schemas` and `id` and has `meta`. The derived `groups`, `manager.$ref` and `manager.displayName`
 * are in it as far as they were read.
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
  const shown = references.length === 0 ? attributes : { groups: references, ...attributes };
  return represent(stored, type, shown, base);
}

/** The representation of a group without `members`: they may be very many, so the surface writes them in batches. */
export function representGroupHead(
  stored: StoredGroup,
  type: ResourceType,
  base: ResourceLocations,
): JsonObject {
  return represent(stored, type, stored.attributes, base);
}

/** An element of a group's `members`. RFC 7643 §4.2: `value` is the member's id, `$ref` its URI, `type` its kind. */
export function representMember({ value, type, display }: Member, base: ResourceLocations): JsonObject {
  return { value, $ref: base.location(type, value), display, type };
}

function represent(
  stored: StoredUser | StoredGroup,
  type: ResourceType,
  attributes: Attributes,
  base: ResourceLocations,
): JsonObject {
  const extensions = type.schemaExtensions
    .map(({ schema }) => schema.id)
    .filter((urn) => Object.hasOwn(attributes, urn));
  return {
    schemas: [type.schema.id, ...extensions],
    id: stored.id,
    ...inSchemaOrder(attributes, type),
    ...{ meta: metaOf(stored, type, base) },
  };
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

/**
 * The attributes with `manager.$ref` and `manager.displayName`, if `manager.value` is the id of a user of the
 * company.
 */
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
