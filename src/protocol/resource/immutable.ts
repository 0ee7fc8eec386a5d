import { mutability } from '../error/scim-error.js';
import { equalJson, isJsonArray, isJsonObject, ownValue, type Json, type JsonObject } from '../json.js';
import { definitionOf, findByName, printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition } from '../schema/schema.js';
import { comparableText } from '../text/comparable-text.js';
import { valueAt, withValueAt } from './attribute-access.js';
import { type Attributes } from './resource.js';

/**
 * The attributes after a change of one target, if the change is allowed. RFC 7643 §7: an immutable attribute can be
 * given a first value, and not another one later. That goes for the target, the attribute that it is part of, and its
 * sub-attributes. A value that matches the present one is allowed and leaves the present one as it is.
 *
 * @throws ScimError 400 `mutability` where the change gives an immutable attribute another value or removes it
 */
export function keepImmutable(before: Attributes, after: Attributes, target: BoundAttribute): Attributes {
  const { subAttribute, ...whole } = target;
  const { attribute } = whole;
  if (attribute.mutability === 'immutable') return keepPresentValue(before, after, whole);
  const parts = subAttribute ? [subAttribute] : (attribute.subAttributes ?? []);
  return parts
    .filter((part) => part.mutability === 'immutable')
    .reduce((result, part) => keepPresentValue(before, result, { ...whole, subAttribute: part }), after);
}

/** Does the same as {@link keepImmutable} for the sub-attributes of one element of a multi-valued attribute. */
export function keepImmutableParts(
  target: BoundAttribute,
  before: JsonObject,
  after: JsonObject,
): JsonObject {
  const kept = (target.attribute.subAttributes ?? []).flatMap((subAttribute): [string, Json][] => {
    const value = immutableValue({ ...target, subAttribute }, before, after);
    return value === undefined ? [] : [[subAttribute.name, value]];
  });
  return { ...after, ...Object.fromEntries(kept) };
}

/**
 * Whether two values are the same: strings are equal if their compared forms are, and the order of elements and
 * sub-attributes does not count.
 */
export function matches(attribute: AttributeDefinition, left: Json, right: Json): boolean {
  return equalJson(comparableValue(attribute, left), comparableValue(attribute, right));
}

function keepPresentValue(before: Attributes, after: Attributes, target: BoundAttribute): Attributes {
  const present = valueAt(before, target);
  if (present === undefined) return after;
  refuseAnotherValue(target, present, valueAt(after, target));
  return withValueAt(after, target, present);
}

function immutableValue(target: BoundAttribute, before: JsonObject, after: JsonObject): Json | undefined {
  const { name, mutability: kind } = definitionOf(target);
  const present = kind === 'immutable' ? ownValue(before, name) : undefined;
  if (present !== undefined) refuseAnotherValue(target, present, ownValue(after, name));
  return present;
}

function refuseAnotherValue(target: BoundAttribute, present: Json, given: Json | undefined): void {
  if (given !== undefined && matches(definitionOf(target), present, given)) return;
  throw mutability(`${printAttribute(target)}: is immutable and already has another value`);
}

function comparableValue(attribute: AttributeDefinition | undefined, value: Json): Json {
  if (!attribute) return value;
  if (isJsonArray(value)) {
    const elements = value.map((element) => JSON.stringify(comparableValue(attribute, element)));
    return elements.sort();
  }
  if (isJsonObject(value)) {
    const parts = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      parts.map(([name, part]) => [name, comparableValue(findByName(attribute.subAttributes, name), part)]),
    );
  }
  return typeof value === 'string' ? comparableText(attribute, value) : value;
}
