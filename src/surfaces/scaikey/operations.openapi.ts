import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { ref } from './components.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';

type TypeName = 'User' | 'Group';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const content = (name: string): Record<string, { schema: { $ref: string } }> => ({
  'application/json': { schema: ref(name) },
});
/** What succeeds goes out as SCIM's own type too, where `Accept` asks for it. */
const resourceContent = (name: string): ReturnType<typeof content> => ({
  ...content(name),
  'application/scim+json': { schema: ref(name) },
});

const EXAMPLES = {
  User: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
    userName: 'bjensen@example.com',
    externalId: '701984',
    name: { givenName: 'Barbara', familyName: 'Jensen' },
    emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }],
    active: true,
    [ENTERPRISE]: { department: 'Tours', employeeNumber: '701984' },
  },
  Group: {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Tour Guides',
    externalId: '8f2e',
    members: [],
  },
};

const PATCH_EXAMPLES = {
  User: { schemas: [PATCH_SCHEMA], Operations: [{ op: 'replace', path: 'active', value: false }] },
  Group: {
    schemas: [PATCH_SCHEMA],
    Operations: [{ op: 'replace', path: 'displayName', value: 'City Guides' }],
  },
};

const BAD_REQUEST = 'The form is right, the content is not; scimType and detail say where.';
const NOT_FOUND = 'The company has no such resource, or the token belongs to another company.';
const CONFLICT = 'A value that has to be unique is taken.';
const STALE = 'The resource has another version than the request asks for.';
const TOO_LARGE = 'The body or the number of operations is over the limit.';
const NOT_JSON = 'The body is in another charset than UTF-8, or encoded in a way that is not read.';

/** What every operation says: who may call it, of which company, and how it refuses. */
const operation = (
  verb: string,
  noun: string,
  description: string,
  statuses: Readonly<Record<number, string>> = {},
): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({
      operationId: `${verb}_${noun}`.toLowerCase().replaceAll(' ', '_'),
      summary: `${verb} ${noun}`,
      description,
    }),
    ApiParam({ name: 'tenant_id', type: String, description: "The company's slug or id." }),
    ApiResponse({ status: 422, description: 'Validation Error', content: content('HTTPValidationError') }),
    ...Object.entries({
      401: 'No valid token.',
      403: 'The token lacks the scope.',
      404: NOT_FOUND,
      ...statuses,
    }).map(([status, text]) =>
      ApiResponse({ status: Number(status), description: text, content: content('SCIMError') }),
    ),
  );

const one = (type: TypeName): MethodDecorator =>
  ApiParam({
    name: `${type.toLowerCase()}_id`,
    type: String,
    description: `Id of the ${type.toLowerCase()}: 16 hexadecimal digits.`,
  });

const projection = (): MethodDecorator =>
  applyDecorators(
    optionalText('attributes', 'Only these attributes, separated by commas'),
    optionalText('excludedAttributes', 'All attributes but these'),
  );

const preconditions = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: false, description: 'Version that the resource must have.' }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'Version that the resource must not have; * asks that there be none.',
    }),
  );

const optionalText = (name: string, description: string): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema: { type: 'string', nullable: true } });

const requestBody = (name: string, example: object): MethodDecorator =>
  applyDecorators(
    ApiConsumes('application/json', 'application/scim+json'),
    ApiBody({ required: true, schema: ref(name), examples: { example: { value: example } } }),
  );

const success = (status: number, name: string): MethodDecorator =>
  ApiResponse({ status, description: 'Successful Response', content: resourceContent(name) });

export const DocumentedList = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(
      'List',
      `${type}s`,
      `List ${type.toLowerCase()}s with SCIM filtering and pagination.\n\nRFC 7644 Section 3.4.2 - Querying Resources.`,
      { 400: BAD_REQUEST },
    ),
    optionalText('filter', 'SCIM filter expression'),
    ApiQuery({
      name: 'startIndex',
      required: false,
      description: '1-based start index',
      schema: { type: 'integer', default: 1 },
    }),
    ApiQuery({
      name: 'count',
      required: false,
      description: 'Number of results',
      schema: { type: 'integer', default: 100 },
    }),
    optionalText('sortBy', 'Attribute to sort by'),
    ApiQuery({
      name: 'sortOrder',
      required: false,
      description: 'Sort order',
      schema: { type: 'string', default: 'ascending' },
    }),
    projection(),
    success(200, 'SCIMListResponse'),
  );

