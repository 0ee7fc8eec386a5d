import { type SchemaRegistry } from '../../protocol/schema/schema-registry.js';
import { type ResourceType } from '../../protocol/schema/schema.js';
import {
  type ComponentSchemas,
  type Direction,
  extensionSchemasOf,
  ref,
  type SchemaObject,
  type SchemaReference,
} from '../openapi/schema.openapi.js';
import { type Field, type FieldType, type Model } from './model.js';
import { REQUEST_MODELS, SCIM_GROUP_CREATE, SCIM_USER_CREATE } from './request.models.js';

type AnySchema = SchemaObject | SchemaReference;

const STRING: SchemaObject = { type: 'string' };
const OPTIONAL_STRING: SchemaObject = { type: 'string', nullable: true };
const OPTIONAL_DATE: SchemaObject = { type: 'string', format: 'date-time', nullable: true };
const META: SchemaObject = { type: 'object', nullable: true, allOf: [ref('SCIMMeta')] };
const listOf = (items: AnySchema): SchemaObject => ({ type: 'array', items });

function object(
  description: string,
  requiredNames: readonly string[],
  properties: Record<string, AnySchema>,
): SchemaObject {
  const listed = requiredNames.length > 0 ? { required: [...requiredNames] } : {};
  return { type: 'object', description, ...listed, properties };
}

/** The OpenAPI 3.0 schema of a declared model. */
function modelToOpenApi({ description, fields }: Model): SchemaObject {
  const requiredNames = fields.filter(({ required }) => required).map(({ name }) => name);
  return object(
    description,
    requiredNames,
    Object.fromEntries(fields.map((field) => [field.name, fieldToOpenApi(field)])),
  );
}

function fieldToOpenApi({ type, nullable, default: value }: Field): AnySchema {
  const schema = typeToOpenApi(type);
  const extras = { ...(nullable && { nullable }), ...(value !== undefined && { default: value }) };
  if (Object.keys(extras).length === 0) return schema;
  return '$ref' in schema ? { type: 'object', allOf: [schema], ...extras } : { ...schema, ...extras };
}

function typeToOpenApi(type: FieldType): AnySchema {
  switch (type.kind) {
    case 'any':
      return { description: 'Any JSON value that fits the path.' };
    case 'string':
    case 'integer':
    case 'boolean':
      return { type: type.kind };
    case 'object':
      return { type: 'object', additionalProperties: true };
    case 'list':
      return listOf(typeToOpenApi(type.items));
    case 'model':
      return ref(type.model.name);
  }
}

/** The schema of a request or answer, with the extensions, which no model declares. */
function extended(declared: SchemaObject, type: ResourceType, direction: Direction): SchemaObject {
  return { ...declared, properties: { ...extensionSchemasOf(type, direction), ...declared.properties } };
}

/** The schema of a resource in an answer: the fields of its request, and those that the server adds. */
function answerOf(request: Model, description: string, more: Record<string, AnySchema> = {}): SchemaObject {
  const { properties, required = [] } = modelToOpenApi(request);
  return object(description, required, { ...properties, id: OPTIONAL_STRING, meta: META, ...more });
}

const GROUP = answerOf(SCIM_GROUP_CREATE, 'SCIM Group resource (RFC 7643 Section 4.2).');
const USER = answerOf(SCIM_USER_CREATE, 'SCIM User resource (RFC 7643 Section 4.1).', {
  groups: { ...listOf(ref('SCIMUserGroup')), nullable: true },
});

/** The components that the operations of this surface refer to beside messages, under their documented names. */
export const scaikeyComponents = ({ user, group }: SchemaRegistry): ComponentSchemas => ({
  ...Object.fromEntries(REQUEST_MODELS.map((model) => [model.name, modelToOpenApi(model)])),
  SCIMGroupCreate: extended(modelToOpenApi(SCIM_GROUP_CREATE), group, 'request'),
  SCIMUserCreate: extended(modelToOpenApi(SCIM_USER_CREATE), user, 'request'),
  SCIMMeta: object('SCIM resource metadata.', ['resourceType'], {
    resourceType: STRING,
    created: OPTIONAL_DATE,
    lastModified: OPTIONAL_DATE,
    location: OPTIONAL_STRING,
    version: OPTIONAL_STRING,
  }),
  SCIMGroup: extended(GROUP, group, 'answer'),
  SCIMUserGroup: object("SCIM user's group membership reference.", ['value'], {
    value: STRING,
    $ref: OPTIONAL_STRING,
    display: OPTIONAL_STRING,
    type: { type: 'string', default: 'direct' },
  }),
  SCIMUser: extended(USER, user, 'answer'),
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
});
