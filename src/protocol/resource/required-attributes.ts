import { invalidValue, mutability } from '../error/scim-error.js';
import { equalJson, isJsonArray, isJsonObject, ownValue, type Json } from '../json.js';
import { definitionOf, printAttribute, type BoundAttribute } from '../schema/attribute-path.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { type Attributes } from './resource.js';

/**
 * Refuses a change after which something required is missing. RFC 7643 §7: a required attribute of an extension that
 * the resource uses must have a value, and so must a required sub-attribute of a complex value. RFC 7643 §6: a
 * resource must have the extensions that its type requires. Parts that the change does not touch are not checked,
 * since they may be older than the requirement.
 *
 * @throws ScimError 400 `invalidValue` for a missing attribute; `mutability` where a required extension was removed
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

/**
 * Refuses to remove the value of a required attribute. RFC 7644 §3.5.2.2 makes this an error of the kind
 * `mutability`.
 *
 * @throws ScimError 400 `mutability`
 */
export function refuseRemovingRequired(target: BoundAttribute): void {
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
