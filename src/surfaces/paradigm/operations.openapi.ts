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
import { PATCH_OP_URN } from '../../protocol/patch/patch-message.js';
import { SEARCH_REQUEST_SCHEMA } from '../../protocol/message/search-request.js';
import { BUILT_IN_RESOURCE_TYPES } from '../../protocol/schema/resource-types.js';
import { ref } from './components.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';

type TypeName = 'User' | 'Group';

const MEDIA_TYPE = 'application/scim+json';
const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';
const JSON_TYPES = [MEDIA_TYPE, 'application/json'];
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];

const RESPONSES = { User: 'SCIMUser', Group: 'SCIMGroupCreateResponse' };
const LIST_RESPONSES = { User: 'SCIMUserListResponse', Group: 'SCIMGroupListResponse' };

const errorExample = (detail: string, status: number): object => ({
  schemas: [ERROR_SCHEMA],
  detail,
  status,
});
const UNAUTHORIZED = { Unauthorized: { value: errorExample('Unauthorized', 401) } };
const NOT_FOUND = {
  NotFound: { value: errorExample('Resource 123 not found', 404), summary: 'Not found' },
};
const GROUP_NOT_FOUND = {
  GroupNotFound: { value: errorExample('Resource 123 not found', 404), summary: 'Group not found' },
};

const CREATE_EXAMPLE = {
  CreateAGroup: {
    value: {
      schemas: [BUILT_IN_RESOURCE_TYPES.group.schema.id],
      displayName: 'Tour Guides',
      externalId: '8f2e',
      members: [],
    },
    summary: 'Create a group',
  },
};
const RENAME_EXAMPLE = {
  RenameTheGroup: {
    value: {
      schemas: [PATCH_OP_URN],
      Operations: [
        {
          op: 'replace',
          path: 'displayName',
          value: '1879db59-3bdf-4490-ad68-ab880a269474updatedDisplayName',
        },
      ],
    },
    summary: 'Rename the group',
  },
};
const USER_EXAMPLE = {
  AUser: {
    value: {
      schemas: [BUILT_IN_RESOURCE_TYPES.user.schema.id],
      userName: 'bjensen@example.com',
      name: { givenName: 'Barbara', familyName: 'Jensen' },
      emails: [{ value: 'bjensen@example.com', type: 'work', primary: true }],
      active: true,
    },
  },
};
const DEACTIVATE_EXAMPLE = {
  Deactivate: {
    value: { schemas: [PATCH_OP_URN], Operations: [{ op: 'replace', path: 'active', value: false }] },
  },
};
const SEARCH_EXAMPLE = {
  FirstPage: {
    value: { schemas: [SEARCH_REQUEST_SCHEMA], filter: 'externalId pr', startIndex: 1, count: 10 },
  },
};

const answer = (status: number, description: string, schema: string, examples?: object): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { [MEDIA_TYPE]: { schema: ref(schema), ...(examples && { examples }) } },
  } as Parameters<typeof ApiResponse>[0]);

const refusal = (status: number, description: string, examples?: object): MethodDecorator =>
  answer(status, description, 'SCIMErrorResponse', examples);

const BAD_REQUEST = refusal(400, 'The request is malformed; the detail says where.');
const CONFLICT = refusal(409, 'A value that has to be unique is taken.');
const STALE = refusal(412, 'The resource has another version than the request asks for.');
const TOO_LARGE = refusal(413, 'The body is over the limit.');
const UNREADABLE = refusal(415, 'The media type is not read here.');

/** What every operation has: who may call it, and what happens to others. */
const operation = (operationId: string, summary: string, description?: string): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth('bearerAuth'),
    ApiOperation({ operationId: `scim_v2_${operationId}`, summary, ...(description && { description }) }),
    refusal(401, 'Authentication required', UNAUTHORIZED),
    refusal(403, 'The token lacks the scope.'),
  );

const body = (types: readonly string[], schema: string, examples: object): MethodDecorator =>
  applyDecorators(
    ApiConsumes(...types),
    ApiBody({ required: true, schema: ref(schema), examples: examples as Record<string, { value: object }> }),
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

const one = (type: TypeName): MethodDecorator =>
  ApiParam({ name: 'id', description: `Id of the ${type.toLowerCase()}: 16 hexadecimal digits.` });

export const DocumentedList = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`${type}s_list`, `List ${type.toLowerCase()}s`),
    ApiQuery({
      name: 'filter',
      type: String,
      required: false,
      description: 'RFC 7644 §3.4.2.2, e.g. externalId eq "701984"',
    }),
    ApiQuery({ name: 'startIndex', required: false, schema: { type: 'integer', default: 1, minimum: 1 } }),
    ApiQuery({
      name: 'count',
      required: false,
      schema: { type: 'integer', default: 50, minimum: 0, maximum: 200 },
    }),
    ApiQuery({ name: 'sortBy', type: String, required: false }),
    ApiQuery({ name: 'sortOrder', required: false, enum: ['ascending', 'descending'] }),
    projection(),
    answer(200, 'A page of them.', LIST_RESPONSES[type]),
    BAD_REQUEST,
  );

