import { applyDecorators } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { ref } from './components.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';

type TypeName = 'User' | 'Group';

const MEDIA_TYPE = 'application/scim+json';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const OUD_GROUP = 'urn:ietf:params:scim:schemas:extension:oracle:2.0:OUD:Group';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

const REQUEST = { Group: 'POSTANDPUTRequestForGROUP', User: 'POSTANDPUTRequest' };
const ANSWER = { Group: 'GroupSuccessResponse', User: 'SuccessResponse' };

const EXAMPLES = {
  Group: {
    schemas: [GROUP, OUD_GROUP],
    [GROUP]: { displayName: 'Eng', members: [] },
    [OUD_GROUP]: { businessCategory: ['Research'], o: ['Example'], ou: ['Engineering'] },
  },
  User: {
    schemas: [USER],
    [USER]: {
      userName: [{ value: 'bjensen' }],
      name: [{ formatted: 'Barbara Jensen', givenName: 'Barbara', familyName: 'Jensen' }],
      emails: [{ value: 'bjensen@example.com' }],
    },
  },
};

const patchExample = (path: string, value: string): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value: [value] }],
});

const PATCH_EXAMPLES = {
  Group: patchExample(`${GROUP}:displayName`, 'Engineering'),
  User: patchExample(`${USER}:displayName`, 'Barbara'),
};

const content = (name: string): Record<string, { schema: { $ref: string } }> => ({
  [MEDIA_TYPE]: { schema: ref(name) },
  'application/json': { schema: ref(name) },
});

/** What every operation has: both ways to send a token, and what may be answered before it is looked at. */
const operation = (
  operationId: string,
  summary: string,
  statuses: Readonly<Record<number, string>>,
): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiBasicAuth(),
    ApiOperation({ operationId, summary }),
    ...Object.entries({
      ...statuses,
      401: 'No valid token.',
      403: 'The token lacks the scope.',
      406: 'Accept admits no type that is written here.',
    }).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content: content('ErrorResponse') }),
    ),
  );

const answer = (status: number, description: string, name: string): MethodDecorator =>
  ApiResponse({ status, description, content: content(name) });

const entry = (type: TypeName): MethodDecorator =>
  ApiParam({ name: 'entryUUID', description: `Id of the ${type.toLowerCase()}: 16 hexadecimal digits.` });

const requestBody = (name: string, example: object): MethodDecorator =>
  applyDecorators(
    ApiConsumes(MEDIA_TYPE, 'application/json'),
    ApiBody({ required: true, schema: ref(name), examples: { example: { value: example } } }),
  );

const BAD_REQUEST = 'The request is malformed; detail says where.';
const NOT_FOUND = 'The company has no such entry.';
const CONFLICT = 'A name that has to be unique is taken.';
const STALE = 'The entry has another version than If-Match asks for.';

export const DocumentedList = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`findAll${type}s`, `Find all the ${type}s`, { 400: BAD_REQUEST }),
    ApiQuery({ name: 'filter', type: String, required: false, description: 'RFC 7644 §3.4.2.2.' }),
    ApiQuery({ name: 'startIndex', required: false, schema: { type: 'integer', default: 1 } }),
    ApiQuery({ name: 'count', required: false, schema: { type: 'integer' }, description: 'Default: all.' }),
    answer(200, 'All of them, or those that were asked for.', ANSWER[type]),
  );

export const DocumentedCreate = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`create${type}`, `Create a ${type}`, {
      400: BAD_REQUEST,
      409: CONFLICT,
      413: 'The body is over the limit.',
      415: 'Not JSON.',
    }),
    requestBody(REQUEST[type], EXAMPLES[type]),
    answer(201, 'Created.', ANSWER[type]),
  );

export const DocumentedRead = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`find${type}`, `Find a specific ${type}`, { 404: NOT_FOUND }),
    entry(type),
    answer(200, 'The entry.', ANSWER[type]),
  );

export const DocumentedReplace = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`replace${type}`, `Replace a ${type}`, {
      400: BAD_REQUEST,
      404: NOT_FOUND,
      409: CONFLICT,
      412: STALE,
    }),
    entry(type),
    requestBody(REQUEST[type], EXAMPLES[type]),
    answer(200, 'The entry after the change.', ANSWER[type]),
  );

export const DocumentedPatch = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`modify${type}`, `Modify a ${type}`, {
      400: BAD_REQUEST,
      404: NOT_FOUND,
      409: CONFLICT,
      412: STALE,
      413: 'Too many operations.',
    }),
    entry(type),
    requestBody('PatchRequest', PATCH_EXAMPLES[type]),
    answer(200, 'The entry after the change.', ANSWER[type]),
  );

export const DocumentedDelete = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`delete${type}`, `Delete a ${type}`, { 404: NOT_FOUND, 412: STALE }),
    entry(type),
    ApiResponse({ status: 204, description: 'Deleted.' }),
  );

export const DocumentedMe = (verb: string, summary: string): MethodDecorator =>
  operation(`${verb}Me`, summary, { 501: 'Not offered.' });

export const DocumentedResourceTypes = (): MethodDecorator =>
  applyDecorators(
    operation('findAllResourceTypes', 'Find all the types of entries', {}),
    answer(200, 'The types.', 'ResourceTypeSuccessResponse'),
  );

export const DocumentedSchemas = (): MethodDecorator =>
  applyDecorators(
    operation('findAllSchemas', 'Find all the Schemas', {}),
    answer(200, 'The schemas.', 'SchemaSuccessResponse'),
  );

export const DocumentedSchema = (): MethodDecorator =>
  applyDecorators(
    operation('findSchema', 'Find a specific Schema', { 404: 'There is no such schema.' }),
    ApiParam({ name: 'schemaID', description: 'URN of the schema.' }),
    answer(200, 'The schema.', 'SchemaSearchResultEntry'),
  );

/** The operations of `resourceRoutes` on one type. */
export const documentedResource = (type: TypeName): ResourceDocumentation => ({
  list: DocumentedList(type),
  create: DocumentedCreate(type),
  read: DocumentedRead(type),
  replace: DocumentedReplace(type),
  patch: DocumentedPatch(type),
  delete: DocumentedDelete(type),
});
