import { type OpenAPIObject } from '@nestjs/swagger';
import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';

type AnySchema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
export type SchemaObject = Exclude<AnySchema, { $ref: string }>;

const PRIMITIVES: Readonly<Record<Exclude<AttributeDefinition['type'], 'complex'>, SchemaObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  decimal: { type: 'number' },
  integer: { type: 'integer', format: 'int64' },
  dateTime: { type: 'string', format: 'date-time' },
  reference: { type: 'string', format: 'uri-reference' },
  binary: { type: 'string', format: 'byte' },
};

/** The OpenAPI schema of a resource type's representation, extensions under their URNs. */
export function resourceTypeToOpenApi(type: ResourceType): SchemaObject {
  const own = [...COMMON_ATTRIBUTES, ...type.schema.attributes];
  const extensions = type.schemaExtensions.map(({ schema }): [string, SchemaObject] => [
    schema.id,
    { ...objectOf(schema.attributes), description: schema.description },
  ]);
  const { properties = {} } = objectOf(own);
  return {
    type: 'object',
    description: type.schema.description,
    required: [
      'schemas',
      ...type.schema.attributes.filter(({ required }) => required).map(({ name }) => name),
    ],
    properties: { ...properties, ...Object.fromEntries(extensions) },
  };
}

function objectOf(attributes: readonly AttributeDefinition[]): SchemaObject {
  const properties = Object.fromEntries(
    attributes.map((attribute) => [attribute.name, attributeToOpenApi(attribute)]),
  );
  const required = attributes.filter((attribute) => attribute.required).map(({ name }) => name);
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}

function attributeToOpenApi(attribute: AttributeDefinition): SchemaObject {
  const { type, multiValued, mutability, canonicalValues, subAttributes = [] } = attribute;
  const value = type === 'complex' ? objectOf(subAttributes) : PRIMITIVES[type];
  // An enum would forbid other values, and RFC 7643 §7 does not.
  const usual = canonicalValues ? ` Usually one of: ${canonicalValues.join(', ')}.` : '';
  const description = attribute.description + usual;
  const readOnly = mutability === 'readOnly' ? { readOnly: true } : {};
  if (multiValued) return { type: 'array', description, ...readOnly, items: value };
  return { ...value, description, ...readOnly };
}
