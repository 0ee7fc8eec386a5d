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
  const core = [...COMMON_ATTRIBUTES, ...type.schema.attributes].map(({ name }) => name);
  const names = [...core, ...type.schemaExtensions.map(({ schema }) => schema.id)];
  const known = names.filter((name) => Object.hasOwn(attributes, name));
  const ordered = new Set([...known, ...Object.keys(attributes)]);
  return Object.fromEntries([...ordered].map((name) => [name, attributes[name] ?? null]));
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = ownValue(object, name);
  return isJsonObject(value) ? value : {};
}

function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}
