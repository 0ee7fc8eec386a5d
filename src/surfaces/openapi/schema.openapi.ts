import { type OpenAPIObject } from '@nestjs/swagger';
import { COMMON_ATTRIBUTES } from '../../protocol/schema/common-attributes.js';
import { type AttributeDefinition, type ResourceType } from '../../protocol/schema/schema.js';

type AnySchema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
export type SchemaReference = Extract<AnySchema, { $ref: string }>;
export type SchemaObject = Exclude<AnySchema, SchemaReference>;

/** Component schemas by name. */
export type ComponentSchemas = Readonly<Record<string, SchemaObject>>;

export type TypeName = ResourceType['name'];

const PRIMITIVES: Readonly<Record<Exclude<AttributeDefinition['type'], 'complex'>, SchemaObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  decimal: { type: 'number' },
  integer: { type: 'integer', format: 'int64' },
  dateTime: { type: 'string', format: 'date-time' },
  reference: { type: 'string', format: 'uri-reference' },
  binary: { type: 'string', format: 'byte' },
};

export const ref = (component: string): SchemaReference => ({ $ref: `#/components/schemas/${component}` });

/**
 * What a schema says of a request or of an answer. A request lacks what only the server writes, and has to have what
 * the schema requires; an answer may lack anything but `schemas` and `id`, since a projection may take it away
 * (RFC 7644 §3.9).
 */
export type Direction = 'request' | 'answer';

/** A resource of that type, extensions under their URNs. */
export function resourceSchemaOf(type: ResourceType, direction: Direction): SchemaObject {
  const { properties, required } = objectOf([...COMMON_ATTRIBUTES, ...type.schema.attributes], direction);
  return {
    type: 'object',
    description: type.schema.description,
    required: direction === 'answer' ? ['schemas', 'id'] : [...(required ?? []), ...requiredExtensions(type)],
    properties: { ...properties, ...extensionSchemasOf(type, direction) },
  };
}

/** The objects of a type's extensions, by their URNs. */
export function extensionSchemasOf(
  { schemaExtensions }: ResourceType,
  direction: Direction,
): ComponentSchemas {
  const extensions = schemaExtensions.map(({ schema }): [string, SchemaObject] => [
    schema.id,
    { ...objectOf(schema.attributes, direction), description: schema.description },
  ]);
  return Object.fromEntries(extensions);
}

const requiredExtensions = ({ schemaExtensions }: ResourceType): string[] =>
  schemaExtensions.filter(({ required }) => required).map(({ schema }) => schema.id);

function objectOf(attributes: readonly AttributeDefinition[], direction: Direction): SchemaObject {
  const isRequest = direction === 'request';
  const shown = attributes.filter(({ mutability, returned }) =>
    isRequest ? mutability !== 'readOnly' : returned !== 'never',
  );
  const properties = shown.map((attribute) => [attribute.name, attributeToOpenApi(attribute, direction)]);
  const required = isRequest ? shown.filter((attribute) => attribute.required).map(({ name }) => name) : [];
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as ComponentSchemas,
    ...(required.length > 0 ? { required } : {}),
  };
}

function attributeToOpenApi(attribute: AttributeDefinition, direction: Direction): SchemaObject {
  const { type, multiValued, mutability, canonicalValues, subAttributes = [] } = attribute;
  const value = type === 'complex' ? objectOf(subAttributes, direction) : PRIMITIVES[type];
  // An enum would forbid other values, and RFC 7643 §7 does not.
  const usual = canonicalValues ? ` Usually one of: ${canonicalValues.join(', ')}.` : '';
  const description = attribute.description + usual;
  const readOnly = mutability === 'readOnly' ? { readOnly: true } : {};
  if (multiValued) return { type: 'array', description, ...readOnly, items: value };
  return { ...value, description, ...readOnly };
}
