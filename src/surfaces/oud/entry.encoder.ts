import { isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { returnedByDefault } from '../../protocol/message/projection.js';
import {
  representGroupHead,
  representUser,
  type ResourceLocations,
} from '../../protocol/resource/representation.js';
import {
  type Member,
  type MemberStream,
  type StoredGroup,
  type StoredUser,
} from '../../protocol/resource/resource.js';
import { findByName } from '../../protocol/schema/attribute-path.js';
import { MANAGER } from '../../protocol/schema/enterprise-user.schema.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';

/** The parts of a resource in an answer, before they become text. */
export interface Entry {
  readonly head: {
    readonly schemas: string;
    readonly id: string;
    readonly meta: { readonly location: string; readonly resourceType: string };
  };
  /** The name of the object with the core attributes. */
  readonly coreUrn: string;
  readonly core: JsonObject;
  /** Undefined for a user. A group's members may be too many to hold. */
  readonly members: readonly Member[] | MemberStream | undefined;
  /** One object for each extension of which the resource has attributes, by its URN. */
  readonly extensions: JsonObject;
}

/** A group: its core attributes are under the URN of the core schema and have plain values. */
export function encodeGroup(group: StoredGroup, type: ResourceType, locations: ResourceLocations): Entry {
  const { core, extensions } = splitByUrn(
    returnedByDefault(representGroupHead(group, type, locations), type),
    type,
  );
  return {
    ...headOf(group, type, locations),
    core,
    members: group.members,
    extensions,
  };
}

/** A user: as a group, but every attribute is an array, of `{"value": …}` where it is simple, as documented. */
export function encodeUser(user: StoredUser, type: ResourceType, locations: ResourceLocations): Entry {
  const { core, extensions } = splitByUrn(
    returnedByDefault(representUser(user, type, locations), type),
    type,
  );
  const listed = Object.entries(extensions).map(([urn, object]): [string, Json] => {
    const extension = type.schemaExtensions.find(({ schema }) => schema.id === urn);
    return [
      urn,
      extension && isJsonObject(object) ? listValues(object, extension.schema.attributes) : object,
    ];
  });
  return {
    ...headOf(user, type, locations),
    core: listValues(core, type.schema.attributes),
    members: undefined,
    extensions: Object.fromEntries(listed),
  };
}

export function encodeMember({ value, display }: Member): JsonObject {
  return { value, display };
}

function headOf(
  { id }: StoredGroup | StoredUser,
  { name, schema }: ResourceType,
  locations: ResourceLocations,
): Pick<Entry, 'head' | 'coreUrn'> {
  const meta = { location: locations.location(name, id), resourceType: name };
  return { head: { schemas: schema.id, id, meta }, coreUrn: schema.id };
}

/** Without what no schema defines: `id`, `meta`, `schemas` and `externalId`. */
function splitByUrn(
  representation: JsonObject,
  { schema, schemaExtensions }: ResourceType,
): { core: JsonObject; extensions: JsonObject } {
  const entries = Object.entries(representation);
  const urns = new Set(schemaExtensions.map((extension) => extension.schema.id));
  return {
    core: Object.fromEntries(entries.filter(([name]) => findByName(schema.attributes, name))),
    extensions: Object.fromEntries(entries.filter(([name]) => urns.has(name))),
  };
}

function listValues(object: JsonObject, attributes: readonly AttributeDefinition[]): JsonObject {
  const entries = Object.entries(object).map(([name, value]): [string, Json] => {
    const attribute = findByName(attributes, name);
    if (!attribute || attribute.multiValued) return [name, value];
    if (attribute.type !== 'complex') return [name, [{ value }]];
    return [name, [attribute === MANAGER && isJsonObject(value) ? nameManagerId(value) : value]];
  });
  return Object.fromEntries(entries);
}

function nameManagerId(manager: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(manager).map(([name, part]) => [name === 'value' ? 'managerId' : name, part]),
  );
}
