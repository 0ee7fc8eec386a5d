import { mutability } from '../error/scim-error.js';
import { equalJson, isJsonObject, ownValue, type Json } from '../json.js';
import { printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { inSchemaOrder, valueAt, withValueAt } from './attribute-access.js';
import { type ReadResource } from './read-resource.js';
import { type Attributes } from './resource.js';

/** What a new resource holds beyond its body: a user whose body says nothing of `active` is active. */
export function completeNew(attributes: Attributes, type: ResourceType): Attributes {
  if (type.name !== 'User' || Object.hasOwn(attributes, 'active')) return attributes;
  return inSchemaOrder({ ...attributes, active: true }, type);
}

/**
 * The attributes after a PUT (RFC 7644 §3.5.1). Omitted attributes are cleared, except that `active` and an omitted
 * `externalId` keep what is stored, so that a replacement without them neither re-enables a user nor loses the
 * client's key. Immutable attributes keep their value.
 *
 * @throws ScimError 400 `mutability` where the body has another value for an immutable attribute
 */
export function mergeReplacement(stored: Attributes, read: ReadResource, type: ResourceType): Attributes {
  let result = read.attributes;
  const keep = (name: string): void => {
    const value = ownValue(stored, name);
    if (value !== undefined && !Object.hasOwn(result, name)) result = { ...result, [name]: value };
  };
  keep('active');
  if (!read.given.has('externalid')) keep('externalId');
  for (const target of immutableTargets(type)) {
    const before = valueAt(stored, target);
    const after = valueAt(result, target);
    if (after === undefined) result = withValueAt(result, target, before);
    else guardImmutable(target, before, after);
  }
  return inSchemaOrder(result, type);
}

/** Refuses another value for an immutable attribute that has one (RFC 7643 §7). */
export function guardImmutable(
  target: BoundAttribute,
  before: Json | undefined,
  after: Json | undefined,
): void {
  const { mutability: kind } = target.subAttribute ?? target.attribute;
  if (kind !== 'immutable' || before === undefined || equalJson(before, after)) return;
  throw mutability(`${printAttribute(target)}: is immutable and already has another value`);
}

/** Refuses to take the last value of a required attribute (RFC 7643 §7). */
export function guardRequired(target: BoundAttribute): void {
  if (!(target.subAttribute ?? target.attribute).required) return;
  throw mutability(`${printAttribute(target)}: is required and cannot be removed`);
}

/** Immutable attributes, and immutable parts of single-valued complex ones. */
function immutableTargets(type: ResourceType): BoundAttribute[] {
  const within = (attributes: readonly AttributeDefinition[], extension?: string): BoundAttribute[] =>
    attributes.flatMap((attribute) => {
      const target = extension === undefined ? { attribute } : { extension, attribute };
      if (attribute.mutability === 'immutable') return [target];
      if (attribute.multiValued) return [];
      return (attribute.subAttributes ?? [])
        .filter((subAttribute) => subAttribute.mutability === 'immutable')
        .map((subAttribute) => ({ ...target, subAttribute }));
    });
  return [
    ...within(type.schema.attributes),
    ...type.schemaExtensions.flatMap(({ schema }) => within(schema.attributes, schema.id)),
  ];
}

/** Refuses a change of the immutable parts of one complex value or element. */
export function guardImmutableParts(target: BoundAttribute, before: Json | undefined, after: Json): void {
  if (!isJsonObject(before) || !isJsonObject(after)) return;
  for (const subAttribute of target.attribute.subAttributes ?? []) {
    const { name } = subAttribute;
    guardImmutable({ ...target, subAttribute }, ownValue(before, name), ownValue(after, name));
  }
}
