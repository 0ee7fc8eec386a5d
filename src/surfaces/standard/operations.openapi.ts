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
import { BULK_REQUEST_URN, BULK_RESPONSE_URN } from '../../protocol/message/bulk-request.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { SCHEMAS } from '../../protocol/schema/resource-types.js';
import { resourceTypeToOpenApi, type SchemaObject } from '../shared/schema.openapi.js';

type TypeName = 'User' | 'Group';
/** What a list holds. */
type ListedName = TypeName | 'Resource';

const PAGE_SIZES = { default: 100, maximum: 1000 };

const MEDIA_TYPE = 'application/scim+json';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const content = (name: string): Record<string, { schema: { $ref: string } }> => ({
  [MEDIA_TYPE]: { schema: ref(name) },
  'application/json': { schema: ref(name) },
});

/** The component schemas that the operations of this surface refer to. */
export const STANDARD_COMPONENTS: Readonly<Record<string, SchemaObject>> = {
  User: resourceTypeToOpenApi(SCHEMAS.user),
  Group: resourceTypeToOpenApi(SCHEMAS.group),
  UserListResponse: listResponseOf('User'),
  GroupListResponse: listResponseOf('Group'),
  ResourceListResponse: listResponseOf('User', 'Group'),
  SearchRequest: {
    type: 'object',
    description: 'The parameters of a list in a body (RFC 7644 §3.4.3).',
    required: ['schemas'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [SEARCH_REQUEST_SCHEMA] },
      filter: { type: 'string' },
      startIndex: { type: 'integer', default: 1 },
      count: { type: 'integer', default: PAGE_SIZES.default, maximum: PAGE_SIZES.maximum },
      cursor: { type: 'string' },
      sortBy: { type: 'string' },
      sortOrder: { type: 'string', enum: ['ascending', 'descending'] },
      attributes: { type: 'array', items: { type: 'string' } },
      excludedAttributes: { type: 'array', items: { type: 'string' } },
    },
  },
  PatchOp: {
    type: 'object',
    description: 'Changes that are made together or not at all, in their order (RFC 7644 §3.5.2).',
    required: ['schemas', 'Operations'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [PATCH_SCHEMA] },
      Operations: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['op'],
          properties: {
            op: { type: 'string', enum: ['add', 'remove', 'replace'] },
            path: { type: 'string', description: 'Attribute, sub-attribute or values chosen by a filter.' },
            value: { description: 'Any JSON value that fits the path.' },
          },
        },
      },
    },
  },
  Error: {
    type: 'object',
    description: 'What was wrong, where, and what would be right (RFC 7644 §3.12).',
    required: ['schemas', 'status'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' } },
      status: { type: 'string', description: 'The HTTP status.' },
      scimType: { type: 'string', description: 'Keyword of RFC 7644 table 9.' },
      detail: { type: 'string' },
    },
  },
  BulkRequest: {
    type: 'object',
    description: 'Operations that are carried out one by one (RFC 7644 §3.7).',
    required: ['schemas', 'Operations'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [BULK_REQUEST_URN] },
      failOnErrors: {
        type: 'integer',
        minimum: 1,
        description: 'After so many errors no further operation is carried out; without it all are tried.',
      },
      Operations: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['method', 'path'],
          properties: {
            method: { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'DELETE'] },
            path: {
              type: 'string',
              description: '/Users or /Groups, with the id of a resource but for POST.',
            },
            bulkId: { type: 'string', description: 'Names what a POST creates; bulkId:… refers to it.' },
            version: { type: 'string', description: 'As If-Match.' },
            data: { type: 'object', description: 'The body that the single request would have.' },
          },
        },
      },
    },
  },
  BulkResponse: {
    type: 'object',
    description: 'What became of each operation, in the order of the request.',
    required: ['schemas', 'Operations'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' }, example: [BULK_RESPONSE_URN] },
      Operations: {
        type: 'array',
        items: {
          type: 'object',
          required: ['method', 'status'],
          properties: {
            method: { type: 'string' },
            bulkId: { type: 'string' },
            location: { type: 'string', format: 'uri' },
            version: { type: 'string' },
            status: { type: 'string', description: 'The HTTP status of the single request.' },
            response: ref('Error'),
          },
        },
      },
    },
  },
  Document: { type: 'object', description: 'A discovery document, or a ListResponse of them.' },
};

