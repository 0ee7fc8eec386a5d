import { invalidSyntax, invalidValue, type ScimError } from '../error/scim-error.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableDateTime } from '../text/date-time.js';
import { collapseDuplicates, countPrimaries } from './element-identity.js';
import { clip, noteIgnored } from './ignored-names.js';

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
/** How much padding may follow, by the characters that are left over behind whole groups of four. */
const BASE64_PADDING: readonly (readonly string[])[] = [[''], [], ['', '=='], ['', '=']];

/**
 * The value of an attribute as a client sent it, in canonical form: names in the schema's spelling and order, types
 * checked (RFC 7643 §2.3), nulls, empty arrays and empty objects gone, equal elements of a multi-valued attribute
 * collapsed. Undefined means unassigned (RFC 7643 §2.5). Unknown and read-only sub-attributes are left out and noted.
 *
 * @param place what the value is called in errors and in `ignored`, e.g. `emails` or `urn:…:User:manager`
 * @throws ScimError 400 `invalidValue` for a wrong type, an empty required text or two primaries; `invalidSyntax` for
 *   a name that stands twice in one object
 */
export function readValue(
  attribute: AttributeDefinition,
  value: Json,
  place: string,
  ignored: Set<string>,
): Json | undefined {
  if (value === null) return undefined;
  if (!attribute.multiValued) return readSingle(attribute, value, place, ignored);
  if (!isJsonArray(value)) throw wrongType(place, 'an array', value);
  const elements = readElements(attribute, value, place, ignored);
  return elements.length === 0 ? undefined : elements;
}

/** How many values a multi-valued attribute may have. Members of groups are no such values: there may be any number. */
export const MOST_VALUES = 1000;

/** Throws ScimError 400 `invalidValue` for more values than {@link MOST_VALUES}. */
export function refuseTooMany(values: readonly Json[], place: string): void {
  if (values.length <= MOST_VALUES) return;
  throw invalidValue(`${place}: ${values.length} values; one attribute may have ${MOST_VALUES} at most`);
}

/** The elements of a multi-valued attribute; see {@link readValue}. */
export function readElements(
  attribute: AttributeDefinition,
  values: readonly Json[],
  place: string,
  ignored: Set<string>,
): Json[] {
  const elements: Json[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const element = readSingle(attribute, value, `${place}[${index}]`, ignored);
    if (element !== undefined) elements.push(element);
  }
  const distinct = collapseDuplicates(attribute, elements);
  refuseTooMany(distinct, place);
  if (countPrimaries(distinct) > 1) {
    throw invalidValue(`${place}: more than one value has primary true; at most one may`);
  }
  return distinct;
}

/**
 * The sub-attributes that a complex value names; null stands for those that it names in order to clear them.
 * See {@link readValue}.
 */
export function readParts(
  attribute: AttributeDefinition,
  value: Json,
  place: string,
  ignored: Set<string>,
): JsonObject {
  if (!isJsonObject(value)) throw wrongType(place, 'an object', value);
  const parts = new Map<string, Json>();
  for (const [name, part] of Object.entries(value)) {
    const subAttribute = findByName(attribute.subAttributes, name);
    if (!subAttribute) {
      noteIgnored(ignored, `${place}.${name}`);
      continue;
    }
    const partPlace = `${place}.${subAttribute.name}`;
    if (parts.has(subAttribute.name)) throw namedTwice(partPlace);
    if (isDerived(attribute, subAttribute)) {
      // Every client repeats $ref; only what a client may have meant to change is worth a line in the log.
      if (subAttribute.name !== '$ref') noteIgnored(ignored, partPlace);
      continue;
    }
    parts.set(subAttribute.name, readValue(subAttribute, part, partPlace, ignored) ?? null);
  }
  const ordered = (attribute.subAttributes ?? []).flatMap(({ name }): [string, Json][] => {
    const part = parts.get(name);
    return part === undefined ? [] : [[name, part]];
  });
  return Object.fromEntries(ordered);
}

/** Sub-attributes that this server works out itself: whatever a client says about them is not kept. */
export function isDerived(attribute: AttributeDefinition, subAttribute: AttributeDefinition): boolean {
  return subAttribute.mutability === 'readOnly' || (attribute === MANAGER && subAttribute.name === '$ref');
}

/**
 * The names that an object holds, in lower case.
 *
 * @throws ScimError 400 `invalidSyntax` for one that it holds twice, in two spellings
 */
export function namesOf(object: JsonObject, place?: string): Set<string> {
  const names = new Set<string>();
  for (const name of Object.keys(object)) {
    const lower = name.toLowerCase();
    if (names.has(lower)) throw namedTwice(place === undefined ? name : `${place}.${name}`);
    names.add(lower);
  }
  return names;
}

/** The refusal of a name that one object holds twice, in two spellings (RFC 7643 §2.1). */
export function namedTwice(place: string): ScimError {
  return invalidSyntax(
    `${clip(place)}: stands twice in one object; names are compared without regard to case`,
  );
}

/** The refusal of a value of another JSON type than `expected`; the value itself is not repeated. */
export function wrongType(place: string, expected: string, value: Json): ScimError {
  return invalidValue(`${place}: expected ${expected}, got ${nameOfType(value)}`);
}

function readSingle(
  attribute: AttributeDefinition,
  value: Json,
  place: string,
  ignored: Set<string>,
): Json | undefined {
  if (attribute.type !== 'complex') return readSimple(attribute, value, place);
  const parts = Object.entries(readParts(attribute, value, place, ignored)).filter(
    ([, part]) => part !== null,
  );
  if (parts.length === 0) return undefined;
  const element = Object.fromEntries(parts);
  for (const { name, required } of attribute.subAttributes ?? []) {
    if (required && !Object.hasOwn(element, name)) throw invalidValue(`${place}.${name}: is required`);
  }
  return element;
}

function readSimple(attribute: AttributeDefinition, value: Json, place: string): Json {
  switch (attribute.type) {
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(place, 'true or false', value);
      return value;
    case 'integer':
      if (typeof value !== 'number') throw wrongType(place, 'an integer', value);
      if (!Number.isInteger(value)) throw invalidValue(`${place}: expected an integer without a fraction`);
      return value;
    case 'decimal':
      if (typeof value !== 'number') throw wrongType(place, 'a number', value);
      return value;
    case 'complex':
    case 'string':
    case 'reference':
    case 'dateTime':
    case 'binary':
      return readText(attribute, value, place);
  }
}

function readText(attribute: AttributeDefinition, value: Json, place: string): string {
  if (typeof value !== 'string') throw wrongType(place, 'a string', value);
  if (attribute.required && value === '') throw invalidValue(`${place}: is required and must not be empty`);
  if (attribute.type === 'dateTime' && comparableDateTime(value) === undefined) {
    throw invalidValue(`${place}: expected a date and time such as 2026-01-31T08:30:00Z`);
  }
  if (attribute.type === 'binary' && !isBase64(value)) {
    throw invalidValue(`${place}: expected base64 (RFC 4648 §4)`);
  }
  return value;
}

function nameOfType(value: Json): string {
  if (value === null) return 'null';
  if (isJsonArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * RFC 4648 §4; padding may be left out (RFC 7643 §2.3.6). No expression for the whole: matching groups one by one takes a
 * place on the stack for each, and a value of some megabytes overflows it.
 */
function isBase64(value: string): boolean {
  const padding = /=*$/.exec(value.slice(-3))?.[0] ?? '';
  const digits = value.slice(0, value.length - padding.length);
  return BASE64_PADDING[digits.length % 4]?.includes(padding) === true && !NOT_BASE64.test(digits);
}
