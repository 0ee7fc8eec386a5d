import { invalidValue } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { findByName } from '../../protocol/schema/attribute-path.js';
import { MANAGER } from '../../protocol/schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../../protocol/schema/schema.js';

/**
 * The value of an attribute in the form of RFC 7643, from that of a directory client: every value in an array, every
 * simple one in an object `{"value": …}`. A value in the form of RFC 7643 stays as it is.
 *
 * @param place what errors call the value
 * @throws ScimError 400 `invalidValue` for several values of a single-valued attribute
 */
export function decodeValue(attribute: AttributeDefinition, value: Json, place: string): Json {
  if (attribute.multiValued) return isJsonArray(value) ? decodeElements(attribute, value) : value;
  return decodeSingle(attribute, value, place);
}

/** The elements of a multi-valued attribute; see {@link decodeValue}. */
export function decodeElements(attribute: AttributeDefinition, values: readonly Json[]): Json[] {
  if (attribute.type !== 'complex') return values.map(unwrap);
  const isWrapped = findByName(attribute.subAttributes, 'value') !== undefined;
  return values.map((value) => (isWrapped && typeof value === 'string' ? { value } : value));
}

/** A single value, which may be in an array; null for an empty array. */
export function decodeSingle(attribute: AttributeDefinition, value: Json, place: string): Json {
  if (isJsonArray(value) && value.length > 1) {
    throw invalidValue(`${place}: holds one value at most, got ${value.length}`);
  }
  const only = isJsonArray(value) ? (value[0] ?? null) : value;
  if (attribute.type !== 'complex') return isJsonArray(value) ? unwrap(only) : only;
  return attribute === MANAGER && isJsonObject(only) ? renameManagerId(only, place) : only;
}

/** `managerId` is this document's name for RFC 7643's `manager.value`. */
function renameManagerId(manager: JsonObject, place: string): JsonObject {
  const names = Object.keys(manager).map((name) => name.toLowerCase());
  if (names.includes('managerid') && names.includes('value')) {
    throw invalidValue(`${place}: managerId and value mean the same; send one of them`);
  }
  const renamed = Object.entries(manager).map(([name, part]): [string, Json] => [
    name.toLowerCase() === 'managerid' ? 'value' : name,
    part,
  ]);
  return Object.fromEntries(renamed);
}

function unwrap(element: Json): Json {
  if (!isJsonObject(element)) return element;
  const [entry, second] = Object.entries(element);
  return entry && !second && entry[0].toLowerCase() === 'value' ? entry[1] : element;
}