export const DocumentedSearch = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`${type}s_search`, `Search ${type.toLowerCase()}s`),
    body(JSON_TYPES, 'SCIMSearchRequest', SEARCH_EXAMPLE),
    answer(200, 'A page of them.', LIST_RESPONSES[type]),
    BAD_REQUEST,
    UNREADABLE,
  );

export const DocumentedRead = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`${type}s_retrieve`, `Read a ${type.toLowerCase()}`),
    one(type),
    projection(),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'Version that the client has.' }),
    answer(200, 'The resource.', RESPONSES[type]),
    ApiResponse({ status: 304, description: 'The client has this version.' }),
    BAD_REQUEST,
    refusal(404, 'The company has no such resource.', NOT_FOUND),
  );

export const DocumentedDelete = (type: TypeName): MethodDecorator =>
  applyDecorators(
    operation(`${type}s_destroy`, `Delete a ${type.toLowerCase()}`),
    one(type),
    preconditions(),
    ApiResponse({ status: 204, description: 'Deleted.' }),
    BAD_REQUEST,
    refusal(404, 'The company has no such resource.', NOT_FOUND),
    STALE,
  );

export const DocumentedGroupCreate = (): MethodDecorator =>
  applyDecorators(
    operation('Groups_create', 'Create a group', 'In the company of the token. PUT is switched off.'),
    projection(),
    body([...JSON_TYPES, ...FORM_TYPES], 'SCIMGroupCreateRequest', CREATE_EXAMPLE),
    answer(201, 'Groups creation', 'SCIMGroupCreateResponse'),
    BAD_REQUEST,
    CONFLICT,
    TOO_LARGE,
    UNREADABLE,
  );

/** Two ways to name the group; the documented one, without an id in the path, has the documented operationId. */
export const DocumentedGroupPatch = (idPlace: 'in the path' | 'in the body'): MethodDecorator =>
  applyDecorators(
    operation(
      idPlace === 'in the path' ? 'Groups_partial_update_by_id' : 'Groups_partial_update',
      'Update a group',
      `The id of the group stands ${idPlace}. PUT is switched off.`,
    ),
    ...(idPlace === 'in the path' ? [one('Group')] : []),
    projection(),
    preconditions(),
    body([...JSON_TYPES, ...FORM_TYPES], 'PatchedSCIMGroupModifyRequest', RENAME_EXAMPLE),
    answer(200, 'Modified group', 'SCIMGroupCreateResponse'),
    BAD_REQUEST,
    refusal(404, 'The company has no such group.', GROUP_NOT_FOUND),
    CONFLICT,
    STALE,
    TOO_LARGE,
    UNREADABLE,
  );

export const DocumentedUserCreate = (): MethodDecorator =>
  applyDecorators(
    operation('Users_create', 'Create a user'),
    projection(),
    body(JSON_TYPES, 'SCIMUser', USER_EXAMPLE),
    answer(201, 'Created.', 'SCIMUser'),
    BAD_REQUEST,
    CONFLICT,
    TOO_LARGE,
    UNREADABLE,
  );

export const DocumentedUserReplace = (): MethodDecorator =>
  applyDecorators(
    operation('Users_update', 'Replace a user'),
    writtenUser(),
    body(JSON_TYPES, 'SCIMUser', USER_EXAMPLE),
  );

export const DocumentedUserPatch = (): MethodDecorator =>
  applyDecorators(
    operation('Users_partial_update', 'Change a user'),
    writtenUser(),
    body(JSON_TYPES, 'SCIMUserModifyRequest', DEACTIVATE_EXAMPLE),
  );

/** What replacing and changing a user have in common. */
function writtenUser(): MethodDecorator {
  return applyDecorators(
    one('User'),
    projection(),
    preconditions(),
    answer(200, 'The user after the change.', 'SCIMUser'),
    BAD_REQUEST,
    refusal(404, 'The company has no such user.', NOT_FOUND),
    CONFLICT,
    STALE,
    TOO_LARGE,
    UNREADABLE,
  );
}

export const DocumentedDiscovery = (operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth('bearerAuth'),
    ApiOperation({ operationId, summary }),
    answer(200, 'The document.', 'SCIMDocument'),
    refusal(401, 'Authentication required', UNAUTHORIZED),
    refusal(403, 'Discovery takes no filter.'),
    refusal(404, 'There is no such document.', NOT_FOUND),
  );

/** The operations of `resourceRoutes` on users; those on groups stand in their controller. */
export const documentedUsers: ResourceDocumentation = {
  list: DocumentedList('User'),
  create: DocumentedUserCreate(),
  read: DocumentedRead('User'),
  replace: DocumentedUserReplace(),
  patch: DocumentedUserPatch(),
  delete: DocumentedDelete('User'),
};
