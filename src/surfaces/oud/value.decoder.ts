import { invalidValue } from '../../protocol/error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../protocol/json.js';
import { findByName } from '../../protocol/schema/attribute-path.js';
import { MANAGER } from '../../protocol/schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../../protocol/schema/schema.js';

/**
 * The value of an attribute as RFC 7643 writes it, from the forms that a directory client sends: every value in an
 * array, every simple one in an object `{"value": …}`. What has RFC 7643's form already stays as it is.
 *
 * @param place - What errors call the value.
 * @throws ScimError 400 `invalidValue` where an attribute of one value is given several
 */
export function decodeValue(attribute: AttributeDefinition, value: Json, place: string): Json {
  if (attribute.multiValued) return isJsonArray(value) ? decodeElements(attribute, value) : value;
  return decodeSingle(attribute, value, place);
}

/** The elements of an attribute of many values. */
export function decodeElements(attribute: AttributeDefinition, values: readonly Json[]): Json[] {
  if (attribute.type !== 'complex') return values.map(unwrap);
  const isWrapped = findByName(attribute.subAttributes, 'value') !== undefined;
  return values.map((value) => (isWrapped && typeof value === 'string' ? { value } : value));
}

/** One value, which may stand in an array; an empty array means none. */
export function decodeSingle(attribute: AttributeDefinition, value: Json, place: string): Json {
  if (isJsonArray(value) && value.length > 1) {
    throw invalidValue(`${place}: holds one value at most, got ${value.length}`);
  }
  const only = isJsonArray(value) ? (value[0] ?? null) : value;
  if (attribute.type !== 'complex') return isJsonArray(value) ? unwrap(only) : only;
  return attribute === MANAGER && isJsonObject(only) ? renameManagerId(only, place) : only;
}

/** What RFC 7643 calls `manager.value` is `managerId` here. */
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
