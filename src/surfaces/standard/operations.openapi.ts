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
  type ApiOperationOptions,
} from '@nestjs/swagger';
import { BULK_REQUEST_URN } from '../../protocol/message/bulk-request.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { PAGE_SIZES, PATCH_SCHEMA, ref, requestOf, type TypeName } from './components.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';

/** What a list holds. */
type ListedName = TypeName | 'Resource';

const MEDIA_TYPE = 'application/scim+json';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const content = (name: string): Record<string, { schema: { $ref: string } }> => ({
  [MEDIA_TYPE]: { schema: ref(name) },
  'application/json': { schema: ref(name) },
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

const preconditions = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: false, description: 'Version that the resource must have.' }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'Version that the resource must not have; * asks that there be none.',
    }),
  );

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

const requestBody = (schema: ReturnType<typeof ref | typeof requestOf>, example: object): MethodDecorator =>
  applyDecorators(
    ApiConsumes(MEDIA_TYPE, 'application/json'),
    ApiBody({ required: true, schema, examples: { example: { value: example } } }),
  );

const BAD_REQUEST = 'The request is malformed; scimType and detail say where.';
const NOT_FOUND = 'The company has no such resource.';
const CONFLICT = 'A value that has to be unique is taken.';
const UNREADABLE = {
  413: 'The body or the number of operations is over the limit.',
  415: 'The body is not JSON.',
};
const STALE = 'The resource has another version than the request asks for.';

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
    requestBody(ref('SearchRequest'), {
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
    requestBody(requestOf(type), EXAMPLES[type]),
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
    preconditions(),
    prefer(),
    requestBody(requestOf(type), EXAMPLES[type]),
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
    preconditions(),
    prefer(),
    requestBody(ref('PatchOp'), PATCH_EXAMPLES[type]),
    ApiResponse({ status: 200, description: 'The resource after the change.', content: content(type) }),
    MINIMAL,
    errors({ ...UNREADABLE, 400: BAD_REQUEST, 404: NOT_FOUND, 409: CONFLICT, 412: STALE }),
  );

export const DocumentedDelete = (type: TypeName): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: `delete${type}`, summary: `Delete a ${type.toLowerCase()}` }),
    one(type),
    preconditions(),
    ApiResponse({ status: 204, description: 'Deleted.' }),
    errors({ 400: BAD_REQUEST, 404: NOT_FOUND, 412: STALE }),
  );

export const DocumentedDiscovery = (operationId: string, summary: string): MethodDecorator =>
  applyDecorators(ApiBearerAuth(), discovery({ operationId, summary }));

/** A discovery document that is there without a token. */
export const DocumentedPublicly = (operationId: string, summary: string): MethodDecorator =>
  discovery({ operationId, summary, security: [] });

const discovery = (operation: ApiOperationOptions): MethodDecorator =>
  applyDecorators(
    ApiOperation(operation),
    ApiResponse({ status: 200, description: 'The document.', content: content('Document') }),
    errors({ 404: 'There is no such document.' }),
  );

export const DocumentedBulk = (): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId: 'bulk', summary: 'Carry out many operations' }),
    requestBody(ref('BulkRequest'), {
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
  const writes = [projection(), preconditions(), prefer(), answer, MINIMAL];
  const parts = {
    read: [projection(), answer, ApiResponse({ status: 304, description: 'The client has this version.' })],
    replace: [...writes, requestBody(requestOf('User'), EXAMPLES.User)],
    patch: [...writes, requestBody(ref('PatchOp'), PATCH_EXAMPLES.User)],
    delete: [preconditions(), ApiResponse({ status: 204, description: 'Deleted.' })],
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

/** The operations of `resourceRoutes` on one type. */
export const documentedResource = (type: TypeName): ResourceDocumentation => ({
  list: DocumentedList(type),
  create: DocumentedCreate(type),
  read: DocumentedRead(type),
  replace: DocumentedReplace(type),
  patch: DocumentedPatch(type),
  delete: DocumentedDelete(type),
});