function listResponseOf(...names: readonly TypeName[]): SchemaObject {
  const [only, ...others] = names.map(ref);
  return {
    type: 'object',
    required: ['schemas', 'totalResults', 'Resources', 'itemsPerPage'],
    properties: {
      schemas: { type: 'array', items: { type: 'string' } },
      totalResults: { type: 'integer', description: 'How many resources match, on all pages together.' },
      startIndex: { type: 'integer', description: 'Absent where the list is paged by cursor.' },
      previousCursor: { type: 'string', description: 'Leads to the page before (RFC 9865).' },
      nextCursor: { type: 'string', description: 'Leads to the next page; absent on the last one.' },
      itemsPerPage: { type: 'integer', description: 'How many resources this page holds.' },
      Resources: {
        type: 'array',
        items: only && others.length === 0 ? only : { anyOf: names.map(ref) },
      },
    },
  };
}

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

const EVERYWHERE = {
  401: 'No valid token.',
  403: 'The token lacks the scope.',
  406: 'Accept leaves no form of JSON.',
};

const errors = (statuses: Readonly<Record<number, string>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries({ ...EVERYWHERE, ...statuses }).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, content: content('Error') }),
    ),
  );

const projection = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'attributes',
      type: String,
      required: false,
      description: 'Only these attributes, separated by commas.',
    }),
    ApiQuery({
      name: 'excludedAttributes',
      type: String,
      required: false,
      description: 'All attributes but these.',
    }),
  );

const ifMatch = (): MethodDecorator =>
  ApiHeader({ name: 'If-Match', required: false, description: 'Version that the resource must have.' });

const prefer = (): MethodDecorator =>
  ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      'return=minimal or return=representation: without or with the resource in the answer (RFC 7240).',
  });

const MINIMAL = ApiResponse({ status: 204, description: 'Done; ETag tells the new version.' });

const one = (type: TypeName): MethodDecorator =>
  ApiParam({ name: 'id', description: `Id of the ${type.toLowerCase()}: 16 hexadecimal digits.` });

const requestBody = (name: string, example: object): MethodDecorator =>
  applyDecorators(
    ApiConsumes(MEDIA_TYPE, 'application/json'),
    ApiBody({ required: true, schema: ref(name), examples: { example: { value: example } } }),
  );

const BAD_REQUEST = 'The request is malformed; scimType and detail say where.';
const NOT_FOUND = 'The company has no such resource.';
const CONFLICT = 'A value that has to be unique is taken.';
const UNREADABLE = {
  413: 'The body or the number of operations is over the limit.',
  415: 'The body is not JSON.',
};
const STALE = 'The resource has another version than If-Match asks for.';

const plural = (type: ListedName): string => `${type.toLowerCase()}s`;

export const DocumentedList = (type: ListedName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `list${type}s`, summary: `Find ${plural(type)}` }),
    ApiQuery({
      name: 'filter',
      type: String,
      required: false,
      description: 'RFC 7644 §3.4.2.2, e.g. externalId eq "701984"',
    }),
    ApiQuery({ name: 'startIndex', required: false, schema: { type: 'integer', default: 1 } }),
    ApiQuery({
      name: 'count',
      required: false,
      schema: { type: 'integer', default: PAGE_SIZES.default, maximum: PAGE_SIZES.maximum },
    }),
    ApiQuery({
      name: 'cursor',
      type: String,
      required: false,
      allowEmptyValue: true,
      description: 'Pages by cursor (RFC 9865): empty for the first page, then what a page gave.',
    }),
    ApiQuery({ name: 'sortBy', type: String, required: false }),
    ApiQuery({ name: 'sortOrder', required: false, enum: ['ascending', 'descending'] }),
    projection(),
    ApiResponse({ status: 200, description: 'A page of them.', content: content(`${type}ListResponse`) }),
    errors({ 400: BAD_REQUEST }),
  );

export const DocumentedSearch = (type: ListedName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `search${type}s`, summary: `Find ${plural(type)}, parameters in the body` }),
    requestBody('SearchRequest', {
      schemas: [SEARCH_REQUEST_SCHEMA],
      filter: 'externalId eq "701984"',
      attributes: ['displayName'],
      count: 10,
    }),
    ApiResponse({ status: 200, description: 'A page of them.', content: content(`${type}ListResponse`) }),
    errors({ 400: BAD_REQUEST, ...UNREADABLE }),
  );

