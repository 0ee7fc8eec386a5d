import { type SchemaObject } from '../openapi/schema.openapi.js';
import { type Field, type FieldType, type Model } from './model.js';
import { REQUEST_MODELS, SCIM_GROUP_CREATE, SCIM_USER_CREATE } from './request.models.js';

type Reference = { readonly $ref: string };
type AnySchema = SchemaObject | Reference;

export const ref = (name: string): Reference => ({ $ref: `#/components/schemas/${name}` });

const STRING: SchemaObject = { type: 'string' };
const OPTIONAL_STRING: SchemaObject = { type: 'string', nullable: true };
const OPTIONAL_DATE: SchemaObject = { type: 'string', format: 'date-time', nullable: true };
const STRINGS: SchemaObject = { type: 'array', items: STRING };
const META: SchemaObject = { type: 'object', nullable: true, allOf: [ref('SCIMMeta')] };
const listOf = (items: AnySchema): SchemaObject => ({ type: 'array', items });
const urns = (urn: string): SchemaObject => ({ ...STRINGS, default: [urn] });

function object(
  description: string,
  requiredNames: readonly string[],
  properties: Record<string, AnySchema>,
): SchemaObject {
  const listed = requiredNames.length > 0 ? { required: [...requiredNames] } : {};
  return { type: 'object', description, ...listed, properties };
}

/** A declared model as OpenAPI 3.0 writes it. */
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

const { properties: groupProperties = {}, required: groupRequired = [] } = modelToOpenApi(SCIM_GROUP_CREATE);
const { properties: userProperties = {}, required: userRequired = [] } = modelToOpenApi(SCIM_USER_CREATE);

const RESPONSES: Readonly<Record<string, SchemaObject>> = {
  SCIMMeta: object('SCIM resource metadata.', ['resourceType'], {
    resourceType: STRING,
    created: OPTIONAL_DATE,
    lastModified: OPTIONAL_DATE,
    location: OPTIONAL_STRING,
    version: OPTIONAL_STRING,
  }),
  SCIMGroup: object('SCIM Group resource (RFC 7643 Section 4.2).', groupRequired, {
    ...groupProperties,
    id: OPTIONAL_STRING,
    meta: META,
  }),
  SCIMUserGroup: object("SCIM user's group membership reference.", ['value'], {
    value: STRING,
    $ref: OPTIONAL_STRING,
    display: OPTIONAL_STRING,
    type: { type: 'string', default: 'direct' },
  }),
  SCIMUser: object('SCIM User resource (RFC 7643 Section 4.1).', userRequired, {
    ...userProperties,
    id: OPTIONAL_STRING,
    meta: META,
    groups: { ...listOf(ref('SCIMUserGroup')), nullable: true },
  }),
  SCIMListResponse: object(
    'SCIM List response (RFC 7644 Section 3.4.2).',
    ['totalResults', 'itemsPerPage', 'Resources'],
    {
      schemas: urns('urn:ietf:params:scim:api:messages:2.0:ListResponse'),
      totalResults: { type: 'integer', description: 'How many resources match, on all pages together.' },
      startIndex: { type: 'integer', default: 1 },
      itemsPerPage: { type: 'integer', description: 'How many resources this page holds.' },
      Resources: listOf({ anyOf: [ref('SCIMUser'), ref('SCIMGroup')] }),
    },
  ),
};

const BULK: Readonly<Record<string, SchemaObject>> = {
  SCIMBulkResponse: object('SCIM Bulk response (RFC 7644 Section 3.7).', ['schemas', 'Operations'], {
    schemas: urns('urn:ietf:params:scim:api:messages:2.0:BulkResponse'),
    Operations: listOf(
      object('What became of one operation.', ['method', 'status'], {
        method: STRING,
        bulkId: STRING,
        version: { type: 'string', description: 'The entity tag of the resource.' },
        location: { type: 'string', description: 'Where the resource is; a POST that failed has none.' },
        status: { type: 'string', description: 'The HTTP status of the operation.' },
        response: {
          description: 'Why the operation was refused: the body that the single request would have had.',
          anyOf: [ref('SCIMError'), ref('HTTPValidationError')],
        },
      }),
    ),
  }),
};

const ERRORS: Readonly<Record<string, SchemaObject>> = {
  HTTPValidationError: object('Everything that is wrong with the form of a request.', [], {
    detail: listOf(ref('ValidationError')),
  }),
  ValidationError: object('One thing that is wrong.', ['loc', 'msg', 'type'], {
    loc: {
      ...listOf({ anyOf: [STRING, { type: 'integer' }] }),
      description: 'body or query, then names and indexes; for malformed JSON the offset of the character.',
    },
    msg: STRING,
    type: STRING,
    input: { description: 'What was found there, without passwords.' },
    ctx: { type: 'object', additionalProperties: true },
  }),
  SCIMError: object('Why a request was refused (RFC 7644 Section 3.12).', ['schemas', 'status'], {
    schemas: STRINGS,
    status: { type: 'string', description: 'The HTTP status.' },
    scimType: { type: 'string', description: 'Keyword of RFC 7644 table 9.' },
    detail: STRING,
  }),
};

/** The component schemas that the operations of this surface refer to, under their documented names. */
export const SCAIKEY_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
  ...Object.fromEntries(REQUEST_MODELS.map((model) => [model.name, modelToOpenApi(model)])),
  ...RESPONSES,
  ...BULK,
  ...ERRORS,
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
};