export const DocumentedCreate = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(
      'Create',
      type,
      `Create a new ${type.toLowerCase()}.\n\nRFC 7644 Section 3.3 - Creating Resources.`,
      {
        400: BAD_REQUEST,
        409: CONFLICT,
        413: TOO_LARGE,
        415: NOT_JSON,
      },
    ),
    projection(),
    requestBody(`SCIM${type}Create`, EXAMPLES[type]),
    success(201, `SCIM${type}`),
  );

export const DocumentedRead = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(
      'Get',
      type,
      `Get a specific ${type.toLowerCase()} by ID.\n\nRFC 7644 Section 3.4.1 - Retrieving a Known Resource.`,
      { 400: BAD_REQUEST },
    ),
    one(type),
    projection(),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'Version that the client has.' }),
    success(200, `SCIM${type}`),
    ApiResponse({ status: 304, description: 'The client has this version.' }),
  );

export const DocumentedReplace = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(
      'Replace',
      type,
      `Replace a ${type.toLowerCase()} entirely.\n\nRFC 7644 Section 3.5.1 - Replacing with PUT.`,
      { 400: BAD_REQUEST, 409: CONFLICT, 412: STALE, 413: TOO_LARGE, 415: NOT_JSON },
    ),
    one(type),
    projection(),
    preconditions(),
    requestBody(`SCIM${type}Create`, EXAMPLES[type]),
    success(200, `SCIM${type}`),
  );

export const DocumentedPatch = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(
      'Patch',
      type,
      `Partially update a ${type.toLowerCase()}.\n\nRFC 7644 Section 3.5.2 - Modifying with PATCH.`,
      { 400: BAD_REQUEST, 409: CONFLICT, 412: STALE, 413: TOO_LARGE, 415: NOT_JSON },
    ),
    one(type),
    projection(),
    preconditions(),
    requestBody('SCIMPatchRequest', PATCH_EXAMPLES[type]),
    success(200, `SCIM${type}`),
  );

export const DocumentedDelete = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(
      'Delete',
      type,
      `Delete a ${type.toLowerCase()}.\n\nRFC 7644 Section 3.6 - Deleting Resources.`,
      { 412: STALE },
    ),
    one(type),
    preconditions(),
    ApiResponse({ status: 204, description: 'Successful Response' }),
  );

export const DocumentedBulk = (): MethodDecorator =>
  applyDecorators(
    operation(
      'Bulk',
      'Operations',
      'Several operations in one request. Each is a transaction of its own, with the status and the errors that it ' +
        'would have alone.\n\nRFC 7644 Section 3.7 - Bulk Operations.',
      { 400: BAD_REQUEST, 413: TOO_LARGE, 415: NOT_JSON },
    ),
    requestBody('SCIMBulkRequest', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      failOnErrors: 1,
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'ada', data: EXAMPLES.User },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'guides',
          data: { ...EXAMPLES.Group, members: [{ value: 'bulkId:ada' }] },
        },
      ],
    }),
    success(200, 'SCIMBulkResponse'),
  );

export const DocumentedDiscovery = (noun: string): MethodDecorator =>
  applyDecorators(operation('Get', noun, 'RFC 7644 Section 4.'), success(200, 'Document'));

/** The operations of `resourceRoutes` on one type. */
export const documentedResource = (type: TypeName): ResourceDocumentation => ({
  list: DocumentedList(type),
  create: DocumentedCreate(type),
  read: DocumentedRead(type),
  replace: DocumentedReplace(type),
  patch: DocumentedPatch(type),
  delete: DocumentedDelete(type),
});