export const DocumentedCreate = (type: TypeName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `create${type}`, summary: `Create a ${type.toLowerCase()}` }),
    projection(),
    prefer(),
    requestBody(type, EXAMPLES[type]),
    ApiResponse({ status: 201, description: 'Created.', content: content(type) }),
    errors({ 400: BAD_REQUEST, 409: CONFLICT, ...UNREADABLE }),
  );

export const DocumentedRead = (type: TypeName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `get${type}`, summary: `Read a ${type.toLowerCase()}` }),
    one(type),
    projection(),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'Version that the client has.' }),
    ApiResponse({ status: 200, description: 'The resource.', content: content(type) }),
    ApiResponse({ status: 304, description: 'The client has this version.' }),
    errors({ 400: BAD_REQUEST, 404: NOT_FOUND }),
  );

export const DocumentedReplace = (type: TypeName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `replace${type}`, summary: `Replace a ${type.toLowerCase()}` }),
    one(type),
    projection(),
    ifMatch(),
    prefer(),
    requestBody(type, EXAMPLES[type]),
    ApiResponse({ status: 200, description: 'The resource after the change.', content: content(type) }),
    MINIMAL,
    errors({ ...UNREADABLE, 400: BAD_REQUEST, 404: NOT_FOUND, 409: CONFLICT, 412: STALE }),
  );

export const DocumentedPatch = (type: TypeName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `patch${type}`, summary: `Change a ${type.toLowerCase()}` }),
    one(type),
    projection(),
    ifMatch(),
    prefer(),
    requestBody('PatchOp', PATCH_EXAMPLES[type]),
    ApiResponse({ status: 200, description: 'The resource after the change.', content: content(type) }),
    MINIMAL,
    errors({ ...UNREADABLE, 400: BAD_REQUEST, 404: NOT_FOUND, 409: CONFLICT, 412: STALE }),
  );

export const DocumentedDelete = (type: TypeName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `delete${type}`, summary: `Delete a ${type.toLowerCase()}` }),
    one(type),
    ifMatch(),
    ApiResponse({ status: 204, description: 'Deleted.' }),
    errors({ 400: BAD_REQUEST, 404: NOT_FOUND, 412: STALE }),
  );

export const DocumentedDiscovery = (summary: string): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ summary }),
    ApiResponse({ status: 200, description: 'The document.', content: content('Document') }),
    errors({ 404: 'There is no such document.' }),
  );

export const DocumentedBulk = (): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: 'bulk', summary: 'Carry out many operations' }),
    requestBody('BulkRequest', {
      schemas: [BULK_REQUEST_URN],
      failOnErrors: 1,
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'barbara', data: EXAMPLES.User },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'guides',
          data: { ...EXAMPLES.Group, members: [{ value: 'bulkId:barbara' }] },
        },
      ],
    }),
    ApiResponse({
      status: 200,
      description: 'The job was done, whatever became of its operations.',
      content: content('BulkResponse'),
    }),
    errors({ 400: BAD_REQUEST, 413: 'Too many operations, or too large a body.', 415: 'Not JSON.' }),
  );

const ME_SUMMARIES = {
  read: "Read the token's user",
  replace: "Replace the token's user",
  patch: "Change the token's user",
  delete: "Delete the token's user",
};

export const DocumentedMe = (action: keyof typeof ME_SUMMARIES): MethodDecorator => {
  const answer = ApiResponse({ status: 200, description: 'The user.', content: content('User') });
  const writes = [projection(), ifMatch(), prefer(), answer, MINIMAL];
  const parts = {
    read: [projection(), answer, ApiResponse({ status: 304, description: 'The client has this version.' })],
    replace: [...writes, requestBody('User', EXAMPLES.User)],
    patch: [...writes, requestBody('PatchOp', PATCH_EXAMPLES.User)],
    delete: [ifMatch(), ApiResponse({ status: 204, description: 'Deleted.' })],
  };
  return applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `${action}Me`, summary: ME_SUMMARIES[action] }),
    ...parts[action],
    errors({
      ...(action === 'replace' || action === 'patch' ? { ...UNREADABLE, 409: CONFLICT } : {}),
      ...(action === 'read' ? {} : { 412: STALE }),
      400: BAD_REQUEST,
      404: 'The user was deleted.',
      501: 'The token stands for no user.',
    }),
  );
};
