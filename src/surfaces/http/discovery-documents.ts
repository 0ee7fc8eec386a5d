import { ResourceNotFoundError } from '../../protocol/error/scim-error.js';
import { type JsonObject } from '../../protocol/json.js';
import { DISCOVERY_SCHEMAS } from '../../protocol/schema/discovery-schemas.js';
import { printSchema } from '../../protocol/schema/print-schema.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType, type SchemaDefinition } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../scim/company-scope.js';

/** The documents of `/ResourceTypes` (RFC 7643 §6); `prefix` is what their locations begin with. */
export function describeResourceTypes({ types }: SchemaRegistry, prefix: string): JsonObject[] {
  return types.map((type) => describeResourceType(type, prefix));
}

/** @throws ResourceNotFoundError where there is no type of that name */
export function describeResourceTypeByName(
  { types }: SchemaRegistry,
  name: string,
  prefix: string,
): JsonObject {
  const type = types.find((candidate) => candidate.name === name);
  if (!type) throw new ResourceNotFoundError(name);
  return describeResourceType(type, prefix);
}

/** The documents of `/Schemas` (RFC 7643 §7), as the company's settings have them. */
export function describeSchemas(
  { schemas }: SchemaRegistry,
  scope: CompanyScope,
  prefix: string,
): JsonObject[] {
  return schemas.map((schema) => describeSchema(schema, scope, prefix));
}

/**
 * One document of `/Schemas`, or the schema of such documents themselves.
 * @throws ResourceNotFoundError where there is no schema of that URN
 */
export function describeSchemaByUrn(
  { schemas }: SchemaRegistry,
  urn: string,
  scope: CompanyScope,
  prefix: string,
): JsonObject {
  const known = [...schemas, ...DISCOVERY_SCHEMAS];
  const schema = known.find(({ id }) => id.toLowerCase() === urn.toLowerCase());
  if (!schema) throw new ResourceNotFoundError(urn);
  return describeSchema(schema, scope, prefix);
}

function describeResourceType(type: ResourceType, prefix: string): JsonObject {
  const { name, endpoint, description, schema, schemaExtensions } = type;
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: name,
    name,
    endpoint,
    description,
    schema: schema.id,
    schemaExtensions: schemaExtensions.map((extension) => ({
      schema: extension.schema.id,
      required: extension.required,
    })),
    meta: { resourceType: 'ResourceType', location: `${prefix}ResourceTypes/${name}` },
  };
}

function describeSchema(schema: SchemaDefinition, scope: CompanyScope, prefix: string): JsonObject {
  const groupDisplayName = scope.settings.duplicateGroupNames ? 'none' : 'server';
  return {
    ...printSchema(schema, { groupDisplayName }),
    meta: { resourceType: 'Schema', location: `${prefix}Schemas/${schema.id}` },
  };
}
