import { invalidSyntax, invalidValue, type ScimError } from '../error/scim-error.js';
import { isJsonArray, isJsonObject, numberIn, WrittenNumber, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { MANAGER } from '../schema/enterprise-user.schema.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { problemOfNumber } from '../text/check-value.js';
import { comparableDateTime } from '../text/date-time.js';
import { collapseDuplicates, countPrimaries } from './element-identity.js';
import { shorten, noteIgnored, noteReadOnly, type IgnoredNames } from './ignored-names.js';

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
/** The padding that may follow, by the number of characters behind the last whole group of four. */
const BASE64_PADDING: readonly (readonly string[])[] = [[''], [], ['', '=='], ['', '=']];

/**
 * Reads the value that a client sent for an attribute. Sub-attributes get the spelling and order of the schema, and
 * equal elements of a multi-valued attribute are merged. RFC 7643 §2.3 says which values each type has. RFC 7643
 * §2.5: null and an empty array mean unassigned; an empty object is treated alike. Unknown and read-only
 * sub-attributes are left out and noted in `ignored`.
 *
 * @param place the attribute's name in errors and in `ignored`, such as `emails` or `urn:…:User:manager`
 * @returns undefined if the value means unassigned
 * @throws ScimError 400 `invalidValue` for a wrong type, an empty or blank string where a value is required, a missing
 *   required sub-attribute, too many values or two primary ones; `invalidSyntax` for a name that occurs twice in one
 *   object
 */
export function readValue(
  attribute: AttributeDefinition,
  value: Json,
  place: string,
  ignored: IgnoredNames,
): Json | undefined {
  if (value === null) return undefined;
  if (!attribute.multiValued) return readSingle(attribute, value, place, ignored);
  if (!isJsonArray(value)) throw wrongType(place, 'an array', value);
  const elements = readElements(attribute, value, place, ignored);
  return elements.length === 0 ? undefined : elements;
}

/** How many values a multi-valued attribute may have. It does not limit the members of groups. */
const MAX_VALUES = 1000;

/** @throws ScimError 400 `invalidValue` for more values than {@link MAX_VALUES} */
export function refuseTooMany(values: readonly Json[], place: string): void {
  if (values.length <= MAX_VALUES) return;
  throw invalidValue(`${place}: ${values.length} values; one attribute may have ${MAX_VALUES} at most`);
}

/**
 * Reads the elements of a multi-valued attribute, as {@link readValue} does. RFC 7643 §2.4: `primary` is true for one
 * of them at most.
 */
export function readElements(
  attribute: AttributeDefinition,
  values: readonly Json[],
  place: string,
  ignored: IgnoredNames,
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
 * Reads the sub-attributes of a complex value, as {@link readValue} does. Null stays for a sub-attribute that the
 * value clears, to tell it from one that the value does not mention.
 */
export function readParts(
  attribute: AttributeDefinition,
  value: Json,
  place: string,
  ignored: IgnoredNames,
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
    if (parts.has(subAttribute.name)) throw duplicateName(partPlace);
    if (isDerived(attribute, subAttribute)) {
      // Clients send back `$ref` with every value and do not mean to change it, so it is not noted.
      if (subAttribute.name !== '$ref') noteReadOnly(ignored, partPlace, part);
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

/** Whether the server determines a sub-attribute. What a client sends for it is ignored. */
export function isDerived(attribute: AttributeDefinition, subAttribute: AttributeDefinition): boolean {
  return subAttribute.mutability === 'readOnly' || (attribute === MANAGER && subAttribute.name === '$ref');
}

/**
 * The names of an object's members, in lower case.
 *
 * @throws ScimError 400 `invalidSyntax` for a name that occurs twice, in two spellings
 */
export function namesOf(object: JsonObject, place?: string): Set<string> {
  const names = new Set<string>();
  for (const name of Object.keys(object)) {
    const lower = name.toLowerCase();
    if (names.has(lower)) throw duplicateName(place === undefined ? name : `${place}.${name}`);
    names.add(lower);
  }
  return names;
}

/**
 * The error for a name that occurs twice in one object. RFC 7643 §2.1: the case of attribute names does not count, so
 * two spellings are one name.
 */
export function duplicateName(place: string): ScimError {
  return invalidSyntax(
    `${shorten(place)}: stands twice in one object; names are compared without regard to case`,
  );
}

/**
 * The error for a value of another JSON type than `expected`, or for none. It does not repeat the value, which may be
 * private.
 */
export function wrongType(place: string, expected: string, value: Json | undefined): ScimError {
  const found = value === undefined ? 'there is none' : `got ${nameOfType(value)}`;
  return invalidValue(`${place}: expected ${expected}, ${found}`);
}

function readSingle(
  attribute: AttributeDefinition,
  value: Json,
  place: string,
  ignored: IgnoredNames,
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
    case 'integer': {
      const integer = readNumber(value, place, 'an integer');
      if (!Number.isInteger(integer)) throw invalidValue(`${place}: expected an integer without a fraction`);
      return integer;
    }
    case 'decimal':
      return readNumber(value, place, 'a number');
    case 'complex':
    case 'string':
    case 'reference':
    case 'dateTime':
    case 'binary':
      return readText(attribute, value, place);
  }
}

function readNumber(value: Json, place: string, expected: string): number {
  const number = numberIn(value);
  if (number === undefined) throw wrongType(place, expected, value);
  const problem = problemOfNumber(value instanceof WrittenNumber ? value : number);
  if (problem !== undefined) throw invalidValue(`${place}: the number ${problem}`);
  return number;
}

function readText(attribute: AttributeDefinition, value: Json, place: string): string {
  if (typeof value !== 'string') throw wrongType(place, 'a string', value);
  // RFC 7643 §4.1.1: a userName is not empty; one of blanks can be told from none by nobody who reads it.
  if (attribute.required && value.trim() === '') {
    throw invalidValue(`${place}: is required and must not be empty`);
  }
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
  if (value instanceof WrittenNumber) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Whether a text is base64. RFC 4648 §4 has the alphabet and the padding; RFC 7643 §2.3.6 lets clients omit the
 * padding. One regular expression for the whole text would match group by group, and overflow the stack on some
 * megabytes.
 */
function isBase64(value: string): boolean {
  const padding = /=*$/.exec(value.slice(-3))?.[0] ?? '';
  const digits = value.slice(0, value.length - padding.length);
  return BASE64_PADDING[digits.length % 4]?.includes(padding) === true && !NOT_BASE64.test(digits);
}
