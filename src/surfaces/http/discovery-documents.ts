import { type Request } from 'express';
import { forbidden, ResourceNotFoundError } from '../../protocol/error/scim-error.js';
import { type JsonObject } from '../../protocol/json.js';
import { printSchema } from '../../protocol/schema/print-schema.js';
import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType, type SchemaDefinition } from '../../protocol/schema/schema.js';
import { type CompanyScope } from '../../scim/company-scope.js';

/** The documents of `/ResourceTypes` (RFC 7643 §6); `baseUri` is what resource endpoints are appended to. */
export function describeResourceTypes({ types }: SchemaRegistry, baseUri: string): JsonObject[] {
  return types.map((type) => describeResourceType(type, baseUri));
}

/** @throws ResourceNotFoundError where there is no type of that name */
export function describeResourceTypeByName(
  { types }: SchemaRegistry,
  name: string,
  baseUri: string,
): JsonObject {
  const type = types.find((candidate) => candidate.name === name);
  if (!type) throw new ResourceNotFoundError(name);
  return describeResourceType(type, baseUri);
}

/** The documents of `/Schemas` (RFC 7643 §7), as the company's settings have them. */
export function describeSchemas(
  { schemas }: SchemaRegistry,
  scope: CompanyScope,
  baseUri: string,
): JsonObject[] {
  return schemas.map((schema) => describeSchema(schema, scope, baseUri));
}

/** @throws ResourceNotFoundError where there is no schema of that URN */
export function describeSchemaByUrn(
  { schemas }: SchemaRegistry,
  urn: string,
  scope: CompanyScope,
  baseUri: string,
): JsonObject {
  const schema = schemas.find(({ id }) => id.toLowerCase() === urn.toLowerCase());
  if (!schema) throw new ResourceNotFoundError(urn);
  return describeSchema(schema, scope, baseUri);
}

/** RFC 7644 §4: a filter here would not be applied, so it is refused. Throws ScimError 403. */
export function refuseFilter(request: Request): void {
  if (request.query['filter'] !== undefined) throw forbidden('Discovery endpoints take no filter.');
}

function describeResourceType(type: ResourceType, baseUri: string): JsonObject {
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
    meta: { resourceType: 'ResourceType', location: `${baseUri}/ResourceTypes/${name}` },
  };
}

function describeSchema(schema: SchemaDefinition, scope: CompanyScope, baseUri: string): JsonObject {
  const groupDisplayName = scope.settings.duplicateGroupNames ? 'none' : 'server';
  return {
    ...printSchema(schema, { groupDisplayName }),
    meta: { resourceType: 'Schema', location: `${baseUri}/Schemas/${schema.id}` },
  };
}
