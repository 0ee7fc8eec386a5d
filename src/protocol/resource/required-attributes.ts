import { invalidValue, mutability } from '../error/scim-error.js';
import { equalJson, isJsonArray, isJsonObject, ownValue, type Json } from '../json.js';
import { definitionOf, printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { type Attributes } from './resource.js';

/**
 * Refuses a change that leaves an extension without an attribute that it requires, a complex value without a
 * sub-attribute that it requires, or the resource without an extension that its type requires (RFC 7643 §6, §7). What
 * a change did not touch may lack them: it may be older than the requirement.
 *
 * @throws ScimError 400 `invalidValue`, or `mutability` where an extension was removed
 */
export function requireComplete(before: Attributes, after: Attributes, type: ResourceType): void {
  requireParts(before, after, type.schema.attributes, undefined);
  for (const { schema, required } of type.schemaExtensions) {
    const [was, is] = [ownValue(before, schema.id), ownValue(after, schema.id)];
    if (is === undefined && was !== undefined && required) {
      throw mutability(`${schema.id}: is required and cannot be removed`);
    }
    if (!isJsonObject(is) || equalJson(was, is)) continue;
    const missing = schema.attributes.find(({ name, required: asked }) => asked && !Object.hasOwn(is, name));
    if (missing) throw invalidValue(`${schema.id}:${missing.name}: is required`);
    requireParts(isJsonObject(was) ? was : {}, is, schema.attributes, schema.id);
  }
}

/** Refuses to take the last value of a required attribute (RFC 7643 §7). */
export function guardRequired(target: BoundAttribute): void {
  if (!definitionOf(target).required) return;
  throw mutability(`${printAttribute(target)}: is required and cannot be removed`);
}

function requireParts(
  before: Attributes,
  after: Attributes,
  attributes: readonly AttributeDefinition[],
  extension: string | undefined,
): void {
  for (const attribute of attributes) {
    const target = extension === undefined ? { attribute } : { extension, attribute };
    const untouched = elementsOf(ownValue(before, attribute.name));
    for (const element of elementsOf(ownValue(after, attribute.name))) {
      const missing = missingIn(element, attribute);
      if (!missing || untouched.some((other) => equalJson(other, element))) continue;
      throw invalidValue(`${printAttribute({ ...target, subAttribute: missing })}: is required`);
    }
  }
}

function missingIn(element: Json, { subAttributes }: AttributeDefinition): AttributeDefinition | undefined {
  if (!isJsonObject(element)) return undefined;
  return subAttributes?.find(({ name, required }) => required && !Object.hasOwn(element, name));
}

function elementsOf(value: Json = []): readonly Json[] {
  return isJsonArray(value) ? value : [value];
}
