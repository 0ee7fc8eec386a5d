import { type JsonObject } from '../json.js';
import { GROUP_SCHEMA } from './group.schema.js';
import { type AttributeDefinition, type SchemaDefinition, type Uniqueness } from './schema.js';

const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/**
 * A schema as `/Schemas` shows it (RFC 7643 §7), without `meta`, whose location only the surface knows.
 * `groupDisplayName` is the uniqueness that the company asks of group names.
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
    // Case is a question of text only.
    ...(['string', 'reference', 'binary'].includes(type) && { caseExact: attribute.caseExact }),
    mutability,
    returned,
    uniqueness,
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(printDefinition) }),
  };
}
