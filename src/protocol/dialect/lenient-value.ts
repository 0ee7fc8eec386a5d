import {
  isJsonArray,
  isJsonObject,
  isNumberText,
  numberFrom,
  WrittenNumber,
  type Json,
  type JsonObject,
} from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { finish, SLICE, type Work } from '../work.js';
import { type AttributeDefinition } from '../schema/schema.js';

/**
 * Rewrites a value, as identity providers send it, to the form that the RFCs define. A value that none of the
 * rewrites below applies to stays as it is, even one of a wrong type, which is refused when it is read.
 */
export function rewriteLenientValue(attribute: AttributeDefinition, value: Json): Json {
  // Most values are single, and not worth a work of their own.
  return attribute.multiValued
    ? finish(rewriteLenientValueWork(attribute, value))
    : rewriteSingle(attribute, value);
}

/** The same as a work that may be interrupted. */
export function* rewriteLenientValueWork(attribute: AttributeDefinition, value: Json): Work<Json> {
  if (!attribute.multiValued) return rewriteSingle(attribute, value);
  const keepOnePrimary = primaryKeeper();
  return yield* rewriteElements(emptyTextAsAbsent(attribute, value), (element) =>
    keepOnePrimary(rewriteSingle(attribute, element)),
  );
}

/**
 * The members of a group in the body of a POST or PUT. An empty text stays, to be refused: it names nobody, and only an
 * empty array and null say that a group is to be empty. So does a number, which is no id.
 */
export function rewriteLenientMembersWork(members: AttributeDefinition, value: Json): Work<Json> {
  return rewriteElements(value, (element) => {
    const member = readBareValue(members, unwrapSingleElement(element));
    if (!isJsonObject(member) || !holdsArray(member)) return member;
    const parts = Object.entries(member).map(([name, part]) => [name, unwrapSingleElement(part)]);
    return Object.fromEntries(parts) as JsonObject;
  });
}

function holdsArray(object: JsonObject): boolean {
  for (const name of Object.keys(object)) if (isJsonArray(object[name])) return true;
  return false;
}

/** The elements of an array, or an object that stands for the only one, each rewritten. */
export function* rewriteElements(value: Json, rewrite: (element: Json) => Json): Work<Json> {
  const elements = wrapSingleValue(value);
  if (!isJsonArray(elements)) return elements;
  const rewritten: Json[] = [];
  for (const element of elements) {
    rewritten.push(rewrite(element));
    if (rewritten.length % SLICE === 0) yield;
  }
  return rewritten;
}

function rewriteSingle(attribute: AttributeDefinition, value: Json): Json {
  const single = emptyTextAsAbsent(attribute, unwrapSingleElement(value));
  switch (attribute.type) {
    case 'boolean':
      return readTextualBoolean(single);
    case 'integer':
    case 'decimal':
      return readTextualNumber(single);
    case 'string':
      return readAsText(single);
    case 'reference':
    case 'dateTime':
    case 'binary':
      return single;
    case 'complex': {
      const complex = readManagerId(attribute, readBareValue(attribute, single));
      return isJsonObject(complex) ? rewriteParts(attribute, complex) : complex;
    }
  }
}

/** The number that a text is, in the form that JSON has for numbers; any other value as it is. */
export function readTextualNumber(value: Json): Json {
  return typeof value === 'string' && isNumberText(value) ? numberFrom(value) : value;
}

/** The characters that a number or boolean had in the body; any other value as it is. */
export function readAsText(value: Json): Json {
  if (value instanceof WrittenNumber) return value.source;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
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
  return elements.map(primaryKeeper());
}

/** Takes the elements one by one, and gives back each as it may stay. */
function primaryKeeper(): (element: Json) => Json {
  let found = false;
  return (element) => {
    if (!isJsonObject(element)) return element;
    const mark = Object.keys(element).find(
      (name) => name.toLowerCase() === 'primary' && element[name] === true,
    );
    if (mark === undefined) return element;
    if (found) return { ...element, [mark]: false };
    found = true;
    return element;
  };
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
