import { isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableText } from '../text/comparable-text.js';

/**
 * A text that is equal for two elements of a multi-valued attribute exactly if they are the same element. RFC 7643
 * §2.4: the same pair of `type` and `value` should not occur twice. Elements without a `value` are the same if all
 * their sub-attributes are equal but `primary`, which a change may move from one element to another. Strings are
 * equal if their compared forms are.
 */
export function elementKey(attribute: AttributeDefinition, element: Json): string {
  if (!isJsonObject(element)) return JSON.stringify(comparableOf(attribute, element));
  if (!Object.hasOwn(element, 'value')) {
    const names = Object.keys(element).filter((name) => name !== 'primary');
    return projectionKey(attribute, element, names.sort());
  }
  return projectionKey(attribute, element, ['type', 'value']);
}

/**
 * Results of {@link projectionKey}, kept as long as their element exists. Each operation of a PATCH compares all
 * elements of an attribute, most of which stay the same objects.
 */
const KEY_CACHE = new WeakMap<
  JsonObject,
  { readonly attribute: AttributeDefinition; readonly keys: Map<string, string> }
>();

/**
 * The named sub-attributes of an element as one text, each in its compared form. RFC 7643 §2.4: an absent `primary`
 * counts as false.
 */
export function projectionKey(
  attribute: AttributeDefinition,
  element: JsonObject,
  names: readonly string[],
): string {
  const known = KEY_CACHE.get(element);
  const keys = known?.attribute === attribute ? known.keys : new Map<string, string>();
  if (known?.keys !== keys) KEY_CACHE.set(element, { attribute, keys });
  const signature = names.join(' ');
  const key = keys.get(signature) ?? makeKey(attribute, element, names);
  keys.set(signature, key);
  return key;
}

function makeKey(attribute: AttributeDefinition, element: JsonObject, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => [name, comparablePart(attribute, element, name)]));
}

/** Whether the element has every sub-attribute of `given` with an equal value; it may have more. */
export function hasAllOf(attribute: AttributeDefinition, element: Json, given: Json): boolean {
  if (!isJsonObject(element) || !isJsonObject(given)) {
    return elementKey(attribute, element) === elementKey(attribute, given);
  }
  const names = Object.keys(given);
  return projectionKey(attribute, element, names) === projectionKey(attribute, given, names);
}

/**
 * The elements with equal ones merged into one, at the place of the first. It has the sub-attributes of all of them;
 * where they differ, the first one's value stays, except that it is primary if any of them is.
 */
export function collapseDuplicates(attribute: AttributeDefinition, elements: readonly Json[]): Json[] {
  const places = new Map<string, number>();
  const result: Json[] = [];
  for (const element of elements) {
    const key = elementKey(attribute, element);
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, result.push(element) - 1);
      continue;
    }
    const first = result[place];
    if (isJsonObject(first) && isJsonObject(element)) {
      result[place] = { ...element, ...first, ...(isPrimary(element) && { primary: true }) };
    }
  }
  return result;
}

/** How many elements have `primary` true. */
export function countPrimaries(elements: readonly Json[]): number {
  return elements.filter(isPrimary).length;
}

export function isPrimary(element: Json): boolean {
  return isJsonObject(element) && element['primary'] === true;
}

function comparablePart(attribute: AttributeDefinition, element: JsonObject, name: string): Json {
  const value = ownValue(element, name);
  if (value === undefined || value === null) return name === 'primary' ? false : null;
  const subAttribute = findByName(attribute.subAttributes, name);
  return subAttribute ? comparableOf(subAttribute, value) : value;
}

function comparableOf(attribute: AttributeDefinition, value: Json): Json {
  return typeof value === 'string' ? comparableText(attribute, value) : value;
}
