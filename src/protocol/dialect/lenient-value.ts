import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';

/**
 * Rewrites a value, as identity providers send it, to the form that the RFCs define. A value that none of the
 * rewrites below applies to stays as it is, even one of a wrong type, which is refused when it is read.
 */
export function rewriteLenientValue(attribute: AttributeDefinition, value: Json): Json {
  if (!attribute.multiValued) return rewriteSingle(attribute, value);
  const elements = wrapSingleValue(emptyTextAsAbsent(attribute, value));
  if (!isJsonArray(elements)) return elements;
  return keepFirstPrimary(elements.map((element) => rewriteSingle(attribute, element)));
}

function rewriteSingle(attribute: AttributeDefinition, value: Json): Json {
  const single = emptyTextAsAbsent(attribute, unwrapSingleElement(value));
  if (attribute.type === 'boolean') return readTextualBoolean(single);
  const complex = readManagerId(attribute, readBareValue(attribute, single));
  return isJsonObject(complex) ? rewriteParts(attribute, complex) : complex;
}

/** `"true"` and `"false"`, in any case, as booleans. */
export function readTextualBoolean(value: Json): Json {
  if (typeof value !== 'string') return value;
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : value;
}

/** Null for an empty string, unless the attribute is required. */
export function emptyTextAsAbsent(attribute: AttributeDefinition, value: Json): Json {
  return value === '' && !attribute.required ? null : value;
}

/** An array around an object that stands for the only element. A string is not wrapped; it is refused later. */
export function wrapSingleValue(value: Json): Json {
  return isJsonObject(value) ? [value] : value;
}

/** The element of an array that has only one, for a single-valued attribute; null for an empty array. */
export function unwrapSingleElement(value: Json): Json {
  if (!isJsonArray(value) || value.length > 1) return value;
  return value[0] ?? null;
}

/**
 * An object with the sub-attribute `value` for a string in its place: a manager's id, an e-mail address, a member's
 * id.
 */
export function readBareValue(attribute: AttributeDefinition, value: Json): Json {
  const isBare = typeof value === 'string' && findByName(attribute.subAttributes, 'value') !== undefined;
  return isBare ? { value } : value;
}

/** `manager` with `value` for `managerId`, the name in SCIM 1.1. */
export function readManagerId(attribute: AttributeDefinition, value: Json): Json {
  if (attribute !== MANAGER || !isJsonObject(value)) return value;
  const names = Object.keys(value);
  if (names.some((name) => name.toLowerCase() === 'value')) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name.toLowerCase() === 'managerid' ? 'value' : name, part]),
  );
}

/** The elements with only the first primary one left primary. */
export function keepFirstPrimary(elements: readonly Json[]): Json[] {
  let found = false;
  return elements.map((element) => {
    if (!isJsonObject(element)) return element;
    const marks = Object.entries(element).filter(
      ([name, part]) => name.toLowerCase() === 'primary' && part === true,
    );
    const [mark] = marks;
    if (!mark) return element;
    if (found) return { ...element, [mark[0]]: false };
    found = true;
    return element;
  });
}

function rewriteParts(attribute: AttributeDefinition, value: JsonObject): JsonObject {
  return rewriteNamed(attribute.subAttributes ?? [], value);
}

/** Rewrites the values of an object whose names are attributes. Values of unknown names stay as they are. */
export function rewriteNamed(attributes: readonly AttributeDefinition[], value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const attribute = findByName(attributes, name);
      return [name, attribute ? rewriteLenientValue(attribute, part) : part];
    }),
  );
}
