import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';

/**
 * A value as identity providers send it, in the form that the RFC asks for. What none of the rewrites below is about
 * stays as it is, wrong types included: the reader refuses those.
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

/** `"True"` and `"false"` in any case as booleans; only ever asked for boolean attributes. */
export function readTextualBoolean(value: Json): Json {
  if (typeof value !== 'string') return value;
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : value;
}

/** `""` on an attribute that may be unassigned clears it. */
export function emptyTextAsAbsent(attribute: AttributeDefinition, value: Json): Json {
  return value === '' && !attribute.required ? null : value;
}

/** One object where an array belongs. A bare text there stays, and is refused. */
export function wrapSingleValue(value: Json): Json {
  return isJsonObject(value) ? [value] : value;
}

/** An array of one where a single value belongs; an empty one is nothing. */
export function unwrapSingleElement(value: Json): Json {
  if (!isJsonArray(value) || value.length > 1) return value;
  return value[0] ?? null;
}

/** A bare text where an object with a `value` belongs: a manager's id, an e-mail address, a member's id. */
export function readBareValue(attribute: AttributeDefinition, value: Json): Json {
  const isBare = typeof value === 'string' && findByName(attribute.subAttributes, 'value') !== undefined;
  return isBare ? { value } : value;
}

/** `manager: {managerId}`, as SCIM 1.1 called it. */
export function readManagerId(attribute: AttributeDefinition, value: Json): Json {
  if (attribute !== MANAGER || !isJsonObject(value)) return value;
  const names = Object.keys(value);
  if (names.some((name) => name.toLowerCase() === 'value')) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name.toLowerCase() === 'managerid' ? 'value' : name, part]),
  );
}

/** Of several values marked as primary the first one stays so. */
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

/** Every value of an object whose names are attributes; unknown ones stay as they are. */
export function rewriteNamed(attributes: readonly AttributeDefinition[], value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const attribute = findByName(attributes, name);
      return [name, attribute ? rewriteLenientValue(attribute, part) : part];
    }),
  );
}
