import { isJsonArray, isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { unlessEmpty, withoutNulls } from '../resource/attribute-access.js';
import {
  collapseDuplicates,
  hasAllOf,
  elementKey,
  isPrimary,
  projectionKey,
} from '../resource/element-identity.js';
import { keepImmutableParts } from '../resource/immutable.js';
import { definitionOf, findByName, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';

/**
 * The elements with `given` appended. RFC 7644 §3.5.2.1: a value that is there already is not added again. An element
 * of the same `type` and `value` takes over the given sub-attributes; a given element without a type is found by its
 * `value` alone.
 */
export function addElements(
  target: BoundAttribute,
  elements: readonly Json[],
  given: readonly Json[],
): Json[] {
  const attribute = definitionOf(target);
  const result = [...elements];
  const places = new Map<string, number>();
  const placesByValue = new Map<string | undefined, number>();
  const register = (element: Json, place: number): void => {
    places.set(elementKey(attribute, element), place);
    const key = valueKey(attribute, element);
    if (key !== undefined && !placesByValue.has(key)) placesByValue.set(key, place);
  };
  elements.forEach(register);
  const preferred = new Set<number>();
  for (const element of given) {
    const known = places.get(elementKey(attribute, element)) ?? placeOfUntyped(element);
    const place = known ?? result.push(element) - 1;
    if (known === undefined) register(element, place);
    else result[place] = mergeElement(target, result[place] ?? null, element);
    if (isPrimary(element)) preferred.add(place);
  }
  return demoteOthers(result, preferred);

  function placeOfUntyped(element: Json): number | undefined {
    if (!isJsonObject(element)) return undefined;
    const place = placesByValue.get(valueKey(attribute, element));
    // `primary` moves between elements, so it does not tell which element is meant.
    const { primary: _primary, ...identity } = element;
    return place !== undefined && hasAllOf(attribute, result[place] ?? null, identity) ? place : undefined;
  }
}

/** The elements that equal none of `values`; an element equals a value if it has all sub-attributes that this gives. */
export function removeEqualElements(
  target: BoundAttribute,
  elements: readonly Json[],
  values: readonly Json[],
): Json[] {
  const attribute = definitionOf(target);
  // One set of keys for each combination of names, so that an element is not compared with every value.
  const bySignature = new Map<string, { names: readonly string[]; keys: Set<string> }>();
  const simple = new Set<string>();
  for (const value of values) {
    if (!isJsonObject(value)) {
      simple.add(elementKey(attribute, value));
      continue;
    }
    const names = Object.keys(value);
    const signature = JSON.stringify(names);
    const group = bySignature.get(signature) ?? { names, keys: new Set<string>() };
    group.keys.add(projectionKey(attribute, value, names));
    bySignature.set(signature, group);
  }
  const groups = [...bySignature.values()];
  return elements.filter((element) => {
    if (!isJsonObject(element)) return !simple.has(elementKey(attribute, element));
    return !groups.some(({ names, keys }) => keys.has(projectionKey(attribute, element, names)));
  });
}

/**
 * The elements with `set` applied to those that match, undefined where none does. An element that loses its last
 * sub-attribute goes; elements that became equal become one. `values`: see the change `updateValues`.
 *
 * @throws ScimError 400 `mutability` where an immutable sub-attribute has another value
 */
export function updateElements(
  target: BoundAttribute,
  elements: readonly Json[],
  matches: (element: Json, index: number) => boolean,
  set: JsonObject,
  values?: 'add' | 'remove',
): Json[] | undefined {
  const preferred = new Set<number>();
  const result: Json[] = [];
  let found = false;
  for (const [index, element] of elements.entries()) {
    if (!matches(element, index)) {
      result.push(element);
      continue;
    }
    found = true;
    const changed = isJsonObject(element) ? updateElement(target, element, set, values) : set['value'];
    if (changed === undefined || changed === null) continue;
    const place = result.push(changed) - 1;
    if (set['primary'] === true) preferred.add(place);
  }
  return found ? collapseDuplicates(target.attribute, demoteOthers(result, preferred)) : undefined;
}

function updateElement(
  target: BoundAttribute,
  element: JsonObject,
  set: JsonObject,
  values: 'add' | 'remove' | undefined,
): JsonObject | undefined {
  const parts = Object.entries(set).map(([name, given]): [string, Json] => {
    const present = ownValue(element, name);
    const subAttribute = findByName(target.attribute.subAttributes, name);
    if (!values || !subAttribute || !isJsonArray(given)) return [name, given];
    const part = { subAttribute, ...target };
    const before = isJsonArray(present) ? present : [];
    const after = (values === 'add' ? addElements : removeEqualElements)(part, before, given);
    return [name, after.length === 0 ? null : after];
  });
  const changed = withoutNulls({ ...element, ...Object.fromEntries(parts) });
  return unlessEmpty(keepImmutableParts(target, element, changed));
}

/** Keeps `primary` on the first element that has it. */
export function keepFirstPrimary(elements: readonly Json[]): Json[] {
  return demoteOthers(elements, new Set([elements.findIndex(isPrimary)]));
}

/** RFC 7644 §3.5.2: where a PATCH makes one element the primary one, `primary` becomes false in all others. */
function demoteOthers(elements: readonly Json[], preferred: ReadonlySet<number>): Json[] {
  if (preferred.size === 0) return [...elements];
  return elements.map((element, place) =>
    isJsonObject(element) && isPrimary(element) && !preferred.has(place)
      ? { ...element, primary: false }
      : element,
  );
}

function mergeElement(target: BoundAttribute, element: Json, given: Json): Json {
  if (!isJsonObject(element) || !isJsonObject(given)) return element;
  if (hasAllOf(target.attribute, element, given)) return element;
  return keepImmutableParts(target, element, { ...element, ...given });
}

function valueKey(attribute: AttributeDefinition, element: Json): string | undefined {
  if (!isJsonObject(element) || ownValue(element, 'value') === undefined) return undefined;
  return projectionKey(attribute, element, ['value']);
}
