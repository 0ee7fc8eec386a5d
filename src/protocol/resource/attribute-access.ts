import { isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { type BoundAttribute } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type ResourceType } from '../schema/schema.js';
import { type Attributes } from './resource.js';

/** The value at a target; undefined if it is unassigned. */
export function valueAt(attributes: Attributes, target: BoundAttribute): Json | undefined {
  const holder = target.extension === undefined ? attributes : objectAt(attributes, target.extension);
  const value = ownValue(holder, target.attribute.name);
  if (!target.subAttribute) return value;
  return isJsonObject(value) ? ownValue(value, target.subAttribute.name) : undefined;
}

/**
 * A copy of the attributes with another value at a target. Undefined removes the value, and with it a complex
 * attribute or extension that is then empty.
 */
export function withValueAt(
  attributes: Attributes,
  { extension, attribute, subAttribute }: BoundAttribute,
  value: Json | undefined,
): Attributes {
  const holder = extension === undefined ? attributes : objectAt(attributes, extension);
  const whole = subAttribute
    ? unlessEmpty(withMember(objectAt(holder, attribute.name), subAttribute.name, value))
    : value;
  const changed = withMember(holder, attribute.name, whole);
  return extension === undefined ? changed : withMember(attributes, extension, unlessEmpty(changed));
}

/** A copy of the object without the members that are null. */
export function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** The object, or undefined if it has no members. */
export function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

/**
 * The attributes in the order of the schemas, so that equal resources give equal JSON. Attributes that no schema
 * defines come last.
 */
export function inSchemaOrder(attributes: Attributes, type: ResourceType): Attributes {
  const places = placesOf(type);
  const place = (name: string): number => places.get(name) ?? places.size;
  const names = Object.keys(attributes).sort((a, b) => place(a) - place(b));
  return Object.fromEntries(names.map((name) => [name, attributes[name] ?? null]));
}

const PLACES = new WeakMap<ResourceType, ReadonlyMap<string, number>>();

/** The place of each attribute and extension in the order of the schemas. */
function placesOf(type: ResourceType): ReadonlyMap<string, number> {
  const known = PLACES.get(type);
  if (known) return known;
  const attributes = [...COMMON_ATTRIBUTES, ...type.schema.attributes].map(({ name }) => name);
  const extensions = type.schemaExtensions.map(({ schema }) => schema.id);
  const places = new Map([...new Set([...attributes, ...extensions])].map((name, index) => [name, index]));
  PLACES.set(type, places);
  return places;
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = ownValue(object, name);
  return isJsonObject(value) ? value : {};
}

function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
