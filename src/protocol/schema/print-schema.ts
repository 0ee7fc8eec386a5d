import { type JsonObject } from '../json.js';
import { GROUP_SCHEMA } from './group.schema.js';
import { type AttributeDefinition, type SchemaDefinition, type Uniqueness } from './schema.js';

const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/**
 * A schema as `/Schemas` shows it. RFC 7643 §7 names the members: `id`, `name`, `description`, and the
 * characteristics of every attribute. `meta` is missing, since only the surface knows the location.
 *
 * @param options `groupDisplayName`: the uniqueness of a group's `displayName` in the company that asks
 */
export function printSchema(
  schema: SchemaDefinition,
  { groupDisplayName }: { readonly groupDisplayName: Uniqueness },
): JsonObject {
  const attributes = schema.attributes.map((attribute) =>
    schema.id === GROUP_SCHEMA.id && attribute.name === 'displayName'
      ? printDefinition({ ...attribute, uniqueness: groupDisplayName })
      : printDefinition(attribute),
  );
  const { id, name, description } = schema;
  return { schemas: [SCHEMA_URN], id, name, description, attributes };
}

function printDefinition(attribute: AttributeDefinition): JsonObject {
  const { name, type, multiValued, description, required, mutability, returned, uniqueness } = attribute;
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name,
    type,
    multiValued,
    description,
    required,
    // RFC 7643 §2.3 gives the other types no case sensitivity.
    ...(['string', 'reference', 'binary'].includes(type) && { caseExact: attribute.caseExact }),
    mutability,
    returned,
    uniqueness,
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(printDefinition) }),
  };
}
