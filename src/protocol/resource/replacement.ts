import { ownValue } from '../json.js';
import { definitionOf, type BoundAttribute } from '../schema/attribute-path.js';
import { COMMON_ATTRIBUTES } from '../schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../schema/schema.js';
import { inSchemaOrder, valueAt, withValueAt } from './attribute-access.js';
import { keepImmutable } from './immutable.js';
import { type ReadResource } from './read-resource.js';
import { type Attributes } from './resource.js';

/** The attributes of a new resource. A user is active unless the body says otherwise. */
export function completeNew(attributes: Attributes, type: ResourceType): Attributes {
  if (type.name !== 'User' || Object.hasOwn(attributes, 'active')) return attributes;
  return inSchemaOrder({ ...attributes, active: true }, type);
}

/**
 * The attributes after a PUT. RFC 7644 §3.5.1: values in the body replace the stored ones, read-only ones are
 * ignored, immutable ones must match, and the server may clear an attribute that the body omits.
 *
 * Omitted attributes are cleared here, with these exceptions. `active` without a value and an omitted `externalId`
 * keep the stored one, so that a PUT without them neither re-enables a user nor loses the client's key. Stored
 * immutable and read-only values stay, since a client cannot clear them; so do the required values beside the
 * immutable ones, and the values of attributes that no schema defines at present, since a client does not see them.
 *
 * @throws ScimError 400 `mutability` where the body has another value for an immutable attribute
 */
export function mergeReplacement(stored: Attributes, read: ReadResource, type: ResourceType): Attributes {
  let result = { ...valuesWithoutSchema(stored, type), ...read.attributes };
  const keep = (name: string): void => {
    const value = ownValue(stored, name);
    if (value !== undefined && !Object.hasOwn(result, name)) result = { ...result, [name]: value };
  };
  keep('active');
  if (!read.given.has('externalid')) keep('externalId');
  const keepAt = (target: BoundAttribute): void => {
    if (valueAt(result, target) === undefined) result = withValueAt(result, target, valueAt(stored, target));
  };
  const targets = keptTargets(type);
  for (const target of targets) {
    keepAt(target);
    result = keepImmutable(stored, result, target);
  }
  for (const target of targets) {
    const isImmutable = definitionOf(target).mutability === 'immutable';
    if (isImmutable && valueAt(result, target) !== undefined) requiredBeside(target, type).forEach(keepAt);
  }
  return inSchemaOrder(result, type);
}

/**
 * What is required where a target has a value: sub-attributes of its complex value, and attributes of its extension.
 * A client that sends back what it has read would be refused without them.
 */
function requiredBeside(target: BoundAttribute, type: ResourceType): BoundAttribute[] {
  const { subAttribute, ...whole } = target;
  const parts = subAttribute ? (whole.attribute.subAttributes ?? []) : [];
  const extension = type.schemaExtensions.find(({ schema }) => schema.id === target.extension);
  return [
    ...parts.filter(({ required }) => required).map((part) => ({ ...whole, subAttribute: part })),
    ...(extension?.schema.attributes ?? [])
      .filter(({ required }) => required)
      .map((attribute) => ({ ...whole, attribute })),
  ];
}

/** Stored values that no schema defines at present, such as those of an extension whose document was removed. */
function valuesWithoutSchema(stored: Attributes, { schema, schemaExtensions }: ResourceType): Attributes {
  const known = new Set([
    ...[...COMMON_ATTRIBUTES, ...schema.attributes].map(({ name }) => name),
    ...schemaExtensions.map((extension) => extension.schema.id),
  ]);
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !known.has(name)));
}

/** The immutable and read-only attributes, and such sub-attributes of single-valued complex attributes. */
function keptTargets(type: ResourceType): BoundAttribute[] {
  const within = (attributes: readonly AttributeDefinition[], extension?: string): BoundAttribute[] =>
    attributes.flatMap((attribute) => {
      const target = extension === undefined ? { attribute } : { extension, attribute };
      if (isKept(attribute)) return [target];
      if (attribute.multiValued) return [];
      return (attribute.subAttributes ?? [])
        .filter(isKept)
        .map((subAttribute) => ({ ...target, subAttribute }));
    });
  return [
    ...within(type.schema.attributes),
    ...type.schemaExtensions.flatMap(({ schema }) => within(schema.attributes, schema.id)),
  ];
}

function isKept({ mutability }: AttributeDefinition): boolean {
  return mutability === 'immutable' || mutability === 'readOnly';
}
