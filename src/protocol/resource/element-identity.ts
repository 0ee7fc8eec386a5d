import { isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { findByName } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableText } from '../text/comparable-text.js';

/**
 * What makes two elements of a multi-valued attribute the same one: equal `type` and `value`, or, for elements
 * without a `value`, all else they hold (RFC 7643 §2.4). Which of them is the primary one is no part of what they are:
 * it moves. Texts count in their compared form.
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
 * What was made by {@link projectionKey}, as long as its element is there. The operations of a PATCH look at all elements of
 * an attribute again and again, and few of them change.
 */
const KEYS = new WeakMap<
  JsonObject,
  { readonly attribute: AttributeDefinition; readonly keys: Map<string, string> }
>();

/** The named parts of an element as one text; an absent `primary` counts as false (RFC 7643 §2.4). */
export function projectionKey(
  attribute: AttributeDefinition,
  element: JsonObject,
  names: readonly string[],
): string {
  const known = KEYS.get(element);
  const keys = known?.attribute === attribute ? known.keys : new Map<string, string>();
  if (known?.keys !== keys) KEYS.set(element, { attribute, keys });
  const signature = names.join(' ');
  const key = keys.get(signature) ?? makeKey(attribute, element, names);
  keys.set(signature, key);
  return key;
}

function makeKey(attribute: AttributeDefinition, element: JsonObject, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => [name, comparablePart(attribute, element, name)]));
}

/** True where the element has everything that `given` asks for. */
export function covers(attribute: AttributeDefinition, element: Json, given: Json): boolean {
  if (!isJsonObject(element) || !isJsonObject(given)) {
    return elementKey(attribute, element) === elementKey(attribute, given);
  }
  const names = Object.keys(given);
  return projectionKey(attribute, element, names) === projectionKey(attribute, given, names);
}

/** Equal elements become one, which keeps the first one's place and holds what any of them held. */
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

/** How many elements are marked as the primary one. */
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
