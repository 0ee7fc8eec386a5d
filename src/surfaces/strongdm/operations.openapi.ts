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
import { type ResourceKind } from './prefixed-id.js';
import {
  BLANK_EMAIL_ERROR,
  BLANK_NAME_ERROR,
  GROUP,
  GROUP_REQUEST,
  MALFORMED_MEMBER_ERROR,
  NOT_FOUND_ERROR,
  PATCH_REQUESTS,
  TAKEN_ERROR,
  USER,
  USER_REQUEST,
} from './examples.openapi.js';
import { type ResourceDocumentation } from '../openapi/resource-documentation.js';

const MEDIA_TYPE = 'application/scim+json';

type Examples = Readonly<Record<string, { readonly value: object }>>;

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const response = (
  status: number,
  description: string,
  schema?: string,
  examples?: Examples,
): MethodDecorator =>
  ApiResponse({
    status,
    description,
    ...(schema !== undefined && {
      content: { [MEDIA_TYPE]: { schema: ref(schema), ...(examples && { examples }) } },
    }),
  });

const created = (kind: ResourceKind): MethodDecorator =>
  ApiResponse({
    status: 201,
    description: 'Created.',
    headers: { Location: { description: 'Relative to the mount.', schema: { type: 'string' } } },
    content: { [MEDIA_TYPE]: { schema: ref(kind), examples: { created: { value: RESOURCES[kind] } } } },
  });

const requestBody = (name: string, examples: Examples): MethodDecorator =>
  applyDecorators(
    ApiConsumes(MEDIA_TYPE, 'application/json'),
    ApiBody({ required: true, schema: ref(name), examples: { ...examples } }),
    response(413, 'The body is over the limit, or has too many operations.', 'Error'),
    response(415, 'The body is in another charset than UTF-8, or packed in an unknown way.', 'Error'),
  );

const operation = (operationId: string, summary: string): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId, summary }),
    response(401, 'No valid token.', 'Error'),
    response(403, 'The token lacks the scope.', 'Error'),
  );

const RESOURCES = { User: USER, Group: GROUP };
const REQUESTS = { User: USER_REQUEST, Group: GROUP_REQUEST };
const NAMES = { User: 'userName', Group: 'displayName' };
const PREFIXES = { User: 'a-', Group: 'r-' };
const BAD_REQUEST: Readonly<Record<ResourceKind, Examples>> = {
  User: { noEmail: { value: BLANK_EMAIL_ERROR } },
  Group: { noName: { value: BLANK_NAME_ERROR }, malformedMember: { value: MALFORMED_MEMBER_ERROR } },
};

const one = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    ApiParam({
      name: 'id',
      description: `Id of the ${kind.toLowerCase()}: ${PREFIXES[kind]} and 16 hexadecimal digits.`,
      example: RESOURCES[kind].id,
    }),
    response(404, 'The company has no such resource.', 'Error', { unknown: { value: NOT_FOUND_ERROR } }),
  );

const ifMatch = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: false, description: 'Version that the resource must have.' }),
    response(412, 'The resource has another version than If-Match asks for.', 'Error'),
  );

const taken = (): MethodDecorator =>
  response(409, 'The name is in use.', 'Error', { taken: { value: TAKEN_ERROR } });

export const DocumentedList = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    operation(`list${kind}s`, `Find ${kind.toLowerCase()}s`),
    ApiQuery({
      name: 'count',
      required: false,
      description: 'Resources on a page; more than 100 are never given.',
      schema: { type: 'integer', default: 100, maximum: 100 },
    }),
    ApiQuery({
      name: 'startIndex',
      required: false,
      description: 'Position of the first one, from 1.',
      schema: { type: 'integer', default: 1 },
    }),
    ApiQuery({
      name: 'filter',
      type: String,
      required: false,
      description: `No other form than ${NAMES[kind]} eq "…".`,
    }),
    response(200, 'A page of them.', `${kind}ListResponse`),
    response(400, 'Another filter, or a number that is none.', 'Error'),
  );

export const DocumentedCreate = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    operation(`create${kind}`, `Create a ${kind.toLowerCase()}`),
    requestBody(`${kind}Request`, { documented: { value: REQUESTS[kind] } }),
    created(kind),
    response(400, 'The request is malformed, or lacks what is required.', 'Error', BAD_REQUEST[kind]),
    taken(),
  );

export const DocumentedRead = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    operation(`get${kind}`, `Read a ${kind.toLowerCase()}`),
    one(kind),
    response(200, 'The resource.', kind, { resource: { value: RESOURCES[kind] } }),
  );

export const DocumentedReplace = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    operation(`replace${kind}`, `Replace a ${kind.toLowerCase()}`),
    one(kind),
    ifMatch(),
    requestBody(`${kind}Request`, { documented: { value: REQUESTS[kind] } }),
    response(200, 'The resource after the change.', kind, { resource: { value: RESOURCES[kind] } }),
    response(400, 'The request is malformed, or lacks what is required.', 'Error', BAD_REQUEST[kind]),
    taken(),
  );

export const DocumentedPatch = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    operation(`patch${kind}`, `Change a ${kind.toLowerCase()}`),
    one(kind),
    ifMatch(),
    requestBody(`${kind}PatchRequest`, PATCH_REQUESTS[kind]),
    response(200, 'The resource after the change.', kind, { resource: { value: RESOURCES[kind] } }),
    response(204, 'The request asked for what was so already.'),
    response(400, 'The request has none of the forms that are taken.', 'Error', BAD_REQUEST[kind]),
    taken(),
  );

export const DocumentedDelete = (kind: ResourceKind): MethodDecorator =>
  applyDecorators(
    operation(`delete${kind}`, `Delete a ${kind.toLowerCase()}`),
    one(kind),
    ifMatch(),
    response(204, 'Deleted.'),
    response(400, 'If-Match is malformed.', 'Error'),
  );

export const DocumentedDiscovery = (name: string, summary: string): MethodDecorator =>
  applyDecorators(
    operation(`get${name}`, summary),
    response(200, 'The document.', 'Document'),
    response(404, 'There is no such document.', 'Error'),
  );

/** The operations of `resourceRoutes` on one type. */
export const documentedResource = (type: ResourceKind): ResourceDocumentation => ({
  list: DocumentedList(type),
  create: DocumentedCreate(type),
  read: DocumentedRead(type),
  replace: DocumentedReplace(type),
  patch: DocumentedPatch(type),
  delete: DocumentedDelete(type),
});
